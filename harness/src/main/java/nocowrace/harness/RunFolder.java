// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/**
 * The folder of one run, {@code OUT/<date>-<time>-<command>-<id>}, so that no run replaces the
 * results of another. {@code OUT/latest} leads to the newest: a symbolic link, or where there are
 * none, a file with the folder's name. While it is open the folder is locked; the lock ends with
 * the process, however that ends.
 */
public final class RunFolder implements AutoCloseable {

    /** The name that leads to the newest run. */
    public static final String LATEST = "latest";

    private static final String LOCK = ".lock";
    private static final int ID_CHARS = 6;
    private static final int MAX_NAME_BYTES = 255;

    private static final DateTimeFormatter STAMP = DateTimeFormatter
            .ofPattern("uuuuMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Path path;
    private final String id;
    private final FileChannel lockFile;

    private RunFolder(Path path, String id) throws IOException {
        this.path = path;
        this.id = id;
        lockFile = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE,
                StandardOpenOption.CREATE);
    }

    /**
     * Creates the folder of a run that begins now, and lets {@code latest} lead to it.
     *
     * @param out where the folders of all runs are; created if missing
     * @param command a word for its name
     * @throws UsageException if it cannot be created
     */
    public static RunFolder create(Path out, String command) {
        String id = UUID.randomUUID().toString();
        String name = STAMP.format(Instant.now()) + "-" + command + "-" + id.substring(0, ID_CHARS);
        Output.directory(out);
        RunFolder folder = null;
        try {
            Path path = Files.createDirectory(out.resolve(name));
            folder = new RunFolder(path, id);
            try {
                folder.lock();
            } catch (IOException e) {
                // no locks on this file system: the name is this run's alone, and resume refuses
            }
            pointTo(out, name);
            return folder;
        } catch (IOException e) {
            if (folder != null) {
                folder.close();
            }
            throw new UsageException("cannot write to " + out + ": " + Output.reason(e));
        }
    }

    /**
     * Opens the folder of a run that was killed, to continue it.
     *
     * @param folder the folder, or {@code latest}
     * @throws UsageException if there is none, it cannot be written, or the run still works in it
     */
    public static RunFolder resume(Path folder) {
        Path path = resolve(folder);
        if (!Files.isDirectory(path)) {
            throw new UsageException("cannot resume " + folder + ": there is no such folder");
        }
        Output.directory(path);
        try {
            RunFolder opened = new RunFolder(path, UUID.randomUUID().toString());
            opened.lock();
            return opened;
        } catch (IOException e) {
            throw new UsageException("cannot resume " + folder + ": " + Output.reason(e));
        }
    }

    /**
     * Follows {@code latest} where it is a file.
     *
     * @param path a path that a user gave
     * @return the folder that it leads to, or path itself
     */
    public static Path resolve(Path path) {
        try {
            if (path.endsWith(LATEST) && Files.isRegularFile(path)
                    && Files.size(path) <= MAX_NAME_BYTES) {
                return path.resolveSibling(Files.readString(path).strip());
            }
        } catch (IOException e) {
            return path; // opening it reports the reason
        }
        return path;
    }

    private void lock() throws IOException {
        FileLock lock;
        try {
            lock = lockFile.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            lockFile.close();
            throw new UsageException(path + " is in use: another run is writing there");
        }
    }

    /** Replaces what leads to the newest run; other runs may do so at the same time. */
    private static void pointTo(Path out, String name) throws IOException {
        Path latest = out.resolve(LATEST);
        Path part = Output.part(latest);
        try {
            Files.createSymbolicLink(part, Path.of(name));
        } catch (IOException | UnsupportedOperationException e) { // a file system without links
            Files.deleteIfExists(part);
            Files.writeString(part, name, StandardOpenOption.CREATE_NEW);
        }
        try {
            Files.move(part, latest, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(part);
            if (Files.isDirectory(latest)) {
                throw new FileAlreadyExistsException(latest.toString());
            }
            throw e;
        }
    }

    /** Different for every run. */
    public String id() {
        return id;
    }

    /** The folder. */
    public Path path() {
        return path;
    }

    /**
     * A file in it.
     *
     * @param name of the file
     */
    public Path file(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() {
        try {
            lockFile.close(); // the file stays: another process may be about to lock it
        } catch (IOException e) {
            // the lock ends with the process in any case
        }
    }
}
