// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.harness.ExitCode;
import nocowrace.stress.driver.fork.ForkLog;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.part.GuardAlone;
import nocowrace.stress.part.GuardSeal;
import nocowrace.stress.part.GuardUnfenced;
import nocowrace.stress.part.GuardWake;
import nocowrace.stress.part.OrderedExtentsAlone;
import nocowrace.stress.part.WaitQueueAlone;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built jar, as a user runs it: the verdict of a short comparison, and what bad input gets.
 * Breaks if the race is no longer reproduced before the fix or comes back after it.
 */
class JarIT {

    @TempDir
    private Path directory;

    private Jar run(String... arguments) throws IOException, InterruptedException {
        return Jar.run(directory, arguments);
    }

    /** A busy machine needs a second, longer run. */
    @Test
    @Timeout(value = 25, unit = TimeUnit.MINUTES)
    void compareFindsTheLossBeforeTheFixAndNoneAfterIt() throws Exception {
        Jar run = run("--budget", "1m20s", "--out", "res", "--json", "copy.json",
                "--jcstress-pages");
        assertTrue(run.out().contains("before the fix"), run.out());
        String text = Files.readString(directory.resolve("res/latest/compare.json"));
        assertEquals(text, Files.readString(directory.resolve("copy.json")));
        reportsAreThere(run);
        if (run.exitCode() == 1) { // on a busy machine it takes more samples, judged with these
            run("--budget=4m", "--out", "more");
            run = run("report", "res", "more/latest", "--out", "both");
            text = Files.readString(directory.resolve("both/latest/compare.json"));
        }
        JsonNode root = new ObjectMapper().readTree(text);
        boolean fit = root.get("warnings").isEmpty();
        assertTrue(run.exitCode() == 0 || run.exitCode() == 1 && !fit, run.out() + run.err());
        assertEquals(18, root.get("cells").size());
        for (JsonNode cell : root.get("cells")) {
            check(cell, fit);
        }
    }

    /**
     * Any cell of the table: with a warning that the machine is busy or has too few CPUs it may
     * show too little, but never the contrary.
     */
    private static void check(JsonNode cell, boolean fit) {
        String verdict = cell.get("verdict").asText();
        long lost = cell.get("outcomes").path("NOCOW/LOST").asLong()
                + cell.get("outcomes").path("COW/LOST").asLong();
        if (cell.get("expected").asText().equals("broken")) {
            assertTrue(verdict.equals("reproduced") || verdict.equals("not-reproduced") && !fit,
                    cell.toPrettyString());
            assertTrue(lost > 0 || cell.get("scenario").asText().equals("direct-cow") || !fit,
                    cell.toPrettyString());
        } else {
            assertEquals(0, cell.get("bad").asLong(), cell.toPrettyString());
            assertTrue(verdict.equals("clean") || verdict.equals("weak") && !fit,
                    cell.toPrettyString());
        }
    }

    /** Also: the table and the JSON are the same when they are made from what is on the disk. */
    private void reportsAreThere(Jar run) throws Exception {
        Path res = directory.resolve("res/latest");
        assertTrue(Files.size(res.resolve("jcstress/index.html")) > 0, "JCStress's own pages");
        for (String page : List.of("compare.html", "compare.md", "compare.xml")) {
            assertTrue(Files.readString(res.resolve(page)).contains("buffered-prealloc"), page);
        }
        JsonNode cells = new ObjectMapper().readTree(res.resolve("compare.json").toFile());
        assertTrue(cells.findValuesAsText("configuration").stream()
                .anyMatch(name -> name.endsWith("pinned"))
                || cells.get("warnings").toString().contains("not pinned"),
                "actors are pinned where they can be");
        Jar report = run("report", "res/latest/forks.jsonl", "--out", "again");
        assertEquals(run.out(), report.out());
        assertEquals(run.exitCode(), report.exitCode());
        for (String same : List.of("compare.json", "compare.html", "compare.md", "compare.xml")) {
            assertEquals(withoutLinks(res.resolve(same)),
                    withoutLinks(directory.resolve("again/latest").resolve(same)), same);
        }
    }

    /** What a report says; the files that it links are those beside it. */
    private static String withoutLinks(Path report) throws IOException {
        return Files.readString(report).replaceFirst("(?s)<h2 id=\"files\">.*", "");
    }

