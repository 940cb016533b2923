// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import nocowrace.harness.RunFolder;
import nocowrace.harness.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a folder stands for. Breaks if a file is read twice or one is left out. */
class ResultFilesTest {

    @TempDir
    private Path directory;

    @Test
    void aFolderStandsForAllResultsInItOnce() throws IOException {
        Path first;
        Path second;
        try (RunFolder one = RunFolder.create(directory, "compare");
                RunFolder two = RunFolder.create(directory, "compare-1-of-2")) {
            first = Files.createFile(one.file("forks.jsonl"));
            second = Files.createFile(two.file("forks-1-of-2.jsonl.gz"));
            Files.writeString(first, "any");
            Files.writeString(second, "any");
            Files.createFile(two.file("compare.json"));
            Files.createFile(two.file("forks-2-of-2.jsonl")); // of a run that was killed at once
            assertEquals(List.of(second), ResultFiles.of(List.of(two.path())));
        }
        List<Path> both = List.of(first, second);
        assertEquals(both.stream().sorted().toList(), ResultFiles.of(List.of(directory)));
        List<Path> latest = ResultFiles.of(List.of(directory.resolve(RunFolder.LATEST)));
        assertEquals(1, latest.size());
        assertTrue(Files.isSameFile(second, latest.get(0)), "the newest");
        assertEquals(List.of(first, ForkFile.STANDARD_INPUT),
                ResultFiles.of(List.of(first, ForkFile.STANDARD_INPUT)));
    }

    @Test
    void aFolderWithoutResultsIsRefused() throws IOException {
        Files.createFile(directory.resolve("compare.json"));
        UsageException refusal = assertThrows(UsageException.class,
                () -> ResultFiles.of(List.of(directory)));
        assertTrue(refusal.getMessage().startsWith("there are no results of compare"),
                refusal.getMessage());
    }
}
