// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Ratios, verdicts and the table from rows that are made up. Breaks if a row is compared with one
 * of other conditions, if a throughput counts as a time, or if a target is met by its middle alone.
 */
class OverheadTest {

    private static Row row(String method, Map<String, String> params, int threads,
            double... forks) {
        return new Row("Guard_01_EnterLeave", method, new TreeMap<>(params), threads, "Parallel",
                "ns/op", false, forks, new double[0], 0, Map.of(), "");
    }

    private static Row guard(Guard guard, int threads, double... forks) {
        return row("guard", Map.of("guard", guard.name(), "groups", "SAME"), threads, forks);
    }

    @Test
    void aRatioIsTakenForkByFork() {
        Row slow = guard(Guard.KERNEL, 1, 10, 20, 40);
        Ratio ratio = Ratio.of(guard(Guard.WORD, 1, 5, 10, 20), slow);
        assertEquals(0.5, ratio.value(), 1e-9);
        assertEquals(0.5, ratio.low(), 1e-9, "both were slower together");
        assertEquals(0.5, ratio.high(), 1e-9);
        Ratio scattered = Ratio.of(guard(Guard.WORD, 1, 5, 10, 40), slow);
        assertTrue(scattered.low() < 0.5 && scattered.high() > 1, scattered.toString());
        assertFalse(scattered.isDecided(0.75));
        assertTrue(scattered.isDecided(100) && scattered.isDecided(0.001));
    }

    @Test
    void whatHasMoreForksThanAnotherIsComparedWithAllOfThem() {
        Row many = guard(Guard.KERNEL, 2, 80, 80, 80, 240, 240, 240);
        Ratio ratio = Ratio.of(guard(Guard.WORD, 2, 40, 40, 40), many);
        assertEquals(40 / Math.sqrt(80 * 240), ratio.value(), 1e-9);
        assertTrue(ratio.low() < 40.0 / 240 && 40.0 / 80 < ratio.high(), "2 degrees of freedom");
        assertEquals(1 / ratio.value(), Ratio.of(many, guard(Guard.WORD, 2, 40, 40, 40)).value(),
                1e-9);
        assertFalse(Ratio.of(guard(Guard.WORD, 2, 40, 40), many).isDecided(0.5), "too few");
    }

    @Test
    void fewForksGiveNoInterval() {
        Ratio ratio = Ratio.of(guard(Guard.WORD, 1, 5, 5), guard(Guard.KERNEL, 1, 10, 10));
        assertEquals("0.50", ratio.toString());
        assertFalse(ratio.isDecided(0.75));
    }

    @Test
    void lessThroughputCostsMore() {
        Row fast = new Row("B", "m", Map.of(), 1, "Parallel", "ops/us", true,
                new double[] {4, 4, 4}, new double[0], 0, Map.of(), "");
        Row slow = new Row("B", "m", Map.of(), 1, "Parallel", "ops/us", true,
                new double[] {2, 2, 2}, new double[0], 0, Map.of(), "");
        assertEquals(2, Ratio.of(slow, fast).value(), 1e-9);
    }

    @Test
    void onlyLikeIsComparedWithLike() {
        Overhead overhead = Overhead.of(List.of(
                row("storeLoad", Map.of(), 1, 3, 3, 3), row("swapLoad", Map.of(), 1, 2, 2, 2),
                guard(Guard.NONE, 1, 1, 1, 1), guard(Guard.KERNEL, 1, 8, 8, 8),
                guard(Guard.WORD, 1, 4, 4, 4), guard(Guard.WORD, 2, 30, 30, 30)));
        Overhead.Line word = overhead.lines().get(4);
        assertEquals(4, word.againstNone().value(), 1e-9);
        assertEquals(0.5, word.againstKernel().value(), 1e-9);
        assertEquals(2, word.againstLimit().value(), 1e-9);
        Overhead.Line alone = overhead.lines().get(5);
        assertNull(alone.againstKernel(), "the kernel form ran with one thread only");
        assertNull(alone.againstLimit());
    }

    @Test
    void aTargetIsMetByTheWholeInterval() {
        assertEquals("met", verdict(4, 4.1, 4.2));
        assertEquals("not met", verdict(7.9, 8, 7.8));
        assertEquals("open", verdict(4, 8, 5));
    }

    private static String verdict(double... word) {
        return Overhead.of(List.of(guard(Guard.KERNEL, 1, 8, 8, 8), guard(Guard.WORD, 1, word)))
                .claims().stream().filter(claim -> claim.what().startsWith("one word"))
                .findFirst().orElseThrow().verdict();
    }

    @Test
    void aReferenceThatScattersIsSaid() {
        assertTrue(Overhead.of(List.of(guard(Guard.KERNEL, 1, 8, 8, 9))).noisy().isEmpty());
        assertEquals(1, Overhead.of(List.of(guard(Guard.KERNEL, 1, 8, 8, 12))).noisy().size());
    }

    /** Two threads meet in one of two rhythms: any few forks say little, many say it. */
    @Test
    void manyForksThatScatterAreNoNoise() {
        double[] few = {80, 80, 240};
        double[] many = new double[21];
        Arrays.setAll(many, i -> few[i % few.length]);
        assertEquals(1, Overhead.of(List.of(guard(Guard.KERNEL, 2, few))).noisy().size());
        assertTrue(Overhead.of(List.of(guard(Guard.KERNEL, 2, many))).noisy().isEmpty());
    }

