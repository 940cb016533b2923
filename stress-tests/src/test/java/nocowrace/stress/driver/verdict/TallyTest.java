// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import nocowrace.stress.driver.report.CompareTable;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;

/** The statistics, against figures from tables. Breaks if an interval is too narrow. */
class TallyTest {

    private static Tally tally(long bad, long kept) {
        Tally tally = new Tally();
        tally.add(MadeUp.ok(Map.of("NOCOW/LOST", bad, "NOCOW/KEPT", kept)));
        return tally;
    }

    @Test
    void wilsonsInterval() {
        Tally tally = tally(10, 90);
        assertEquals(0.1, tally.rate(), 1e-12);
        assertEquals(0.0552, tally.rateLower95(), 5e-5);
        assertEquals(0.1744, tally.rateUpper95(), 5e-5);
        tally = tally(1, 0);
        assertEquals(0.2065, tally.rateLower95(), 5e-5);
        assertEquals(1, tally.rateUpper95(), 1e-12);
    }

    @Test
    void theRuleOfThree() {
        assertEquals(0, tally(0, 3000).rateLower95());
        assertEquals(1e-3, tally(0, 3000).rateUpper95(), 1e-12);
        assertEquals(1, tally(0, 1).rateUpper95());
        assertEquals(1, new Tally().rateUpper95());
        assertEquals(0, new Tally().rateLower95());
    }

    private static Comparison comparison(long lost, long kept) {
        Comparison comparison = new Comparison(Scenario.TABLE,
                name -> name.startsWith("direct-cow/"));
        MadeUp.run(comparison, Duration.ZERO, test -> MadeUp.ok(test.endsWith("V4_6")
                ? Map.of("COW/LOST", lost, "COW/KEPT", 1000 - lost) : Map.of("COW/KEPT", kept)));
        return comparison;
    }

    /** Three forks of a second; the two safe cells have 10 expected losses each and need 50. */
    @Test
    void theBudgetThatWouldDo() {
        Comparison weak = comparison(10, 1000);
        assertEquals(Optional.of(Duration.ofSeconds((long) Math.ceil((3 + 4 + 4) * 1.5))),
                weak.enoughBudget());
        String table = CompareTable.render(MadeUp.results(weak), false);
        assertTrue(table.replaceAll("\\s+", " ").contains("--budget 17s should do"), table);
        assertEquals(Optional.empty(), comparison(10, 5000).enoughBudget(), "nothing is weak");
        Comparison unknown = comparison(0, 1000);
        assertEquals(Optional.empty(), unknown.enoughBudget(), "no rate to go by");
        table = CompareTable.render(MadeUp.results(unknown), false);
        assertTrue(table.replaceAll("\\s+", " ").contains("no broken variant has shown a rate"),
                table);
    }
}
