// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import nocowrace.harness.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;

/**
 * The values of guard and protocol. Breaks if a benchmark is run with guards that it is not made
 * for, is run twice or not at all, or if the user's values are replaced.
 */
class ParametersTest {

    static {
        System.setProperty("jmh.ignoreLock", "true"); // another run may measure meanwhile
    }

    @TempDir
    private Path dir;

    private static List<Options> runs(String... args) {
        return Parameters.runs(JmhArguments.parse(List.of(args)));
    }

    private static List<String> values(Options run, String parameter) {
        return List.copyOf(run.getParameter(parameter).get());
    }

    private static List<String> benchmarks(Options run) {
        return JmhArguments.find(run).stream().map(BenchmarkListEntry::getUsername).toList();
    }

    @Test
    void oneRunIsEnoughForOneListOfGuards() {
        for (String regex : List.of("Guard_01", "Write|Relocation", "floor")) {
            List<Options> runs = runs(regex);
            assertEquals(1, runs.size());
            assertEquals(Guard.names(Guard.portable()), values(runs.get(0), Parameters.GUARD));
            assertEquals(Protocols.NAMES, values(runs.get(0), Parameters.PROTOCOL));
        }
        List<Options> runs = runs("Drain_01");
        assertEquals(1, runs.size());
        assertEquals(Guard.names(Guard.drained()), values(runs.get(0), Parameters.GUARD));
    }

    @Test
    void twoListsOfGuardsAreTwoRuns() {
        List<Options> runs = runs("-f", "1", "-e", "Write");
        assertEquals(2, runs.size());
        List<String> all = new ArrayList<>();
        runs.forEach(run -> all.addAll(benchmarks(run)));
        assertEquals(all.size(), new HashSet<>(all).size(), "none is run twice");
        assertEquals(new HashSet<>(JmhArguments.find(JmhArguments.parse(List.of("-e", "Write")))
                .stream().map(BenchmarkListEntry::getUsername).toList()), new HashSet<>(all));
        for (Options run : runs) {
            boolean drains = benchmarks(run).stream().allMatch(name -> name.contains("Drain_01"));
            assertEquals(Guard.names(drains ? Guard.drained() : Guard.portable()),
                    values(run, Parameters.GUARD));
        }
    }

    @Test
    void valuesOfTheUserStay() {
        List<Options> runs = runs("-p", "guard=WORD,MEMBARRIER", "-p", "protocol=held", "-p",
                "groups=SAME");
        assertEquals(1, runs.size());
        assertEquals(List.of("WORD", "MEMBARRIER"), values(runs.get(0), Parameters.GUARD));
        assertEquals(List.of("held"), values(runs.get(0), Parameters.PROTOCOL));
        assertEquals(List.of("SAME"), values(runs.get(0), "groups"));
    }

    /** In this JVM, which is quick, and of the results only the names matter. */
    @Test
    void twoRunsAreReportedAsOne() throws Exception {
        Path output = dir.resolve("output");
        CommandLineOptions options = JmhArguments.parse(List.of(
                "Guard_01_EnterLeave.(guard|floor)$|Drain_01_HowLong.guardAlone$",
                "-p", "groups=SAME", "-p", "writers=0", "-f", "0", "-wi", "0", "-i", "1",
                "-r", "1ms", "-o", output.toString()));
        try (RunFolder folder = RunFolder.create(dir, "t");
                ForkLog log = ForkLog.create(folder,
                        Samples.header(Samples.environment("a CPU"), null, List.of()))) {
            Measured measured = new JmhRun(options, () -> false).run(log);
            assertEquals(List.of(), measured.problems());
            Map<String, List<String>> guards = new TreeMap<>();
            Row.of(measured.results()).forEach(row -> guards.computeIfAbsent(row.method(),
                    any -> new ArrayList<>()).add(row.subject()));
            assertEquals(Map.of("floor", List.of("floor"),
                    "guard", Guard.names(Guard.portable()),
                    "guardAlone", Guard.names(Guard.drained())), guards);
        }
        List<String> lines = Files.readAllLines(output);
        assertEquals(1, lines.stream().filter(line -> line.startsWith("Benchmark ")).count());
        assertEquals(2, lines.stream().filter(line -> line.matches(
                "\\S+\\.(guard|guardAlone) .* KERNEL .*")).count(), "rows of the one table");
    }
}
