// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import nocowrace.engine.ablate.Ablation.Verdict;
import nocowrace.engine.ablate.Ablation;
import nocowrace.engine.diagram.Diagram;
import nocowrace.model.Protocol;
import nocowrace.stress.ablation.Ablations;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.report.Drawing;
import nocowrace.stress.driver.verdict.AblatedCell;
import nocowrace.stress.scenario.Race;
import org.junit.jupiter.api.Test;

/**
 * Verdicts and exit codes of the matrix. Breaks if one that survives, or fails otherwise than
 * expected, or whose forks fail, could pass; or if stress that saw nothing is taken for a failure.
 */
class AblatedCellTest {

    private static final int MAX_STATES = 100_000;

    private static Fork ok(String id) {
        return new Fork(Fork.Status.OK, Map.of("NOCOW/KEPT", 99L, id, 1L), 1, "");
    }

    private static AblatedCell explored(Ablation<Protocol, Race> ablation) {
        AblatedCell cell = new AblatedCell(ablation);
        cell.explore(MAX_STATES);
        return cell;
    }

    /** An ablation under a false expectation. */
    private static Ablation<Protocol, Race> expecting(String id, String expected) {
        Ablation<Protocol, Race> known = Ablations.get(id);
        return new Ablation<>(id, known.phrase(), expected, known.protocol(), known.models(),
                known.why());
    }

    @Test
    void killedAndEquivalent() {
        AblatedCell cell = explored(Ablations.get("mE1"));
        assertEquals(Verdict.KILLED, cell.verdict());
        assertTrue(Drawing.of(cell).orElseThrow().text().contains("==> NOCOW/HUNG"));
        assertEquals(Verdict.EQUIVALENT, explored(Ablations.get("mH5")).verdict());
        assertEquals(0, AblateCommand.exitCode(List.of(cell)));
    }

    @Test
    void survivedAndWrong() {
        for (Map.Entry<Ablation<Protocol, Race>, Verdict> entry : Map.of(
                expecting("mH5", "LOST"), Verdict.SURVIVED,
                expecting("mE1", "LOST"), Verdict.WRONG,
                expecting("mE1", Ablation.EQUIVALENT), Verdict.WRONG)
                .entrySet()) {
            AblatedCell cell = explored(entry.getKey());
            assertEquals(entry.getValue(), cell.verdict());
            assertEquals(1, AblateCommand.exitCode(List.of(cell)));
            assertTrue(Drawing.of(cell).isEmpty());
        }
    }

    /** Breaks if the exception that ends an order ends the drawing too, and the table with it. */
    @Test
    void orderThatEndsWithAnExceptionIsDrawn() {
        int thrown = 0;
        for (Ablation<Protocol, Race> ablation : Ablations.all()) {
            AblatedCell cell = ablation.expected().equals("ERROR") ? explored(ablation)
                    : new AblatedCell(ablation);
            String text = Drawing.of(cell).map(Diagram::text).orElse("");
            assertTrue(text.lines().allMatch(line -> line.length() <= 120), text);
            thrown += text.contains("throws: ") ? 1 : 0;
        }
        assertTrue(thrown > 0, "no ablation ends so; this test needs one");
    }

    @Test
    void anIncompleteExplorationProvesNothing() {
        AblatedCell cell = new AblatedCell(Ablations.get("mH5"));
        cell.explore(100);
        assertEquals(Verdict.SURVIVED, cell.verdict());
        assertEquals(1, AblateCommand.exitCode(List.of(cell)));
    }

    @Test
    void stressAloneConvictsAndNeverAcquits() {
        AblatedCell cell = new AblatedCell(Ablations.get("mD1"));
        cell.stress(Duration.ZERO, () -> false, (ablation, race) -> ok("COW/KEPT"));
        assertEquals("not seen", cell.words());
        assertEquals(0, AblateCommand.exitCode(List.of(cell)), "rare is no failure");
        cell.stress(Duration.ZERO, () -> false, (ablation, race) -> ok("NOCOW/LOST"));
        assertEquals("killed", cell.words());
        assertEquals(1, cell.bad());
        assertEquals(200, cell.samples());
        AblatedCell harmless = explored(Ablations.get("mH5"));
        harmless.stress(Duration.ZERO, () -> false, (ablation, race) -> ok("NOCOW/LOST"));
        assertEquals(Verdict.WRONG, harmless.verdict());
        assertEquals(1, AblateCommand.exitCode(List.of(harmless)));
    }

