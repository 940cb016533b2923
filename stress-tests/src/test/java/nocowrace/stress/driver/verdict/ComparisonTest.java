// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import nocowrace.harness.Environment;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.report.CompareJson;
import nocowrace.stress.driver.report.CompareTable;
import nocowrace.stress.driver.report.JUnitReport;
import nocowrace.stress.driver.report.Page;
import nocowrace.stress.scenario.BufferedCow;
import nocowrace.stress.scenario.DirectCow;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;

/**
 * The verdicts and exit codes, from made-up forks.
 *
 * <p>Breaks if a loss after the fix, a loss that is missing before it, a cell without a result, a
 * hang, a failed fork or too few samples could pass.
 */
class ComparisonTest {

    private static final Map<String, Long> LOSING = Map.of("NOCOW/LOST", 10L, "NOCOW/KEPT", 990L);
    private static final Map<String, Long> KEEPING = Map.of("NOCOW/KEPT", 5000L, "COW/KEPT", 5000L);
    private static final String V46 = "nocowrace.stress.scenario.DirectNodatacow.V4_6";
    private static final String BEFORE = "nocowrace.stress.scenario.DirectNodatacow.BeforeFix";
    private static final String AFTER = "nocowrace.stress.scenario.DirectNodatacow.AfterFix";

    private final Map<String, Fork> forks = new HashMap<>(Map.of(
            V46, ok(LOSING), BEFORE, ok(LOSING), AFTER, ok(KEEPING)));

    private static Fork ok(Map<String, Long> outcomes) {
        return new Fork(Fork.Status.OK, outcomes, 1_000_000, "");
    }

    /** One round, since the budget is over before the second. */
    private Comparison compare() {
        Comparison comparison = new Comparison(Scenario.TABLE,
                name -> name.startsWith("direct-nodatacow/"));
        MadeUp.run(comparison, Duration.ZERO, forks::get);
        return comparison;
    }

    private static List<String> verdicts(Comparison comparison) {
        return comparison.cells().stream().map(cell -> comparison.verdict(cell).toString())
                .toList();
    }

    @Test
    void asExpected() {
        Comparison comparison = compare();
        assertEquals(List.of("reproduced", "reproduced", "clean"), verdicts(comparison));
        assertEquals(0, comparison.exitCode());
        assertEquals(100, comparison.expectedIfBroken(comparison.cells().get(2)), 1e-9);
    }

    @Test
    void aLossAfterTheFix() {
        forks.put(AFTER, ok(Map.of("NOCOW/KEPT", 1_000_000L, "COW/LOST", 1L)));
        Comparison comparison = compare();
        assertEquals(List.of("reproduced", "reproduced", "violated"), verdicts(comparison));
        assertEquals(1, comparison.exitCode());
    }

    @Test
    void anythingButKeptIsForbidden() {
        for (String id : List.of("NOCOW/ERROR", "COW/LEAK", "NOCOW/HUNG", "COW/CORRUPT", "what")) {
            forks.put(AFTER, ok(Map.of("NOCOW/KEPT", 1_000_000L, id, 1L)));
            assertEquals(1, compare().exitCode(), id);
        }
    }

    @Test
    void anOutcomeThatNoOrderOfTheStepsExplains() {
        for (String id : List.of("NOCOW/LEAK", "NOCOW/CORRUPT", "COW/LOST", "what")) {
            forks.put(BEFORE, ok(Map.of("NOCOW/LOST", 10L, "NOCOW/KEPT", 990L, id, 1L)));
            assertEquals("violated", verdicts(compare()).get(1), id);
            assertEquals(1, compare().exitCode());
        }
    }

    @Test
    void noLossBeforeTheFix() {
        forks.put(BEFORE, ok(KEEPING));
        Comparison comparison = compare();
        assertEquals(List.of("reproduced", "not-reproduced", "weak"), verdicts(comparison));
        assertEquals(1, comparison.exitCode());
    }