    /** Starts a long comparison and waits until a fork's result is on the disk. */
    private Process startAndWaitForAFork(Path log) throws Exception {
        Process process = Jar.start(directory, List.of("-jar", Jar.FILE.toString(), "compare",
                "--only", "direct-cow", "--budget", "10m"));
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!Files.exists(log) || Files.readString(log).lines().count() < 2) {
            assertFalse(process.waitFor(50, TimeUnit.MILLISECONDS), "it ended by itself");
            assertTrue(System.nanoTime() - end < 0, "no fork ends");
        }
        return process;
    }

    @Test
    void sigtermPrintsWhatIsThere() throws Exception {
        Path log = directory.resolve("results/latest/forks.jsonl");
        Process process = startAndWaitForAFork(log);
        process.destroy();
        Jar run = Jar.end(directory, process);
        assertEquals(3, run.exitCode(), run.err());
        assertTrue(run.out().contains("| direct-cow "), run.out());
        assertTrue(run.out().contains("fail: stopped before its time"), run.out());
        Path folder = log.toRealPath().getParent();
        assertTrue(Files.readString(folder.resolve("compare.json"))
                .contains("\"verdict\" : \"fail\""));
        assertTrue(Files.readString(folder.resolve("compare.xml"))
                .contains("<error message=\"stopped before its time"));
        Jar report = run("report", folder.toString());
        assertTrue(report.out().contains("ended before its time"), report.out());
        assertEquals(run.out().substring(0, run.out().indexOf("+\n|")),
                report.out().substring(0, run.out().indexOf("+\n|")));
        long before = new MadeUp.Read(folder.resolve("forks.jsonl")).forks.size();
        Jar resumed = run("--resume", folder.toString(), "--budget", "1s");
        MadeUp.Read read = new MadeUp.Read(folder.resolve("forks.jsonl"));
        assertEquals(3, read.forks.stream().map(ForkLog.Line::cell).distinct().count(),
                "each cell has its fork: " + resumed.err());
        assertEquals(Math.max(3, before), read.forks.size(), "and those of before count");
        assertEquals(2, read.ends.size());
        assertNull(read.ends.get(1).trouble());
        assertFalse(run("report", folder.toString()).out().contains("ended before"));
    }

    /** Everything that was done by then is on the disk and in the table; bounded by Jar.end. */
    @Test
    void sigtermPrintsWhatExploreAndAblateAndThroughputHaveDone() throws Exception {
        for (List<String> command : List.of(
                List.of("explore", "--only", "reader|direct-cow|two", "--max-states", "9999999"),
                List.of("ablate", "--budget", "10m"),
                List.of("throughput", "--budget", "10m", "--only", "direct-"))) {
            Path file = directory.resolve("results/latest/" + command.get(0) + ".json");
            List<String> all = new ArrayList<>(List.of("-jar", Jar.FILE.toString()));
            all.addAll(command);
            Process process = Jar.start(directory, all);
            awaitFile(process, file);
            process.destroy();
            Jar run = Jar.end(directory, process);
            assertEquals(ExitCode.HARNESS_FAILED, run.exitCode(), run.err());
            assertTrue(run.out().contains("stopped before its time"), run.out());
            JsonNode root = new ObjectMapper().readTree(file.toFile());
            assertFalse(root.get("complete").asBoolean(), root.toPrettyString());
            assertTrue(root.path("cells").size() + root.path("ablations").size() > 0,
                    root.toPrettyString());
        }
    }

    private static void awaitFile(Process process, Path file) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!Files.exists(file)) {
            assertFalse(process.waitFor(50, TimeUnit.MILLISECONDS), "it ended by itself");
            assertTrue(System.nanoTime() - end < 0, "no " + file);
        }
    }

    @Test
    void twoRunsWithTheSameOutDestroyNothing() throws Exception {
        List<String> command = List.of("-jar", Jar.FILE.toString(), "explore", "--only",
                "direct-cow", "--out", "shared");
        Path other = Files.createDirectory(directory.resolve("other"));
        Process first = Jar.start(directory, command);
        List<String> elsewhere = new ArrayList<>(command);
        elsewhere.set(elsewhere.size() - 1, directory.resolve("shared").toString());
        Process second = Jar.start(other, elsewhere);
        assertEquals(0, Jar.end(directory, first).exitCode());
        assertEquals(0, Jar.end(other, second).exitCode());
        try (Stream<Path> files = Files.walk(directory.resolve("shared"))) {
            assertEquals(2, files.filter(path -> path.endsWith("explore.json")).count());
        }
    }

    @Test
    void killedAtOnceItLosesOnlyTheForkThatWasRunning() throws Exception {
        Path log = directory.resolve("results/latest/forks.jsonl");
        Process process = startAndWaitForAFork(log);
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().waitFor();
        children.forEach(ProcessHandle::destroyForcibly);
        long ended = Files.readString(log).chars().filter(c -> c == '\n').count() - 1;
        Jar report = run("report", log.toString(), "--json", "-");
        JsonNode root = new ObjectMapper().readTree(report.out());
        long forks = 0;
        for (JsonNode cell : root.get("cells")) {
            forks += cell.get("forks").asLong();
        }
        assertEquals(ended, forks);
        assertEquals(3, root.get("cells").size());
        assertTrue(report.exitCode() == 3 || forks >= 3, report.out());
    }

    @Test
    void jsonAloneOnStandardOutput() throws Exception {
        Jar run = run("compare", "--only", "direct-nodatacow/after-fix", "--budget", "8s",
                "--json", "-", "--quiet");
        assertEquals("", run.err(), "quiet is quiet");
        JsonNode root = new ObjectMapper().readTree(run.out());
        assertEquals(1, root.get("cells").size());
        String verdict = root.get("cells").get(0).get("verdict").asText();
        assertTrue(List.of("clean", "weak").contains(verdict), verdict); // as the machine is busy
        assertEquals(verdict.equals("clean") ? "pass" : "fail", root.get("verdict").asText());
        assertEquals("before-fix", root.get("calibrations").get(0).get("protocol").asText());
        assertEquals(verdict.equals("clean") ? 0 : 1, run.exitCode(), run.err());
    }

    @Test
    void exploreProvesTheTable() throws Exception {
        Jar run = run("explore", "--only", "direct-nodatacow", "--diagram");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("==> NOCOW/LOST"), run.out());
        run = run("explore", "--json", "-");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode root = new ObjectMapper().readTree(run.out());
        assertEquals("explore", root.get("command").asText());
        for (JsonNode cell : root.get("cells")) {
            assertTrue(cell.get("complete").asBoolean(), cell.toPrettyString());
            assertTrue(cell.get("states").asInt() > 1000, cell.toPrettyString());
            assertTrue(cell.get("interleavings").isIntegralNumber(), cell.toPrettyString());
            assertTrue(cell.get("outcomes").size() > 0, cell.toPrettyString());
            if (cell.get("protocol").asText().equals("after-fix")) {
                assertTrue(cell.get("counterexample").isNull(), cell.toPrettyString());
            }
        }
        JsonNode lost = root.get("cells").get(1);
        assertEquals("before-fix", lost.get("protocol").asText());
        assertEquals("CPU2 W1 lock_extent", lost.get("counterexample").get(0).asText());
        run = run("explore", "--only", "direct-nodatacow/after-fix", "--max-states", "100");
        assertEquals(1, run.exitCode(), "open is not proven");
        assertTrue(run.out().contains("direct-nodatacow/after-fix: open, not as expected"), run.out());
    }

    @Test
    void ablate() throws Exception {
        Jar run = run("ablate", "--only", "mD1|mE1 ", "--budget", "20s", "--json", "ablate.json");
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("2 ablations: 2 killed, 0 equivalent; 2 seen to fail"),
                run.out());
        JsonNode root = new ObjectMapper().readTree(directory.resolve("ablate.json").toFile());
        for (JsonNode ablation : root.get("ablations")) {
            assertEquals("killed", ablation.get("verdict").asText());
            assertTrue(ablation.get("stressed").get("bad").asLong() > 0, root.toPrettyString());
        }
    }

    /** The calibration would add some 30,000 samples, which are no whole rounds. */
    @Test
    void throughputCountsTheIterationsAlone() throws Exception {
        Jar run = run("throughput", "--only", "direct-nodatacow/before-fix", "--budget", "1s",
                "--warm-up", "0", "--out", "res", "--json", "copy.json");
        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("| direct-nodatacow/before-fix "), run.out());
        String text = Files.readString(directory.resolve("res/latest/throughput.json"));
        assertEquals(text, Files.readString(directory.resolve("copy.json")));
        JsonNode cell = new ObjectMapper().readTree(text).get("cells").get(0);
        assertEquals(1, cell.get("forks").asInt(), text);
        assertTrue(cell.get("seconds").asDouble() > 0.25, text);
        assertEquals(0, cell.get("samples").asLong() % (16 * 64),
                "whole rounds of the strides, and nothing else: " + text);
        assertEquals(cell.get("samples").asDouble() / cell.get("seconds").asDouble(),
                cell.get("samplesPerSecond").asDouble(), 1e-6);
    }

    @Test
    void aHyphenFirstGoesToJcstress() throws Exception {
        Jar run = run("-l", "-t", "BeforeFix$");
        assertTrue(run.out().contains("nocowrace.stress.scenario.DirectNodatacow.BeforeFix"), run.out());
        assertFalse(run.out().contains("AfterFix"), run.out());
        assertEquals(0, run.exitCode());
    }

    /** Breaks if a part alone does what its table forbids, or does not run; bounded by run. */
    @Test
    void thePartsKeepTheirContractsAlone() throws Exception {
        List<String> parts = Stream.of(List.of(GuardAlone.Fix.class,
                        GuardAlone.Candidates.class, GuardUnfenced.Polled.class,
                        WaitQueueAlone.VolatileCondition.class,
                        OrderedExtentsAlone.CompleteFirst.class),
                List.of(GuardSeal.class.getDeclaredClasses()),
                List.of(GuardWake.class.getDeclaredClasses()))
                .flatMap(List::stream).map(Class::getCanonicalName).toList();
        List<String> command = new ArrayList<>(List.of("-Duser.language=en", "-Duser.country=US",
                "-jar", Jar.FILE.toString())); // JCStress writes numbers as the locale does
        command.addAll(List.of("-t", parts.stream().map(Pattern::quote)
                        .collect(Collectors.joining("|", "^(", ")$")),
                "-v", "-m", "quick", "-time", "100", "-iters", "2", "-strideSize", "4",
                "-strideCount", "64", "-pth", "false", "-sc", "false",
                "-jvmArgs", "-XX:+UseSerialGC"));
        Jar run = Jar.end(directory, Jar.start(directory, command));
        if (run.out().contains("No scheduling is possible")) {
            assertEquals(ExitCode.HARNESS_FAILED, run.exitCode(), "nothing ran");
            assertTrue(run.err().contains("no test ran"), run.err());
            Assumptions.abort("JCStress's own command needs a CPU for each actor");
        }
        assertEquals(0, run.exitCode(), run.out() + run.err());
        String results = run.out().substring(run.out().indexOf("RUN RESULTS:"));
        for (String part : parts) {
            Matcher test = Pattern.compile("\\[OK\\] " + Pattern.quote(part)
                    + "\\s+Results across all configurations:\\s+(.*?)\\n\\s*\\n",
                    Pattern.DOTALL).matcher(results);
            assertTrue(test.find(), part + " did not run: " + run.out());
            long samples = Pattern.compile(" ([0-9,]+) +<?[0-9.]+% +Acceptable ")
                    .matcher(test.group(1)).results()
                    .mapToLong(row -> Long.parseLong(row.group(1).replace(",", ""))).sum();
            assertTrue(samples > 1000, samples + " samples: " + test.group());
        }
    }

    @Test
    void helpVersionAndList() throws Exception {
        assertTrue(run("--help").out().contains("compare"));
        assertTrue(run("--version").out().startsWith("nocowrace "));
        Jar list = run("list");
        assertTrue(list.out().lines().anyMatch(line
                -> line.matches("direct-nodatacow/before-fix +broken")), list.out());
        assertTrue(list.out().lines().anyMatch(line
                -> line.matches("direct-nodatacow/after-fix +safe")), list.out());
    }

    @Test
    void badInputGetsOneLineAndExitCode2() throws Exception {
        for (String[] args : new String[][] {{"frobnicate"}, {"report", "none"}}) {
            Jar run = run(args);
            assertEquals(2, run.exitCode(), run.err());
            assertEquals("", run.out());
            assertEquals(1, run.err().lines().count(), run.err());
            assertTrue(run.err().startsWith("jcstress.jar: "), run.err());
        }
    }
}
