// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder for each run. Breaks if two runs could get the same folder or write in one at the same
 * time, or if {@code latest} leads to none.
 */
class RunFolderTest {

    @TempDir
    private Path directory;

    @Test
    void everyRunHasItsOwnAndLatestLeadsToTheNewest() throws IOException {
        List<RunFolder> folders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            folders.add(RunFolder.create(directory, "compare"));
            assertTrue(Files.isSameFile(folders.get(i).path(),
                    directory.resolve(RunFolder.LATEST)));
        }
        assertEquals(3, folders.stream().map(RunFolder::path).distinct().count());
        assertNotEquals(folders.get(0).id(), folders.get(1).id());
        assertTrue(folders.get(0).path().getFileName().toString()
                .matches("[0-9]{8}-[0-9]{6}-compare-[0-9a-f]{6}"), folders.get(0)::toString);
        folders.forEach(RunFolder::close);
    }

    /** All at the same time: each gets one, and latest leads to one of them at every moment. */
    @Test
    void manyRunsAtTheSameTime() throws IOException {
        Set<Path> paths = IntStream.range(0, 64).parallel().mapToObj(i -> {
            try (RunFolder folder = RunFolder.create(directory, "compare")) {
                assertTrue(Files.isDirectory(directory.resolve(RunFolder.LATEST)));
                return folder.path();
            }
        }).collect(Collectors.toSet());
        assertEquals(64, paths.size());
        try (var files = Files.list(directory)) {
            assertEquals(65, files.count(), "and latest; no temporary files");
        }
    }

    @Test
    void aFolderInUseIsRefusedUntilItsRunEnds() {
        RunFolder first = RunFolder.create(directory, "compare");
        Path latest = directory.resolve(RunFolder.LATEST);
        assertTrue(assertThrows(UsageException.class, () -> RunFolder.resume(latest)).getMessage()
                .contains("in use"));
        first.close();
        RunFolder.resume(latest).close();
        assertTrue(assertThrows(UsageException.class,
                () -> RunFolder.resume(directory.resolve("none"))).getMessage()
                .contains("no such folder"));
    }

    @Test
    void latestMayBeAFile() throws IOException {
        RunFolder folder = RunFolder.create(directory, "compare");
        folder.close();
        Path latest = directory.resolve(RunFolder.LATEST);
        Files.delete(latest);
        Files.writeString(latest, folder.path().getFileName() + "\n");
        assertEquals(folder.path(), RunFolder.resolve(latest));
        RunFolder.resume(latest).close();
        RunFolder.create(directory, "compare").close();
        assertTrue(Files.isDirectory(latest), "replaced by a link");
    }

    @Test
    void aFolderOfTheUsersIsNotReplaced() throws IOException {
        Path mine = Files.createDirectory(directory.resolve(RunFolder.LATEST));
        Files.writeString(mine.resolve("file"), "precious");
        assertThrows(UsageException.class, () -> RunFolder.create(directory, "compare"));
        assertEquals("precious", Files.readString(mine.resolve("file")));
        Path file = Files.createFile(directory.resolve("out"));
        assertThrows(UsageException.class, () -> RunFolder.create(file, "compare"));
    }
}
