// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import nocowrace.engine.ShardHandOff.HandOff;
import nocowrace.engine.ShardHandOff.Indexer;
import nocowrace.engine.ShardHandOff.Mover;
import nocowrace.engine.ablate.Ablation.Verdict;
import nocowrace.engine.ablate.Ablation;
import nocowrace.engine.diagram.Diagram;
import nocowrace.engine.explore.Explorer;
import nocowrace.engine.replay.Replay;
import nocowrace.engine.run.Threads;
import org.junit.jupiter.api.Test;

/**
 * The example of the package's documentation, in every engine. Breaks if an engine needs anything
 * of a file system, or if the text and the code are no longer the same.
 */
class ShardHandOffTest {

    private static final int MAX_STATES = 1000;
    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final Diagram.Words WORDS = new Diagram.Words() {
        @Override
        public String describe(String outcome) {
            return "acknowledged, and not found";
        }

        @Override
        public String mark(String outcome, String note) {
            return note.contains("acknowledged") ? " <== lost" : "";
        }
    };

    private static Explorer.Result explore(Columns columns) {
        Explorer.Result result = Explorer.explore(() -> HandOff.of(columns), MAX_STATES);
        assertTrue(result.complete());
        return result;
    }

    @Test
    void explorationFindsTheLossAndProvesTheCure() {
        Explorer.Result flag = explore(ShardHandOff.FLAG);
        assertEquals(Set.of("KEPT", "LOST", "REFUSED"), flag.outcomes().keySet());
        assertEquals(Set.of("KEPT", "REFUSED"), explore(ShardHandOff.PERMITS).outcomes().keySet());
        List<Explorer.Move> order = flag.outcomes().get("LOST");
        HandOff again = HandOff.of(ShardHandOff.FLAG);
        order.forEach(move -> move.take(again));
        assertEquals("LOST", again.outcome());
    }

    @Test
    void theLossIsDrawn() {
        List<Explorer.Move> order = explore(ShardHandOff.FLAG).outcomes().get("LOST");
        Diagram diagram = Diagram.of(HandOff.of(ShardHandOff.FLAG), order, "LOST", WORDS);
        assertEquals("""
                CPU 1: mover                            CPU 2: indexer
                                                        I1  isOpen
                M1  block
                M3  copy
                M4  switchOver
                                                        I3  index
                                                              --> written here, and
                                                                acknowledged <== lost
                  ==> LOST: acknowledged, and not found
                """, diagram.text().replace(System.lineSeparator(), "\n"));
        assertTrue(diagram.markdown().contains("| M3 `copy` | |"), diagram.markdown());
    }

    @Test
    void replayTakesTheOrderOfTheLoss() {
        HandOff sample = HandOff.of(ShardHandOff.FLAG);
        new Replay(sample.mover(), sample.indexer()).run("I1 M1 M3 I3 M4");
        assertEquals("LOST", sample.outcome());
        HandOff cured = HandOff.of(ShardHandOff.PERMITS);
        Replay replay = new Replay(cured.mover(), cured.indexer()).run("I1 I2 M1 M2");
        assertTrue(cured.mover().isAsleep());
        assertThrows(IllegalStateException.class, () -> replay.run("M3"), "it waits");
        replay.run("I3 I4 M2 M3 M4");
        assertEquals("KEPT", cured.outcome());
    }

    @Test
    void onThreadsTheCureLosesNothing() {
        Set<String> outcomes = new TreeSet<>();
        assertTimeoutPreemptively(BOUND, () -> {
            for (int i = 0; i < 200; i++) {
                outcomes.add(Threads.run(HandOff.of(ShardHandOff.PERMITS), BOUND));
            }
        });
        outcomes.removeAll(Set.of("KEPT", "REFUSED"));
        assertEquals(Set.of(), outcomes);
    }

    private static Ablation<Columns, HandOff> ablation(String id, String expected,
            UnaryOperator<Columns.Change> edits) {
        return new Ablation<>(id, id, expected,
                edits.apply(ShardHandOff.PERMITS.change()).columns(), List.of(HandOff::of), id);
    }

    private static Verdict verdict(Ablation<Columns, HandOff> ablation) {
        Explorer.Result result = ablation.explore(MAX_STATES).get(0);
        return ablation.verdict(result.outcomes().keySet(), result.complete(),
                outcome -> !Set.of("KEPT", "REFUSED").contains(outcome));
    }

    /** Lets the last one go without a signal. */
    private static final Step<Indexer> QUIET = Step.step("I4quiet", "release", indexer -> {
        indexer.shard.release();
        return indexer.next();
    });

    @Test
    void eachLineOfTheCureBearsLoad() {
        assertEquals(Verdict.KILLED, verdict(ablation("no permit", "LOST",
                c -> c.remove(Indexer.I2, Indexer.I4))));
        assertEquals(Verdict.KILLED, verdict(ablation("no wait", "LOST", c -> c.remove(Mover.M2))));
        assertEquals(Verdict.KILLED, verdict(ablation("waits before it blocks", "LOST",
                c -> c.move(Mover.M2).before(Mover.M1))));
        assertEquals(Verdict.KILLED, verdict(ablation("given back before the write", "LOST",
                c -> c.move(Indexer.I4).before(Indexer.I3))));
        assertEquals(Verdict.KILLED, verdict(ablation("no signal", "HUNG",
                c -> c.replace(Indexer.I4, QUIET))));
        assertEquals(Verdict.EQUIVALENT, verdict(ablation("no early look", Ablation.EQUIVALENT,
                c -> c.remove(Indexer.I1))));
        assertEquals(Verdict.WRONG, verdict(ablation("no wait", "HUNG", c -> c.remove(Mover.M2))));
        assertEquals(Verdict.WRONG, verdict(ablation("no wait", Ablation.EQUIVALENT,
                c -> c.remove(Mover.M2))));
        assertEquals(Verdict.SURVIVED, verdict(ablation("no early look", "LOST",
                c -> c.remove(Indexer.I1))));
    }

    @Test
    void theDocumentationShowsThisVeryCode() throws IOException {
        String code = Files.readString(Path.of("src/test/java/nocowrace/engine/ShardHandOff.java"));
        String example = code.substring(code.indexOf("begins here") + "begins here".length(),
                code.indexOf("    // the example ends"));
        String text = Files.readString(Path.of("src/main/java/nocowrace/engine/package-info.java"));
        String quoted = text.lines().map(line -> line.replaceFirst("^ \\* ?", ""))
                .collect(Collectors.joining("\n"));
        assertFalse(example.isBlank());
        assertTrue(quoted.contains(example.lines().map(line -> line.replaceFirst("^ {4}",
                "")).collect(Collectors.joining("\n")).strip()), "the example");
    }
}
