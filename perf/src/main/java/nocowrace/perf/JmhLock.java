// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import nocowrace.harness.Output;

/**
 * JMH's lock, which keeps two runs on one machine from disturbing each other. JMH takes it for each
 * call; here it is held from the first fork to the last, and JMH is told to leave it alone.
 */
final class JmhLock implements AutoCloseable {

    private static final String IGNORE = "jmh.ignoreLock";

    private final FileChannel channel;

    private JmhLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it, unless the user set {@code -Djmh.ignoreLock=true}.
     *
     * @throws IOException if it cannot be taken; the message says what to do
     */
    static JmhLock take() throws IOException {
        if (Boolean.getBoolean(IGNORE)) {
            return new JmhLock(null);
        }
        JmhLock lock = take(Path.of(System.getProperty("java.io.tmpdir"), "jmh.lock"));
        System.setProperty(IGNORE, "true"); // JMH reads it when its runner is loaded
        return lock;
    }

    static JmhLock take(Path file) throws IOException {
        FileChannel channel = null;
        FileLock lock;
        try {
            channel = open(file);
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            throw new IOException("cannot lock " + file + ": " + Output.reason(e) + "; delete the "
                    + "file, or run java with -D" + IGNORE + "=true if no other benchmark runs",
                    e);
        }
        if (lock == null) {
            channel.close();
            throw new IOException("another JMH run holds " + file + " and would disturb this one; "
                    + "wait until it ends, or run java with -D" + IGNORE + "=true");
        }
        return new JmhLock(channel);
    }

    /** Not with CREATE for a file that is there: Linux refuses that for another user's in /tmp. */
    private static FileChannel open(Path file) throws IOException {
        try {
            Files.createFile(file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (FileAlreadyExistsException | UnsupportedOperationException e) {
            // an earlier run's; or not POSIX
        }
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    @Override
    public void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // the lock ends with the process
        }
    }
}
