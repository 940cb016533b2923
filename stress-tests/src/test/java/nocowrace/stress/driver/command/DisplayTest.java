// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntUnaryOperator;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;

/**
 * The progress on standard error. Breaks if a command is silent while a fork runs, if quiet is not
 * quiet, or if the time left is promised too short.
 */
class DisplayTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(out, true, StandardCharsets.UTF_8);

    private static CellRun cell() {
        CellRun cell = new Comparison(Scenario.TABLE, name -> true).cells().get(0);
        cell.add(MadeUp.ok(Map.of("NOCOW/LOST", 10L, "NOCOW/KEPT", 990L)), MadeUp.HERE);
        return cell;
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void oneLineInAnInterval() {
        try (Display display = new Display.LineNowAndThen(err, Duration.ofHours(1))) {
            display.show(cell(), Duration.ofSeconds(90));
            display.show(cell(), Duration.ofSeconds(80));
        }
        assertEquals(1, lines().size());
        assertTrue(lines().get(0).matches("9\\d s left, direct-nodatacow/v4.6: 10 LOST of 1,000"),
                lines().get(0));
    }

    /** Bounded by the time-out of the latch, and not by how fast the machine is. */
    @Test
    void linesGoOnWhileNothingHappens() throws InterruptedException {
        CountDownLatch three = new CountDownLatch(3);
        PrintStream counting = new PrintStream(out, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                super.println(line);
                three.countDown();
            }
        };
        try (Display display = new Display.LineNowAndThen(counting, Duration.ofMillis(1))) {
            display.show("exploring");
            assertTrue(three.await(1, TimeUnit.MINUTES), "it is silent");
        }
        assertTrue(lines().get(0).matches("exploring, \\d+ s"), lines().get(0));
        assertTrue(Display.INTERVAL.multipliedBy(5).dividedBy(4).compareTo(Duration.ofSeconds(5))
                <= 0, "an interval and a tick make 5 s at most");
    }

    @Test
    void quietReportsOnlyTrouble() {
        try (Display quiet = Display.on(err, true)) {
            quiet.probing(Duration.ofSeconds(9), "more");
            quiet.show(cell(), Duration.ofSeconds(9));
            quiet.show("exploring");
            quiet.note("a note");
            assertEquals(0, out.size());
            quiet.say("trouble");
        }
        assertEquals(List.of("trouble"), lines());
    }

    @Test
    void theBarShowsTheTimeLeft() {
        try (Display bar = new Display.Bar(err)) {
            bar.show(cell(), Duration.ofSeconds(90));
        }
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains(" s left"), text);
        assertTrue(text.lines().flatMap(line -> List.of(line.split("\r")).stream())
                .allMatch(line -> line.replaceAll("\u001b\\[[0-9;?]*\\w", "").length() <= 80),
                text);
    }

    /** Forks of 1 to 3 s, on an idle machine and on a busy one. */
    @Test
    void theTimeLeftIsNeverMoreThanAFifthTooShort() throws IOException {
        for (int budget : new int[] {1, 60, 100, 600}) {
            for (int busy : new int[] {1, 5}) {
                promises(budget, 1, 5 * busy, turn -> busy * (1_000 + turn % 5 * 500));
            }
        }
    }

    /** As with --deep: each cell takes its turn in the interpreter, which takes 12 s. */
    @Test
    void norIfSomeForksAreSlow() throws IOException {
        promises(60, 14, 5, turn -> turn % 7 == 0 ? 12_000 : 1_500);
    }

    private static void promises(int budget, int rounds, int guess, IntUnaryOperator millis)
            throws IOException {
        AtomicLong clock = new AtomicLong();
        List<Long> promised = new ArrayList<>();
        List<Long> at = new ArrayList<>();
        Comparison comparison = new Comparison(Scenario.TABLE, name -> true);
        comparison.run(new Comparison.Plan(Duration.ofSeconds(budget), 1, rounds,
                        Duration.ofSeconds(guess), clock::get),
                (test, turn) -> {
                    clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(
                            millis.applyAsInt(turn)));
                    return MadeUp.ok(Map.of("NOCOW/KEPT", 1L));
                }, new MadeUp.Deaf() {
                    @Override
                    public void before(CellRun cell, Duration left) {
                        promised.add(left.toNanos());
                        at.add(clock.get());
                    }
                });
        int tooShort = 0;
        for (int i = 0; i < at.size(); i++) {
            if (promised.get(i) < 0.8 * (clock.get() - at.get(i))) {
                tooShort++;
            }
        }
        assertEquals(0, tooShort, "with a budget of " + budget + " s: " + promised);
    }
}
