// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The built jar: what a run leaves behind, however it ends. Breaks if results are kept in memory
 * until the end, if an earlier run is replaced, or if a file is left empty.
 */
class MainIT {

    private static final List<String> SHORT = List.of("-wi", "1", "-i", "1", "-w", "20ms", "-r",
            "20ms");
    private static final String MANY = "Guard_01_EnterLeave.(floor|lookAtFlag|storeLoad|addPair)$";

    /** The JVM's own note where the environment has options for it. */
    private static final String PICKED_UP = "(?m)^(NOTE: )?Picked up J\\w+_OPTIONS: .*\\R";

    @TempDir
    private Path temporary;

    private Path dir;
    private Process process;
    private String output;
    private final List<String> jvmOptions = new ArrayList<>(List.of("-Djmh.ignoreLock=true"));
    private String before = "";

    @BeforeEach
    void create() throws IOException {
        dir = Files.createDirectory(temporary.resolve("a folder"));
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void start(List<String> more, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        if (!before.isEmpty()) {
            command.addAll(List.of("sh", "-c", before + "; exec \"$@\"", "sh"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar",
                Path.of("target", "benchmarks.jar").toAbsolutePath().toString()));
        command.addAll(List.of(args));
        command.addAll(more);
        ProcessBuilder builder = new ProcessBuilder(command).directory(dir.toFile())
                .redirectErrorStream(true);
        if (before.isEmpty()) {
            builder.redirectOutput(temporary.resolve("log").toFile());
        }
        process = builder.start();
    }

    private int end(List<String> more, String... args) throws Exception {
        start(more, args);
        return end(120);
    }

    private int end(int seconds) throws Exception {
        if (!before.isEmpty()) {
            output = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
        }
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (before.isEmpty()) {
            output = Files.readString(temporary.resolve("log"));
        }
        output = output.replaceAll(PICKED_UP, "");
        assertTrue(ended, () -> "does not end: " + output);
        return process.exitValue();
    }

    private Path latest() throws IOException {
        return dir.resolve("results").resolve("latest").toRealPath();
    }

    private long lines() {
        try (Stream<String> lines = Files.lines(latest().resolve(ForkLog.NAME))) {
            return lines.count();
        } catch (IOException e) {
            return 0; // not yet there
        }
    }

    private void awaitForks(long forks) throws Exception {
        for (int i = 0; i < 600 && lines() < forks + 1; i++) {
            assertTrue(process.isAlive(), () -> {
                try {
                    return Files.readString(temporary.resolve("log"));
                } catch (IOException e) {
                    return e.toString();
                }
            });
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertTrue(lines() >= forks + 1, "forks are written as they end");
    }

    private long forksInReport(Path folder) throws IOException {
        long forks = 0;
        for (JsonNode row : Schemas.report(folder).get("rows")) {
            forks += row.get("forks").size();
        }
        return forks;
    }

    private void assertNoEmptyFiles() throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)
                    .filter(path -> !path.endsWith(".lock"))::iterator) {
                assertTrue(Files.size(file) > 0, file + " is empty");
                assertFalse(file.toString().endsWith(".part"), file.toString());
            }
        }
    }

    @Test
    void runLeavesItsReportAndEarlierRunsStay() throws Exception {
        String[] args = {"Guard_01_EnterLeave.(floor|guard)$", "-p", "guard=KERNEL,WORD", "-p",
            "groups=SAME", "-f", "3", "-rf", "json", "-rff", "mine.json"};
        assertEquals(0, end(SHORT, args), () -> output);
        assertTrue(output.contains("x kernel form"), () -> output);
        assertFalse(output.lines().anyMatch(line -> line.contains("WARNING")), () -> output);
        assertFalse(output.contains("\u001b"), () -> output);
        Path first = latest();
        assertEquals(3, Schemas.report(first).get("rows").size());
        assertEquals(9, Schemas.forks(first).size());
        assertEquals(9, forksInReport(first));
        ObjectMapper mapper = new ObjectMapper();
        assertEquals(3, mapper.readTree(first.resolve("jmh.json").toFile()).size());
        assertEquals(mapper.readTree(first.resolve("jmh.json").toFile()),
                mapper.readTree(dir.resolve("mine.json").toFile()));
        String html = Files.readString(first.resolve("overhead.html"));
        try (var files = Files.list(first)) {
            List<String> charts = files.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".svg")).toList();
            assertEquals(1, charts.size());
            assertTrue(html.contains(charts.get(0)), html);
        }
        assertTrue(html.contains(Schemas.report(first).get("environment").get("JDK").asText()));
        assertEquals(0, end(SHORT, "Guard_01_EnterLeave.floor$", "-f", "1"), () -> output);
        assertFalse(latest().equals(first));
        assertEquals(html, Files.readString(first.resolve("overhead.html")));
        assertNoEmptyFiles();
    }

    @Test
    void interruptedRunReportsWhatItHas() throws Exception {
        start(SHORT, MANY, "-f", "9", "-rf", "json", "-rff", "mine.json");
        awaitForks(2);
        process.destroy(); // SIGTERM
        assertEquals(3, end(60), () -> output);
        assertTrue(output.contains("interrupted") && output.contains("x kernel form")
                && output.contains("Written: "), () -> output);
        assertFalse(output.contains("\tat "), () -> output);
        JsonNode report = Schemas.report(latest());
        assertFalse(report.get("complete").asBoolean());
        assertEquals(lines() - 1, forksInReport(latest()));
        assertTrue(Files.readString(latest().resolve("overhead.html")).contains("not complete"));
        assertNoEmptyFiles();
    }

    @Test
    void killedCampaignIsResumed() throws Exception {
        start(List.of(), "--quick");
        awaitForks(2);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly(); // SIGKILL
        process.waitFor();
        long before = Schemas.forks(latest()).size();
        Path folder = latest();
        assertTrue(before >= 2);
        start(List.of(), "--resume", Path.of("results", "latest").toString());
        awaitForks(before + 1);
        process.destroy();
        assertEquals(3, end(60), () -> output);
        assertTrue(output.contains("Resumed: " + before + " of "), () -> output);
        assertTrue(output.contains("to continue: --resume"), () -> output);
        assertEquals(folder, latest());
        assertEquals(lines() - 1, forksInReport(folder));
        assertTrue(forksInReport(folder) > before);
    }

    @Test
    void otherMachinesRunIsNotResumed() throws Exception {
        start(List.of(), "--quick");
        awaitForks(1);
        process.destroy();
        assertEquals(3, end(60), () -> output);
        Path file = latest().resolve(ForkLog.NAME);
        String text = Files.readString(file);
        Files.writeString(file, text.replaceFirst("\"cpus\":\\d+", "\"cpus\":4711"));
        assertEquals(2, end(List.of(), "--resume", latest().toString()), () -> output);
        assertEquals(1, output.lines().count(), () -> output);
        assertTrue(output.contains("the machine or JVM differed"), () -> output);
    }

    @Test
    void secondSignalEndsAtOnce() throws Exception {
        start(List.of(), "Guard_01_EnterLeave.floor$", "-f", "0", "-wi", "1", "-w", "10m");
        for (int i = 0; i < 600 && !Files.readString(temporary.resolve("log"))
                .contains("# Warmup Iteration"); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        process.destroy();
        assertFalse(process.waitFor(2, TimeUnit.SECONDS), "it waits for the iteration");
        process.toHandle().destroy();
        assertEquals(3, end(30), () -> output);
    }

    /** A limit of the file size acts as a full disk does: a part is written, then it fails. */
    @Test
    void fullDiskIsSaidInOneLine() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/bin/sh")), "no POSIX shell");
        jvmOptions.add("-XX:-UsePerfData"); // a file of 32 KiB
        before = "ulimit -f 12"; // 6 KiB
        assertEquals(3, end(SHORT, MANY, "-f", "9"), () -> output);
        assertEquals(List.of(), output.lines().filter(line -> line.contains("\tat ")).toList());
        List<String> said = output.lines().filter(line -> line.startsWith("benchmarks.jar: ")
                && !line.contains("passed to JMH")).toList();
        assertEquals(1, said.size(), said::toString);
        assertTrue(said.get(0).contains("cannot write") && said.get(0).contains(ForkLog.NAME),
                said::toString);
        assertTrue(output.contains("x kernel form"), "the table is printed");
        assertTrue(Schemas.forks(latest()).size() >= 1, "what fitted is kept");
        assertNoEmptyFiles();
    }

    @Test
    void fullDiskAtTheEndLeavesNoPartOfAReport() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/bin/sh")), "no POSIX shell");
        jvmOptions.add("-XX:-UsePerfData");
        before = "ulimit -f 16"; // 8 KiB: the page is greater
        assertEquals(3, end(SHORT, "Guard_01_EnterLeave.floor$", "-f", "1"), () -> output);
        assertTrue(output.contains("benchmarks.jar: cannot write ")
                && output.contains(Report.PAGE), () -> output);
        assertFalse(Files.exists(latest().resolve(Report.PAGE)));
        Schemas.report(latest());
        assertNoEmptyFiles();
    }

    /** A JVM that has no java.desktop has no fonts, and nothing to draw with. */
    @Test
    void reportNeedsNoFonts() throws Exception {
        jvmOptions.addAll(List.of("--limit-modules",
                "java.base,java.logging,java.management,jdk.unsupported"));
        assertEquals(0, end(SHORT, "Guard_01_EnterLeave.guard$", "-p", "guard=KERNEL,WORD", "-p",
                "groups=SAME", "-f", "1"), () -> output);
        assertTrue(Files.readString(latest().resolve("overhead.html")).contains("<svg"));
    }

    @Test
    void lockOfAnotherRunIsSaidInOneLine() throws Exception {
        jvmOptions.set(0, "-Djava.io.tmpdir=" + temporary);
        Path file = temporary.resolve("jmh.lock");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE);
                FileLock lock = channel.lock()) {
            assertTrue(lock.isValid());
            assertEquals(3, end(List.of(), "--quick"), () -> output);
            assertEquals(1, output.lines().count(), () -> output);
            assertTrue(output.contains("another JMH run holds " + file), () -> output);
        }
        assertFalse(Files.exists(dir.resolve("results")), "nothing is left");
        assertEquals(0, end(SHORT, "Guard_01_EnterLeave.floor$", "-f", "2"), () -> output);
        assertFalse(output.contains("WARNING"), () -> output);
    }

    @Test
    void locksItsMachineForTheWholeRun() throws Exception {
        jvmOptions.set(0, "-Djava.io.tmpdir=" + temporary);
        start(SHORT, MANY, "-f", "9");
        awaitForks(1);
        try (FileChannel channel = FileChannel.open(temporary.resolve("jmh.lock"),
                StandardOpenOption.WRITE)) {
            for (int i = 0; i < 20; i++) {
                assertEquals(null, channel.tryLock(), "no gap between two forks");
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        process.destroy();
        assertEquals(3, end(60), () -> output);
    }
}
