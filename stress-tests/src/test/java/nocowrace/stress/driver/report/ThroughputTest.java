// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import nocowrace.harness.ExitCode;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.MeasuredCell.Estimate;
import nocowrace.stress.driver.verdict.MeasuredCell;
import org.junit.jupiter.api.Test;

/** What is made of forks that are made up. Breaks if a rate, a ratio or an interval is wrong. */
class ThroughputTest {

    private static final double EPSILON = 1e-9;

    private static MeasuredCell cell(String name) {
        return new MeasuredCell(Comparison.chosen(Pattern.compile("^" + name + "$")).cells()
                .get(0));
    }

    /** A fork of a second. */
    private static Fork fork(long kept, long lost) {
        return MadeUp.ok(Map.of("NOCOW/KEPT", kept, "NOCOW/LOST", lost));
    }

    private static Fork failed() {
        return new Fork(Fork.Status.FAILED, Map.of(), 1, "no result came back");
    }

    private static Throughput throughput(MeasuredCell... cells) {
        return new Throughput(List.of(cells), "2026-01-01T00:00:00Z", MadeUp.HERE, 2, false);
    }

    /** Three pairs: the straight line is twice as fast, four times, and twice again. */
    private static MeasuredCell threePairs() {
        MeasuredCell cell = cell("direct-nodatacow/before-fix");
        cell.add(fork(9_990, 10), fork(20_000, 0), MadeUp.HERE);
        cell.add(fork(19_990, 10), fork(80_000, 0), MadeUp.HERE);
        cell.add(fork(29_980, 20), fork(60_000, 0), MadeUp.HERE);
        return cell;
    }

    @Test
    void theCostIsTheMeanOfThePairs() {
        Estimate cost = threePairs().cost();
        assertEquals(Math.pow(2 * 4 * 2, 1.0 / 3), cost.value(), EPSILON);
        double half = 4.302652729911275 * Math.log(2) / Math.sqrt(3) / Math.sqrt(3);
        assertEquals(cost.value() * Math.exp(half), cost.high(), EPSILON);
        assertEquals(cost.value() / Math.exp(half), cost.low(), EPSILON);
        MeasuredCell other = cell("direct-cow/after-fix");
        other.add(fork(1000, 0), fork(1000, 0), MadeUp.HERE);
        assertEquals(2, MeasuredCell.cost(List.of(threePairs(), other)).value(), EPSILON);
    }

    @Test
    void aFailedForkTakesItsPairWithIt() {
        MeasuredCell cell = threePairs();
        assertTrue(cell.isWhole());
        cell.add(fork(1, 0), failed(), MadeUp.HERE);
        assertFalse(cell.isWhole());
        assertEquals(ExitCode.HARNESS_FAILED, throughput(cell).exitCode());
        cell.add(failed(), fork(1, 0), MadeUp.HERE);
        assertEquals(threePairs().cost(), cell.cost());
        assertEquals(4, cell.rates().getN());
        assertEquals(4, cell.straightRates().getN());
        cell = threePairs();
        cell.add(failed(), fork(1, 0), MadeUp.HERE);
        assertFalse(cell.isWhole());
        assertEquals(ExitCode.HARNESS_FAILED, throughput(cell).exitCode());
    }

    @Test
    void whatDidNotRunIsSaidAndIsNoSuccess() throws Exception {
        MeasuredCell cell = cell("direct-nodatacow/before-fix");
        Throughput none = throughput(threePairs(), cell);
        assertEquals(ExitCode.HARNESS_FAILED, none.exitCode());
        assertTrue(none.text().contains("not run"), none.text());
        assertTrue(none.text().endsWith("something did not run" + System.lineSeparator()));
        JsonNode root = new ObjectMapper().readTree(none.json());
        assertFalse(root.get("complete").asBoolean());
        assertTrue(root.get("cells").get(1).get("cost").isNull(), none.json());
        Throughput stopped = new Throughput(List.of(threePairs()), "", MadeUp.HERE, 2, true);
        assertEquals(ExitCode.HARNESS_FAILED, stopped.exitCode());
        assertTrue(stopped.text().contains("stopped before its time"), stopped.text());
    }

    /** Of 40 losses in 3 s; the limits of a Poisson count of 40 are 28.577 and 54.469. */
    @Test
    void theTimeToALoss() {
        Estimate loss = threePairs().secondsPerLoss();
        assertEquals(3.0 / 40, loss.value(), EPSILON);
        assertEquals(3 / 54.469, loss.low(), 1e-5);
        assertEquals(3 / 28.577, loss.high(), 1e-5);
        MeasuredCell none = cell("direct-nodatacow/before-fix");
        none.add(fork(1000, 0), fork(1000, 0), MadeUp.HERE);
        assertEquals(1.0 / 3, none.secondsPerLoss().low(), EPSILON);
        assertTrue(Double.isNaN(none.secondsPerLoss().value()));
        assertTrue(throughput(none).text().contains("> 0.333 s"), throughput(none).text());
    }

    @Test
    void theTable() {
        MeasuredCell safe = cell("direct-nodatacow/after-fix");
        safe.add(fork(5000, 0), fork(4000, 0), MadeUp.HERE);
        MeasuredCell late = cell("late-bio/before-fix");
        late.add(fork(0, 2), null, MadeUp.HERE);
        String text = throughput(threePairs(), safe, late).text();
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        List<String> rows = text.lines().filter(line -> line.startsWith("| "))
                .map(line -> line.replaceAll(" +", " ")).skip(1).toList();
        assertEquals(List.of(
                "| direct-nodatacow/ | 20 | 60 | 2.52 | 75 ms |",
                "| before-fix | 10-30 | 20-80 | [0.93, 6.8] | [55, 100] |",
                "| direct-nodatacow/ | 5 | 4 | 0.8 | - |",
                "| after-fix | 5-5 | 4-4 | | |",
                "| late-bio/ | 0.002 | - | - | 500 ms |",
                "| before-fix | 0.002-0.002 | | | [140, 4100] |"), rows);
        String line = text.replaceAll("\\s+", " ");
        assertTrue(line.contains("; of all: 1.89 [0.66, 5.4]"), text);
        assertTrue(line.contains("tiered, stride 16, pinned; 2 x 300 ms that do not"), text);
        assertTrue(text.endsWith("all has run; nothing is judged" + System.lineSeparator()), text);
    }

    @Test
    void theJson() throws Exception {
        MeasuredCell late = cell("late-bio/after-fix");
        late.add(fork(7, 0), null, MadeUp.HERE);
        JsonNode root = new ObjectMapper().readTree(throughput(threePairs(), late).json());
        assertEquals("throughput", root.get("command").asText());
        assertTrue(root.get("complete").asBoolean());
        JsonNode cell = root.get("cells").get(0);
        assertEquals("direct-nodatacow", cell.get("scenario").asText());
        assertEquals("broken", cell.get("expected").asText());
        assertEquals(60_000, cell.get("samples").asLong());
        assertEquals(20_000, cell.get("samplesPerSecond").asDouble(), EPSILON);
        assertEquals("[10000.0,20000.0,30000.0]", cell.get("samplesPerSecondByFork").toString());
        assertEquals(60_000, cell.get("straightLine").get("samplesPerSecond").asDouble(), EPSILON);
        assertEquals(threePairs().cost().high(), cell.get("costUpper95").asDouble(), EPSILON);
        assertEquals(0.075, cell.get("secondsPerLoss").asDouble(), EPSILON);
        cell = root.get("cells").get(1);
        assertTrue(cell.get("straightLine").isNull());
        assertFalse(cell.has("secondsPerLoss"), "nothing to wait for");
    }
}
