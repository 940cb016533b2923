// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import nocowrace.engine.diagram.Diagram;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.verdict.ExploredCell;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;

/**
 * The counterexamples that a person sees. Breaks if the shortest order no longer tells the story of
 * the fix's commit message, if the lost write is not marked, or if the README shows another one.
 */
class DiagramTest {

    private static final int MAX_STATES = 10_000;

    private static ExploredCell explored(Scenario scenario, Protocol protocol, int maxStates) {
        ExploredCell cell = new ExploredCell(scenario, protocol);
        cell.explore(maxStates);
        return cell;
    }

    private static Diagram diagram(Scenario scenario, Protocol protocol) {
        ExploredCell cell = explored(scenario, protocol, MAX_STATES);
        return Drawing.of(cell, cell.worst().orElseThrow());
    }

    /** The labels in the order of the rows, a slash between two CPUs. */
    private static String labels(String markdown) {
        StringBuilder labels = new StringBuilder();
        String cpu = null;
        for (String row : markdown.lines().filter(line -> line.contains("`")).toList()) {
            String at = row.startsWith("| |") ? "2" : "1";
            labels.append(at.equals(cpu) ? "" : "/ ")
                    .append(row.replaceAll("^[| ]*(\\w+) .*", "$1 "));
            cpu = at;
        }
        return labels.toString().strip();
    }

    @Test
    void beforeTheFixItTellsTheStoryOfTheCommitMessage() {
        String markdown = diagram(Scenario.DIRECT_NODATACOW, Protocol.BEFORE_FIX).markdown();
        assertEquals("/ W1 W2 W3 / R0 R1 R2 R3 R5 R6 / W5 W7 W8 W9 W10 W11"
                + " / R7 R8 R9 R10 R9 R10 R11", labels(markdown));
        List<String> marked = markdown.lines().filter(line -> line.contains("<==")).toList();
        assertEquals(1, marked.size(), markdown);
        assertTrue(marked.get(0).contains("W10") && marked.get(0).contains("<== lost"), markdown);
    }

    @Test
    void theReadmeShowsThatVeryOutput() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        assertTrue(readme.contains(diagram(Scenario.DIRECT_NODATACOW, Protocol.BEFORE_FIX)
                .markdown().replace(System.lineSeparator(), "\n")),
                "run: explore --only direct-nodatacow/before-fix --diagram --markdown");
    }

    @Test
    void aLateBioIsMarkedAsDamage() {
        String text = diagram(Scenario.LATE_BIO, Protocol.BEFORE_FIX).text();
        assertEquals(1, text.lines().filter(line -> line.contains("<== over the bytes")).count(),
                text);
        assertTrue(text.contains("==> NOCOW/CORRUPT: "), text);
    }

    @Test
    void aThirdCpuHasAColumnOfItsOwn() {
        ExploredCell cell = explored(Scenario.READER, Protocol.BEFORE_FIX, 100_000);
        String text = Drawing.of(cell, "NOCOW/LOST").text();
        assertTrue(text.startsWith("CPU 1: relocation"), text);
        assertTrue(text.lines().findFirst().orElseThrow().matches(".* CPU 2: direct write +"
                + "CPU 3: read"), text);
        assertTrue(Stream.of("R6", "W10", "D1").allMatch(label -> text.lines()
                .anyMatch(line -> line.strip().startsWith(label))), text);
    }

    @Test
    void eachStepOfTheOrderHasItsCpuLabelAndFunction() {
        ExploredCell cell = explored(Scenario.DIRECT_NODATACOW, Protocol.BEFORE_FIX,
                MAX_STATES);
        List<String> steps = cell.steps("NOCOW/LOST");
        assertEquals(cell.result().outcomes().get("NOCOW/LOST").size(), steps.size());
        assertEquals("CPU2 W1 lock_extent", steps.get(0));
        assertTrue(steps.contains("CPU1 R6.read relocate_file_extent_cluster"), steps.toString());
    }
}