    @Test
    void forksTakeTurnsInTheRacesAndStopAtAFailure() {
        AblatedCell cell = new AblatedCell(Ablations.get("mE6"));
        List<Integer> races = new ArrayList<>();
        cell.stress(Duration.ofMinutes(1), () -> false, (ablation, race) -> {
            races.add(race);
            return ok(races.size() < 4 ? "COW/KEPT" : "NOCOW/HUNG");
        });
        assertEquals(List.of(0, 1, 2, 3), races);
    }

    @Test
    void aForkThatFailsIsTheHarnesssFailure() {
        AblatedCell cell = explored(Ablations.get("mE1"));
        cell.stress(Duration.ZERO, () -> false, (ablation, race) -> ok("NOCOW/HUNG"));
        assertEquals(0, AblateCommand.exitCode(List.of(cell)));
        cell.stress(Duration.ZERO, () -> false, (ablation, race) -> new Fork(Fork.Status.FAILED, Map.of(), 1,
                "it never started"));
        assertEquals(3, AblateCommand.exitCode(List.of(cell)));
    }

    @Test
    void theForkThatASignalEndsDoesNotCount() {
        AblatedCell cell = explored(Ablations.get("mE1"));
        cell.stress(Duration.ofMinutes(1), () -> true, (ablation, race) -> new Fork(
                Fork.Status.FAILED, Map.of(), 1, "killed"));
        assertEquals(List.of(), cell.troubles());
        assertFalse(cell.isStressed());
    }

    /** Breaks if what one engine has found is lost when the other is stopped. */
    @Test
    void partialResultsHaveWhatEitherEngineHasFound() throws IOException {
        AblatedCell explored = explored(Ablations.get("mE1"));
        AblatedCell stressed = new AblatedCell(Ablations.get("mD1"));
        stressed.stress(Duration.ZERO, () -> false, (ablation, race) -> ok("NOCOW/LOST"));
        List<AblatedCell> cells = List.of(explored, stressed,
                new AblatedCell(Ablations.get("mB1")));
        assertEquals(List.of(explored, stressed), AblateCommand.begun(cells));
        JsonNode root = new ObjectMapper().readTree(AblateCommand.json(Protocol.AFTER_FIX, cells,
                AblateCommand.Engine.BOTH, "2026-01-01T00:00:00Z"));
        assertFalse(root.get("complete").asBoolean());
        assertEquals("fail", root.get("verdict").asText());
        assertEquals(List.of("mE1", "mD1"), root.get("ablations").findValuesAsText("id"));
        assertTrue(AblateCommand.isComplete(List.of(explored), AblateCommand.Engine.EXPLORE));
        assertFalse(AblateCommand.isComplete(List.of(explored), AblateCommand.Engine.BOTH));
        assertTrue(AblateCommand.isComplete(List.of(stressed), AblateCommand.Engine.STRESS));
    }

    private static JsonNode json(AblatedCell cell) throws IOException {
        return new ObjectMapper().readTree(AblateCommand.json(Protocol.HELD, List.of(cell),
                AblateCommand.Engine.EXPLORE, "2026-01-01T00:00:00Z"));
    }

    @Test
    void jsonHasTheKeysOfTheContract() throws IOException {
        AblatedCell cell = explored(Ablations.get("mE1"));
        JsonNode root = json(cell);
        assertEquals("ablate", root.get("command").asText());
        assertEquals("held", root.get("form").asText());
        JsonNode node = root.get("ablations").get(0);
        assertEquals("mE1", node.get("id").asText());
        assertEquals("HUNG", node.get("expected").asText());
        assertEquals("killed", node.get("verdict").asText());
        assertTrue(node.get("stressed").isNull());
        assertEquals("COW/KEPT", node.get("explored").get(0).asText());
        cell.stress(Duration.ZERO, () -> false, (ablation, race) -> ok("NOCOW/HUNG"));
        node = json(cell).get("ablations").get(0);
        assertEquals(100, node.get("stressed").get("samples").asLong());
        assertEquals(1, node.get("stressed").get("bad").asLong());
        assertFalse(node.get("stressed").isNull());
    }
}
