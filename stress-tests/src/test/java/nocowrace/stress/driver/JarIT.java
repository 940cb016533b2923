// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
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
import nocowrace.stress.part.GuardAlone;
import nocowrace.stress.part.GuardSeal;
import nocowrace.stress.part.GuardWake;
import nocowrace.stress.part.OrderedExtentsAlone;
import nocowrace.stress.part.WaitQueueAlone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built jar, as a user runs it: the verdict of a short comparison, and what bad input gets.
 * Breaks if the race is no longer reproduced before the fix or comes back after it.
 */
class JarIT {

    private record Run(int exitCode, String out, String err) {
    }

    @TempDir
    private Path directory;

    private Run run(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar", Path.of("target", "jcstress.jar").toAbsolutePath().toString()));
        command.addAll(List.of(args));
        File out = directory.resolve("out.txt").toFile();
        File err = directory.resolve("err.txt").toFile();
        Process process = new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(out).redirectError(err).start();
        try {
            assertTrue(process.waitFor(5, TimeUnit.MINUTES), "it hangs");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(out.toPath()),
                Files.readString(err.toPath()));
    }

    @Test
    void compareFindsTheLossBeforeTheFixAndNoneAfterIt() throws Exception {
        Run run = run("compare", "--budget", "60s", "--out", "res", "--json", "copy.json");
        assertEquals(0, run.exitCode, run.out + run.err);
        assertTrue(run.out.contains("before the fix"), run.out);
        String text = Files.readString(directory.resolve("res/compare.json"));
        assertEquals(text, Files.readString(directory.resolve("copy.json")));
        JsonNode cells = new ObjectMapper().readTree(text).get("cells");
        assertEquals(18, cells.size());
        for (JsonNode cell : cells) {
            long lost = cell.get("outcomes").path("NOCOW/LOST").asLong()
                    + cell.get("outcomes").path("COW/LOST").asLong();
            if (cell.get("expected").asText().equals("broken")) {
                assertEquals("reproduced", cell.get("verdict").asText());
                assertTrue(lost > 0 || cell.get("scenario").asText().equals("direct-cow"),
                        cell.toPrettyString());
            } else {
                assertEquals(0, cell.get("bad").asLong(), cell.toPrettyString());
                assertEquals("clean", cell.get("verdict").asText());
            }
        }
    }

    @Test
    void jsonAloneOnStandardOutput() throws Exception {
        Run run = run("compare", "--only", "direct-nodatacow/after-fix", "--budget", "10s",
                "--json", "-");
        JsonNode root = new ObjectMapper().readTree(run.out);
        assertEquals("pass", root.get("verdict").asText());
        assertEquals(1, root.get("cells").size());
        assertEquals("clean", root.get("cells").get(0).get("verdict").asText());
        assertEquals("before-fix", root.get("calibrations").get(0).get("protocol").asText());
        assertEquals(0, run.exitCode, run.err);
    }

    @Test
    void exploreProvesTheTable() throws Exception {
        Run run = run("explore", "--only", "direct-nodatacow", "--diagram");
        assertEquals(0, run.exitCode, run.err);
        assertTrue(run.out.contains("==> NOCOW/LOST"), run.out);
        run = run("explore", "--json", "-");
        assertEquals(0, run.exitCode, run.err);
        JsonNode root = new ObjectMapper().readTree(run.out);
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
        assertEquals(1, run.exitCode, "open is not proven");
        assertTrue(run.out.contains("open, not as expected"), run.out);
    }

    @Test
    void ablate() throws Exception {
        Run run = run("ablate", "--only", "mD1|mE1 ", "--budget", "20s", "--json", "ablate.json");
        assertEquals(0, run.exitCode, run.out + run.err);
        assertTrue(run.out.contains("2 ablations: 2 killed, 0 equivalent; 2 seen to fail"),
                run.out);
        JsonNode root = new ObjectMapper().readTree(directory.resolve("ablate.json").toFile());
        for (JsonNode ablation : root.get("ablations")) {
            assertEquals("killed", ablation.get("verdict").asText());
            assertTrue(ablation.get("stressed").get("bad").asLong() > 0, root.toPrettyString());
        }
    }