    @Test
    void tooFewSamplesToMeanSomething() {
        forks.put(AFTER, ok(Map.of("NOCOW/KEPT", 4999L)));
        assertEquals("weak", verdicts(compare()).get(2));
        assertEquals(1, compare().exitCode());
        forks.put(AFTER, ok(Map.of("NOCOW/KEPT", 5000L)));
        assertEquals("clean", verdicts(compare()).get(2));
    }

    @Test
    void theRarestBrokenVariantSetsThePower() {
        forks.put(V46, ok(Map.of("NOCOW/LOST", 1L, "NOCOW/KEPT", 999_999L)));
        assertEquals("weak", verdicts(compare()).get(2));
    }

    @Test
    void aCellWithoutResult() {
        forks.put(BEFORE, new Fork(Fork.Status.FAILED, Map.of(), 1, "it never started"));
        Comparison comparison = compare();
        assertEquals(List.of("reproduced", "not-run", "weak"), verdicts(comparison));
        assertEquals(3, comparison.exitCode());
    }

    @Test
    void aForkThatHangs() {
        Fork hung = new Fork(Fork.Status.HUNG, Map.of(), 1, "killed");
        forks.put(AFTER, hung);
        assertEquals("violated", verdicts(compare()).get(2));
        assertEquals(1, compare().exitCode());
        forks.put(AFTER, ok(KEEPING));
        forks.put(BEFORE, hung);
        assertEquals("not-run", verdicts(compare()).get(1), "a kill is no reproduction");
        assertEquals(3, compare().exitCode());
    }

    @Test
    void losingCellsStopEarlyAndTheTimeGoesToTheFixed() {
        Map<String, Integer> runs = new HashMap<>();
        Comparison comparison = new Comparison(Scenario.TABLE,
                name -> name.startsWith("direct-nodatacow/"));
        MadeUp.run(comparison, Duration.ofMillis(300), test -> {
            runs.merge(test, 1, Integer::sum);
            return test.equals(AFTER) ? ok(KEEPING) : ok(Map.of("NOCOW/LOST", 100L));
        });
        assertEquals(2, runs.get(V46));
        assertEquals(2, runs.get(BEFORE));
        assertTrue(runs.get(AFTER) > 100, runs::toString);
    }

    @Test
    void theLeastCertainCellIsNextAndNoneStarves() {
        Map<String, Integer> runs = new HashMap<>();
        Comparison comparison = new Comparison(Scenario.TABLE,
                name -> name.startsWith("direct-nodatacow/"));
        MadeUp.run(comparison, Duration.ofMillis(300), test -> {
            runs.merge(test, 1, Integer::sum);
            return test.equals(V46) ? ok(Map.of("NOCOW/LOST", 50L))
                    : test.equals(BEFORE) ? ok(Map.of("NOCOW/LOST", 5L, "NOCOW/KEPT", 1L))
                    : ok(KEEPING);
        });
        assertEquals(4, runs.get(V46), "it has enough by then");
        assertTrue(runs.get(BEFORE) > 4 && runs.get(BEFORE) <= 40, runs::toString);
        assertTrue(runs.get(AFTER) > 1, runs::toString);
    }

    @Test
    void theJsonHasTheKeysOfTheContract() throws Exception {
        JsonNode root = new ObjectMapper().readTree(CompareJson.render(MadeUp.results(compare())));
        assertEquals("compare", root.get("command").asText());
        assertEquals("pass", root.get("verdict").asText());
        assertTrue(root.get("environment").isObject());
        JsonNode cell = StreamSupport.stream(root.get("cells").spliterator(), false)
                .filter(node -> node.get("protocol").asText().equals("after-fix"))
                .findFirst().orElseThrow();
        assertEquals("direct-nodatacow", cell.get("scenario").asText());
        assertEquals("safe", cell.get("expected").asText());
        assertEquals("clean", cell.get("verdict").asText());
        assertEquals(10_000, cell.get("samples").asLong());
        assertEquals(5000, cell.get("outcomes").get("COW/KEPT").asLong());
        assertEquals(0, cell.get("bad").asLong());
        assertTrue(cell.get("seconds").isNumber());
        assertTrue(cell.get("hints").isBoolean());
        assertEquals(3e-4, cell.get("rateUpper95").asDouble(), 1e-12);
        assertEquals(100, cell.get("expectedIfBroken").asDouble(), 1e-9);
    }

