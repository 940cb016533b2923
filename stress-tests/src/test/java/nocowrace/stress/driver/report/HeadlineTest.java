// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;

/** The result in plain words: it claims no more than the chosen cells have shown. */
class HeadlineTest {

    private static final Fork LOSING = MadeUp.ok(Map.of("NOCOW/LOST", 10L, "NOCOW/KEPT", 990L));
    private static final Fork KEEPING = MadeUp.ok(Map.of("NOCOW/KEPT", 10_000L));
    private static final Fork FAILED = new Fork(Fork.Status.FAILED, Map.of(), 1, "no luck");

    /** Of made-up forks; both old protocols have the same. */
    static Results results(String chosen, Fork old, Fork afterFix) {
        Comparison comparison = new Comparison(Scenario.TABLE, name -> name.startsWith(chosen));
        MadeUp.run(comparison, Duration.ZERO,
                test -> test.endsWith("AfterFix") ? afterFix : old);
        return MadeUp.results(comparison);
    }

    private static String title(String chosen, Fork old, Fork afterFix) {
        return new Headline(results(chosen, old, afterFix)).title();
    }

    @Test
    void titleClaimsOnlyWhatWasMeasured() {
        assertEquals("Pass: the old protocols lose data, as expected, and the fix does not",
                title("direct-nodatacow/", LOSING, KEEPING));
        assertEquals("Pass: the protocol \u201cbefore the fix\u201d loses data, as expected",
                title("direct-nodatacow/before-fix", LOSING, KEEPING));
        assertEquals("Pass: with the fix, no data was lost",
                title("direct-nodatacow/after-fix", LOSING, KEEPING));
        Fork error = MadeUp.ok(Map.of("NOCOW/ERROR", 10L, "NOCOW/KEPT", 90L));
        assertEquals("Pass: the old protocols fail, as expected, and the fix does not",
                title("direct-nodatacow/", error, KEEPING), "an error is no lost data");
        assertEquals("Pass: no data was lost where none should be",
                new Headline(PageExamples.only("direct-cow/before-fix")).title());
    }

    @Test
    void titleCountsWhatFailed() {
        assertEquals("Fail: 1 of 3 cells is not as expected",
                title("direct-nodatacow/", LOSING, LOSING));
        assertEquals("Fail: 2 of 3 cells are not as expected, 1 has too few samples",
                title("direct-nodatacow/", KEEPING, KEEPING));
        assertEquals("Fail: 1 of 3 cells did not run, 1 fork failed",
                title("direct-nodatacow/", LOSING, FAILED));
        assertEquals("Fail: the run is not complete",
                new Headline(results("direct-nodatacow/", LOSING, KEEPING)
                        .with("the disk is full")).title());
        assertEquals("Fail: 1 of 1 cell has too few samples, 1 fork failed",
                title("direct-nodatacow/after-fix", FAILED, KEEPING), "of the calibration");
    }

    @Test
    void sentencesNameTheScopeAndBothKindsOfCells() {
        assertEquals(List.of("Of 7 cells expected to lose data, 7 showed a bad outcome, such as "
                + "lost data.", "Of 11 cells expected to keep data, 11 showed no bad outcome in "
                + "enough samples to tell."),
                new Headline(PageExamples.PASS.results()).sentences());
        List<String> one = new Headline(results("direct-nodatacow/v4.6", LOSING, KEEPING))
                .sentences();
        assertEquals("This is not the whole table: 1 of its 18 cells was chosen.", one.get(0));
        assertEquals("No cell that is expected to keep data was chosen.", one.get(2));
        assertEquals("The fix is not among the chosen cells.", one.get(3));
    }
}
