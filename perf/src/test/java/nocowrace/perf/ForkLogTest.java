// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import nocowrace.harness.RunFolder;
import nocowrace.harness.UsageException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.BenchmarkResult;

/**
 * The file of a run that was killed at any moment. Breaks if a line that was cut is kept, if a run
 * of another machine is continued, or if a damaged line is passed over.
 */
class ForkLogTest {

    private static final BenchmarkResult FORK = Samples.fork(
            Samples.params("Guard_01_EnterLeave.guard", Map.of("guard", "WORD"), 0), 1.25, 1.5);

    private static final RunHeader HEADER =
            Samples.header(Samples.environment("a CPU"), "quick", List.of());

    @TempDir
    private Path dir;

    private RunFolder folder;
    private Path file;

    @BeforeEach
    void writeTwoForks() throws IOException {
        folder = RunFolder.create(dir, "t");
        file = folder.file(ForkLog.NAME);
        try (ForkLog log = ForkLog.create(folder, HEADER)) {
            log.fork(1, FORK);
            log.failure(1, "a row", "a reason");
            log.fork(2, FORK);
        }
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private List<Integer> rounds() throws IOException {
        try (ForkLog log = ForkLog.resume(folder, HEADER)) {
            return log.forks().stream().map(ForkLog.Fork::round).toList();
        }
    }

    private String refusal(RunHeader header) {
        return assertThrows(UsageException.class, () -> ForkLog.resume(folder, header).close())
                .getMessage();
    }

    @Test
    void allForksAreReadBack() throws IOException {
        assertEquals(List.of(1, 2), rounds());
        assertEquals(3, Schemas.forks(folder.path()).size());
    }

    @Test
    void cutLineIsRemovedBeforeMoreIsWritten() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int secondFork = new String(whole, StandardCharsets.UTF_8)
                .stripTrailing().lastIndexOf('\n') + 1;
        for (int length = secondFork; length < whole.length; length += 97) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (ForkLog log = ForkLog.resume(folder, HEADER)) {
                assertEquals(1, log.forks().size());
                log.fork(2, FORK);
            }
            assertEquals(new String(whole, StandardCharsets.UTF_8),
                    Files.readString(file), "cut at " + length);
        }
    }

    @Test
    void onlyTheSameRunOnTheSameMachineIsContinued() {
        assertTrue(refusal(Samples.header(Samples.environment("another CPU"), "quick", List.of()))
                .contains("the machine or JVM differed"));
        assertTrue(refusal(Samples.header(Samples.environment("a CPU"), "whole", List.of()))
                .contains("the options differed"));
    }

    @Test
    void runWithOptionsOfJmhIsNotContinued() throws IOException {
        Files.delete(file);
        RunHeader jmh = Samples.header(Samples.environment("a CPU"), null, List.of("-f", "3"));
        ForkLog.create(folder, jmh).close();
        assertNull(ForkLog.campaign(folder.path()));
        assertTrue(refusal(jmh).contains("options of JMH"));
    }

    @Test
    void damagedLineIsNamed() throws IOException {
        String text = Files.readString(file);
        List<String> lines = text.lines().toList();
        for (String damage : List.of("{}", "[]", "nonsense", lines.get(1).substring(0, 90),
                lines.get(1).replace("AverageTime", "NoMode"))) {
            Files.writeString(file, text.replace(lines.get(1), damage));
            String refusal = refusal(HEADER);
            assertTrue(refusal.contains("line 2 is damaged"), refusal);
        }
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        for (String other : List.of("", "\n", "nonsense\n", "{}\n", "[1]\n", "null\n")) {
            Files.writeString(file, other);
            assertTrue(refusal(HEADER).contains("not written by this program"), other);
        }
        Files.writeString(file, HEADER.json().put("version", 2) + "\n");
        assertTrue(refusal(HEADER).contains("has version 2"));
        Files.delete(file);
        assertTrue(refusal(HEADER).contains("has no forks.jsonl"));
    }

    @Test
    void secondRunInTheSameFolderDoesNotReplaceTheFirst() throws IOException {
        String before = Files.readString(file);
        assertThrows(IOException.class, () -> ForkLog.create(folder, HEADER));
        assertEquals(before, Files.readString(file));
    }
}