    @Test
    void aSafeCellAloneIsCalibratedByABrokenVariant() {
        for (String only : List.of("direct-cow/after-fix", "buffered-cow/")) {
            Comparison comparison = new Comparison(Scenario.TABLE, name -> name.startsWith(only));
            assertEquals(1, comparison.calibrations().size());
            String broken = only.startsWith("direct")
                    ? DirectCow.V4_6.class.getCanonicalName()
                    : BufferedCow.Uncounted.class.getCanonicalName();
            Map<String, Long> keeping = Map.of("COW/KEPT", 10_000L);
            MadeUp.run(comparison, Duration.ZERO, test -> ok(!test.equals(broken) ? keeping
                    : Map.of("COW/LOST", 10L, "COW/KEPT", 990L)));
            assertEquals(0, comparison.exitCode(), only);
            comparison = new Comparison(Scenario.TABLE, name -> name.startsWith(only));
            MadeUp.run(comparison, Duration.ZERO, test -> ok(keeping));
            assertEquals(1, comparison.exitCode(), only + " without a rate is weak");
        }
    }

    /** Whatever the machine says of itself. */
    @Test
    void theTableFitsIn80Columns() {
        Map<String, Long> huge = Map.of("NOCOW/KEPT", 123_456_789_012L, "COW/KEPT", 1L);
        forks.put(AFTER, ok(huge));
        forks.put(V46, ok(Map.of("NOCOW/LOST", 1_234_567_890L, "NOCOW/ERROR", 999_999_999L)));
        for (Environment environment : List.of(new Environment("", "", "", 1, ""),
                new Environment("Linux " + "6.1.0-a-very-long-release".repeat(9), "amd64",
                        "A Processor With Many Words In Its Name ".repeat(9), 128,
                        "Vendor, Incorporated ".repeat(5) + "25.0.3+9-LTS"))) {
            Comparison comparison = compare();
            Results results = new Results(comparison, List.of(MadeUp.run("a", environment,
                    comparison, comparison)), null, List.of("some warning ".repeat(20)));
            for (boolean verbose : new boolean[] {false, true}) {
                String table = CompareTable.render(results, verbose);
                assertTrue(table.lines().allMatch(line -> line.length() <= 80), table);
                assertTrue(table.contains("| 10 LOST          |"), table);
                assertTrue(table.contains("| of 1,000         |"), table);
                assertTrue(table.contains("| of 1.235e+11     |"), table);
                assertEquals(verbose, table.contains("rate "), table);
            }
        }
    }

    /** Breaks if an outcome is called by the name of another. */
    @Test
    void outcomesAreCountedByTheirNames() {
        forks.put(V46, ok(Map.of("NOCOW/LOST", 47L, "NOCOW/ERROR", 306L, "NOCOW/KEPT", 9_647L)));
        Results results = MadeUp.results(compare());
        CellRun cell = results.comparison().cells().get(0);
        assertEquals(List.of("306 ERROR", "47 LOST"), cell.badByFate());
        assertEquals("306 ERROR, 47 LOST of 10,000", CompareTable.hits(cell));
        assertEquals(0.01 * 10_000, results.comparison().expectedIfBroken(
                results.comparison().cells().get(2)), 1e-9, "the rarer of the two broken cells");
        String junit = JUnitReport.render(results);
        for (String text : List.of(CompareTable.render(results, true), junit,
                Page.MARKDOWN.render(results), Page.HTML.render(results))) {
            assertFalse(text.contains("353 "), text);
        }
    }
}
