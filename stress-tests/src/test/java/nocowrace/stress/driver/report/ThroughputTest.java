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

/** What is made of forks that are made up. Breaks if a rate or an interval is wrong. */
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

    private static MeasuredCell threeForks() {
        MeasuredCell cell = cell("direct-nodatacow/before-fix");
        cell.add(fork(9_990, 10), MadeUp.HERE);
        cell.add(fork(19_990, 10), MadeUp.HERE);
        cell.add(fork(29_980, 20), MadeUp.HERE);
        return cell;
    }

    @Test
    void aFailedForkHasNoRateAndIsNoSuccess() {
        MeasuredCell cell = threeForks();
        assertTrue(cell.isWhole());
        assertEquals(ExitCode.OK, throughput(cell).exitCode());
        cell.add(failed(), MadeUp.HERE);
        assertFalse(cell.isWhole());
        assertEquals(ExitCode.HARNESS_FAILED, throughput(cell).exitCode());
        assertEquals(3, cell.rates().getN());
    }

    @Test
    void whatDidNotRunIsSaidAndIsNoSuccess() throws Exception {
        MeasuredCell cell = cell("direct-nodatacow/before-fix");
        Throughput none = throughput(threeForks(), cell);
        assertEquals(ExitCode.HARNESS_FAILED, none.exitCode());
        assertTrue(none.text().contains("not run"), none.text());
        assertTrue(none.text().endsWith("something did not run" + System.lineSeparator()));
        JsonNode root = new ObjectMapper().readTree(none.json());
        assertFalse(root.get("complete").asBoolean());
        assertTrue(root.get("cells").get(1).get("samplesPerSecond").isNull(), none.json());
        Throughput stopped = new Throughput(List.of(threeForks()), "", MadeUp.HERE, 2, true);
        assertEquals(ExitCode.HARNESS_FAILED, stopped.exitCode());
        assertTrue(stopped.text().contains("stopped before its time"), stopped.text());
    }

    /** Of 40 losses in 3 s; the limits of a Poisson count of 40 are 28.577 and 54.469. */
    @Test
    void theTimeToALoss() {
        Estimate loss = threeForks().secondsPerLoss();
        assertEquals(3.0 / 40, loss.value(), EPSILON);
        assertEquals(3 / 54.469, loss.low(), 1e-5);
        assertEquals(3 / 28.577, loss.high(), 1e-5);
        MeasuredCell none = cell("direct-nodatacow/before-fix");
        none.add(fork(1000, 0), MadeUp.HERE);
        assertEquals(1.0 / 3, none.secondsPerLoss().low(), EPSILON);
        assertTrue(Double.isNaN(none.secondsPerLoss().value()));
        assertTrue(throughput(none).text().contains("> 0.333 s"), throughput(none).text());
    }

    @Test
    void theTable() {
        MeasuredCell safe = cell("direct-nodatacow/after-fix");
        safe.add(fork(5000, 0), MadeUp.HERE);
        MeasuredCell late = cell("late-bio/before-fix");
        late.add(fork(0, 2), MadeUp.HERE);
        String text = throughput(threeForks(), safe, late).text();
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        List<String> rows = text.lines().filter(line -> line.startsWith("| "))
                .map(line -> line.replaceAll(" +", " ")).skip(1).toList();
        assertEquals(List.of(
                "| direct-nodatacow/before-fix | 20 | 75 ms |",
                "| | 10-30 | [55, 100] |",
                "| direct-nodatacow/after-fix | 5 | - |",
                "| | 5-5 | |",
                "| late-bio/before-fix | 0.002 | 500 ms |",
                "| | 0.002-0.002 | [140, 4100] |"), rows);
        String line = text.replaceAll("\\s+", " ");
        assertTrue(line.contains("tiered, stride 16, pinned; 2 x 300 ms that do not"), text);
        assertTrue(text.endsWith("all has run; nothing is judged" + System.lineSeparator()), text);
    }

    @Test
    void theJson() throws Exception {
        MeasuredCell late = cell("late-bio/after-fix");
        late.add(fork(7, 0), MadeUp.HERE);
        JsonNode root = new ObjectMapper().readTree(throughput(threeForks(), late).json());
        assertEquals("throughput", root.get("command").asText());
        assertEquals(2, root.get("version").asInt());
        assertTrue(root.get("complete").asBoolean());
        JsonNode cell = root.get("cells").get(0);
        assertEquals("direct-nodatacow", cell.get("scenario").asText());
        assertEquals("broken", cell.get("expected").asText());
        assertEquals(60_000, cell.get("samples").asLong());
        assertEquals(20_000, cell.get("samplesPerSecond").asDouble(), EPSILON);
        assertEquals("[10000.0,20000.0,30000.0]", cell.get("samplesPerSecondByFork").toString());
        assertEquals(0.075, cell.get("secondsPerLoss").asDouble(), EPSILON);
        cell = root.get("cells").get(1);
        assertFalse(cell.has("secondsPerLoss"), "nothing to wait for");
    }
}
