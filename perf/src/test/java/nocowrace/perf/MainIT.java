// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built jar: exit codes, one line for bad input, and what a run leaves behind. */
class MainIT {

    @TempDir
    private Path dir;

    private String output;

    private int run(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djmh.ignoreLock=true", "-jar",
                Path.of("target", "benchmarks.jar").toAbsolutePath().toString()));
        command.addAll(List.of(args));
        Path log = dir.resolve("log");
        Process process = new ProcessBuilder(command).directory(dir.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        output = Files.readString(log);
        return process.waitFor();
    }

    private void refused(String word, String... args) throws Exception {
        assertEquals(2, run(args), () -> output);
        assertEquals(1, output.lines().count(), () -> output);
        assertTrue(output.contains(word), () -> output);
    }

    @Test
    void badInputIsOneLineAndExitCode2() throws Exception {
        refused("nonsense", "--nonsense");
        refused("--out", "--out");
        refused("log", "--out", "log");
        refused("-f", "--quick", "-f", "1");
    }

    @Test
    void noMatchIsBadInput() throws Exception {
        assertEquals(2, run("noSuchBenchmark"), () -> output);
        assertTrue(output.contains("-l lists them"), () -> output);
    }

    @Test
    void aRunLeavesItsReport() throws Exception {
        assertEquals(0, run("Guard_01_EnterLeave.(floor|guard)$", "-p", "guard=KERNEL,WORD", "-p",
                "groups=SAME", "-f", "3", "-wi", "1", "-i", "1", "-w", "20ms", "-r", "20ms",
                "--out", "there"), () -> output);
        assertTrue(output.contains("x kernel form"), () -> output);
        Path out = dir.resolve("there");
        JsonNode json = new ObjectMapper().readTree(out.resolve("overhead.json").toFile());
        assertEquals(3, json.get("rows").size());
        assertEquals(3, new ObjectMapper().readTree(out.resolve("jmh.json").toFile()).size());
        String html = Files.readString(out.resolve("overhead.html"));
        try (var files = Files.list(out)) {
            List<String> charts = files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".svg")).toList();
            assertEquals(1, charts.size());
            assertTrue(html.contains(charts.get(0)), html);
        }
        assertTrue(html.contains(json.get("environment").get("JDK").asText()), html);
    }
}
