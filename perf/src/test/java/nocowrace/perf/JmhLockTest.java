// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JMH's lock file. Breaks if two runs get it, or if the message does not say what to do. */
class JmhLockTest {

    @TempDir
    private Path dir;

    @Test
    void oneRunAtATime() throws IOException {
        Path file = dir.resolve("jmh.lock");
        try (JmhLock first = JmhLock.take(file)) {
            assertTrue(first != null && Files.exists(file));
            String refusal = assertThrows(IOException.class, () -> JmhLock.take(file))
                    .getMessage();
            assertTrue(refusal.contains("another JMH run holds " + file), refusal);
        }
        JmhLock.take(file).close();
    }

    @Test
    void fileThatCannotBeLockedIsNamed() throws IOException {
        Path file = Files.createDirectory(dir.resolve("jmh.lock"));
        String refusal = assertThrows(IOException.class, () -> JmhLock.take(file)).getMessage();
        assertTrue(refusal.contains(file.toString()) && refusal.contains("delete the file")
                && refusal.contains("-Djmh.ignoreLock=true"), refusal);
        assertEquals(1, refusal.lines().count());
    }
}