    @Test
    void aHyphenFirstGoesToJcstress() throws Exception {
        Run run = run("-l", "-t", "BeforeFix$");
        assertTrue(run.out.contains("nocowrace.stress.DirectNodatacow.BeforeFix"), run.out);
        assertFalse(run.out.contains("AfterFix"), run.out);
        assertEquals(0, run.exitCode);
    }

    /** Breaks if a part alone does what its table forbids, or does not run; bounded by run. */
    @Test
    void thePartsKeepTheirContractsAlone() throws Exception {
        List<String> parts = Stream.of(List.of(GuardAlone.Fix.class,
                        WaitQueueAlone.VolatileCondition.class,
                        OrderedExtentsAlone.CompleteFirst.class),
                List.of(GuardSeal.class.getDeclaredClasses()),
                List.of(GuardWake.class.getDeclaredClasses()))
                .flatMap(List::stream).map(Class::getCanonicalName).toList();
        Run run = run("-t", parts.stream().map(Pattern::quote)
                        .collect(Collectors.joining("|", "^(", ")$")),
                "-v", "-m", "quick", "-time", "100", "-iters", "2", "-strideSize", "4",
                "-strideCount", "64", "-pth", "false", "-sc", "false",
                "-jvmArgs", "-XX:+UseSerialGC");
        assertEquals(0, run.exitCode, run.out + run.err);
        String results = run.out.substring(run.out.indexOf("RUN RESULTS:"));
        for (String part : parts) {
            Matcher test = Pattern.compile("\\[OK\\] " + Pattern.quote(part)
                    + "\\s+Results across all configurations:\\s+(.*?)\\n\\s*\\n",
                    Pattern.DOTALL).matcher(results);
            assertTrue(test.find(), part + " did not run: " + run.out);
            long samples = Pattern.compile(" ([0-9,]+) +<?[0-9.]+% +Acceptable ")
                    .matcher(test.group(1)).results()
                    .mapToLong(row -> Long.parseLong(row.group(1).replace(",", ""))).sum();
            assertTrue(samples > 1000, samples + " samples: " + test.group());
        }
    }

    @Test
    void helpVersionAndList() throws Exception {
        assertTrue(run("--help").out.contains("compare"));
        assertTrue(run("--version").out.startsWith("nocowrace "));
        Run list = run("list");
        assertTrue(list.out.lines().anyMatch(line
                -> line.matches("direct-nodatacow/before-fix +broken")), list.out);
        assertTrue(list.out.lines().anyMatch(line
                -> line.matches("direct-nodatacow/after-fix +safe")), list.out);
    }

    @Test
    void badInputGetsOneLineAndExitCode2() throws Exception {
        Files.writeString(directory.resolve("file"), "");
        List<List<String>> bad = List.of(
                List.of("frobnicate"),
                List.of("compare", "--frobnicate"),
                List.of("compare", "--only", "no-such-scenario"),
                List.of("compare", "--only", "("),
                List.of("compare", "--budget", "0s"),
                List.of("compare", "--budget", "soon"),
                List.of("compare", "--out", "file/below"),
                List.of("compare", "--budget", "999999999h"),
                List.of("compare", "--json", "."),
                List.of("compare", "--json", "/dev/null"),
                List.of("explore", "--only", "no-such-scenario"),
                List.of("explore", "--max-states", "0"),
                List.of("explore", "--json", "file/below"),
                List.of("explore", "--markdown", "--json", "-"),
                List.of("ablate", "--only", "no-such-ablation"),
                List.of("ablate", "--engine", "guess"),
                List.of("ablate", "--json", "file/below"));
        for (List<String> args : bad) {
            Run run = run(args.toArray(String[]::new));
            assertEquals(2, run.exitCode, args + run.err);
            assertEquals("", run.out, args.toString());
            assertEquals(1, run.err.lines().count(), args + run.err);
            assertTrue(run.err.startsWith("jcstress.jar: "), args + run.err);
        }
        assertEquals("", Files.readString(directory.resolve("file")));
    }
}