    @Test
    void onlyOurGuardsAreToAllocateNothing() {
        assertEquals("met", allocation(allocating(Guard.named("READ_WRITE_LOCK"), 28)));
        assertEquals("not met", allocation(allocating(Guard.named("SLOTS"), 28)));
    }

    private static Row allocating(Guard guard, double bytes) {
        return new Row("Guard_01_EnterLeave", "guard", new TreeMap<>(Map.of("guard", guard.name(),
                "groups", "SAME")), 2, "Parallel", "ns/op", false, new double[] {1, 1, 1},
                new double[0], bytes, Map.of(), "");
    }

    private static String allocation(Row row) {
        return Overhead.of(List.of(guard(Guard.KERNEL, 1, 8, 8, 8), row)).claims().stream()
                .filter(claim -> claim.what().contains("allocation")).findFirst().orElseThrow()
                .verdict();
    }

    private static Row write(String protocol, double... forks) {
        return new Row("Write_02_WhatTheFixCosts", "direct", new TreeMap<>(Map.of("protocol",
                protocol, "groups", "100", "copyBytes", "0")), 1, "Parallel", "ns/op", false,
                forks, new double[0], 80, Map.of(), "");
    }

    @Test
    void aWholeWriteIsToldApartOnlyByTheWholeInterval() {
        Overhead overhead = Overhead.of(List.of(write("before-fix", 100, 100, 100),
                write("after-fix", 120, 121, 122), write("single-word", 101, 99, 100),
                write("writer-slots", 90, 91, 92), write("held-uncounted", 100, 101, 102)));
        assertEquals(Map.of("after-fix / before the fix", "dearer",
                "single-word / before the fix", "not told apart",
                "single-word / its steps, no guard", "not told apart",
                "writer-slots / before the fix", "cheaper",
                "writer-slots / its steps, no guard", "cheaper"),
                overhead.claims().stream().filter(claim -> claim.what().startsWith("direct"))
                        .collect(Collectors.toMap(claim -> claim.what()
                                .replaceAll("direct write, | \\(Parallel\\)", ""),
                                Overhead.Claim::verdict)));
    }

    @Test
    void twoForksTellNothingApart() {
        assertEquals(List.of("open"), Overhead.of(List.of(write("before-fix", 100, 100),
                write("held", 200, 200))).claims().stream().map(Overhead.Claim::verdict).toList());
    }

    private static Row step(String method, double... forks) {
        return new Row("Steps_01_WhatTheyCost", method, Map.of(), 1, "Parallel", "ns/op", false,
                forks, new double[0], 80, Map.of(), "");
    }

    @Test
    void stepsAreComparedWithTheStraightLine() {
        Overhead overhead = Overhead.of(List.of(step("straight", 100, 101, 102),
                step("steps", 150, 151.5, 153)));
        Overhead.Claim claim = overhead.claims().get(0);
        assertEquals("direct write, steps / straight line (Parallel)", claim.what());
        assertEquals(1.5, claim.measured().value(), 1e-9);
        assertEquals("dearer", claim.verdict());
        assertEquals(1, overhead.claims().size());
        assertEquals(List.of("straight", "steps"), Subjects.of(overhead.lines()).stream()
                .map(subject -> subject.get("name")).toList());
        assertEquals(List.of(), overhead.noisy());
        assertEquals(1, Overhead.of(List.of(step("straight", 100, 101, 150))).noisy().size());
        assertEquals(List.of(), Overhead.of(List.of(step("steps", 1, 1, 1))).claims());
    }

    @Test
    void aRunAboutOtherThingsHasNoTargets() {
        assertEquals(List.of(), Overhead.of(List.of(row("floor", Map.of(), 1, 1, 1, 1))).claims());
    }

    @Test
    void aDurationIsJudgedByItsInterval() {
        assertEquals("met", idle(49, 49.5, 49));
        assertEquals("open", idle(40, 49, 60));
        assertEquals("not met", idle(51, 51.1, 51));
    }

    private static String idle(double... forks) {
        return Overhead.of(List.of(row("guardAlone", Map.of("guard", "WORD", "writers", "0"), 1,
                        forks))).claims().stream()
                .filter(claim -> claim.what().contains("idle close")).findFirst().orElseThrow()
                .verdict();
    }

    @Test
    void theTableHasEveryRowShareAndVerdict() {
        Row against = new Row("Relocation_02_AgainstWriters", "both.write", Map.of(), 2,
                "Parallel", "ops/ms", true, new double[] {1, 1, 1}, new double[0], Double.NaN,
                Map.of("refused", 0.25), "");
        Overhead overhead = Overhead.of(List.of(
                guard(Guard.KERNEL, 1, 8, 8, 12), guard(Guard.WORD, 1, 4, 4, 6.1), against));
        String table = OverheadTable.render(overhead, false);
        assertTrue(table.lines().anyMatch(line -> line.contains("0.50 [0.49, 0.51]")
                && line.contains(" met")) && table.contains("25 % refused")
                && table.contains("too noisy to rank"), table);
        assertTrue(OverheadTable.render(overhead, true).contains("| 0.50 [0.49, 0.51] "), table);
    }
}
