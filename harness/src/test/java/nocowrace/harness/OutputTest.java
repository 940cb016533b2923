// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are written whole or not at all. Breaks if a failed write leaves a part or damages the
 * old file, or if an input could be replaced.
 */
class OutputTest {

    @TempDir
    private Path directory;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFailedWriteKeepsTheOldFileAndLeavesNothingElse() throws IOException {
        Path file = directory.resolve("a.json");
        Output.replace(file, "old");
        IOException failure = assertThrows(IOException.class, () -> Output.replace(file, out -> {
            out.write(new byte[100_000]);
            throw new FileSystemException(null, null, "No space left on device");
        }));
        assertEquals("cannot write " + file + ": No space left on device", failure.getMessage());
        assertEquals("old", Files.readString(file));
        assertEquals(List.of("a.json"), names());
        Output.replace(file, "new");
        assertEquals("new", Files.readString(file));
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("target"));
        Output.replace(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(target));
    }

    @Test
    void anInputIsProtectedByWhateverName() throws IOException {
        Path input = Files.writeString(directory.resolve("input"), "precious");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("input"));
        Path hard = Files.createLink(directory.resolve("hard"), input);
        for (Path output : List.of(input, link, hard, directory.resolve("./input"))) {
            assertTrue(assertThrows(UsageException.class,
                    () -> Output.protect(output, List.of(input))).getMessage()
                    .contains("is an input"), output.toString());
        }
        Output.protect(directory.resolve("other"), List.of(input));
        assertEquals("precious", Files.readString(input));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        for (Path bad : List.of(file.resolve("below"), directory,
                directory.resolve("forks.jsonl"), directory.resolve("forks-1-of-3.jsonl.gz"))) {
            assertThrows(UsageException.class, () -> Output.writable(bad), bad.toString());
        }
        assertEquals(directory.resolve("new/a"), Output.writable(directory.resolve("new/a")));
        assertEquals(List.of("file", "new"), names());
    }

    @Test
    void reasonsNameNoClass() {
        for (IOException e : List.of(new java.nio.file.AccessDeniedException("x"),
                new java.nio.file.NoSuchFileException("x"), new IOException(),
                new java.nio.file.FileAlreadyExistsException("x"),
                new FileSystemException("x", null, "Read-only file system"))) {
            assertFalse(Output.reason(e).contains("Exception"), Output.reason(e));
            assertFalse(Output.reason(e).isEmpty());
        }
    }
}
