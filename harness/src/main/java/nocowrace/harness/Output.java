// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/** Files that a command writes: checked before the work, written whole or not at all. */
public final class Output {

    /** Names of the files to which runs append what they measure, and which are never replaced. */
    public static final String MEASUREMENTS = "forks.*\\.jsonl(\\.gz)?";

    private static final AtomicInteger PARTS = new AtomicInteger();

    private Output() {
    }

    /** Writes the contents of a file. */
    public interface Writer {
        /**
         * Writes all of it.
         *
         * @param out buffered; not to be closed
         * @throws IOException if that fails
         */
        void write(OutputStream out) throws IOException;
    }

    /**
     * Checks that a file can be written, and creates its directory.
     *
     * @param file path of a report
     * @return file
     * @throws UsageException if it cannot be written, or has a name of {@link #MEASUREMENTS}
     */
    public static Path writable(Path file) {
        if (file.getFileName() != null
                && file.getFileName().toString().matches(MEASUREMENTS)) {
            throw new UsageException("cannot write " + file + ": files of this name hold what runs "
                    + "have measured; choose another name");
        }
        directory(file.getParent() == null ? Path.of(".") : file.getParent());
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UsageException("cannot write " + file + ": it is not a file");
        }
        return file;
    }

    /**
     * Creates a directory if there is none, and checks that files can be created in it.
     *
     * @param directory path of a directory
     * @return directory
     * @throws UsageException if it cannot be used
     */
    public static Path directory(Path directory) {
        try {
            Files.createDirectories(directory);
            Path probe = part(directory.resolve("probe")); // isWritable() is always true for root
            Files.createFile(probe);
            Files.delete(probe);
            return directory;
        } catch (IOException e) {
            throw new UsageException("cannot write to " + directory + ": " + reason(e));
        }
    }

    /**
     * Refuses to replace a file that was read.
     *
     * @param output a file that will be written; may be missing
     * @param inputs files that were read
     * @throws UsageException if output is one of them, by whatever name
     */
    public static void protect(Path output, Collection<Path> inputs) {
        for (Path input : inputs) {
            try {
                if (Files.exists(output) && Files.exists(input)
                        && Files.isSameFile(output, input)) {
                    throw new UsageException(output + " is an input and would be replaced; choose "
                            + "another output file");
                }
            } catch (IOException e) {
                throw new UsageException("cannot compare " + output + " with " + input + ": "
                        + reason(e));
            }
        }
    }

    /**
     * Replaces a file. A reader sees the old contents or the new ones, never a part; if it fails,
     * the old ones stay.
     *
     * @param file path; its directory exists
     * @param text new contents
     * @throws IOException if they cannot be written
     */
    public static void replace(Path file, String text) throws IOException {
        replace(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Replaces a file, as {@link #replace(Path, String)} does.
     *
     * @param file path; its directory exists
     * @param writer writes the new contents
     * @throws IOException if they cannot be written
     */
    public static void replace(Path file, Writer writer) throws IOException {
        Path target = Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file;
        Path part = part(target);
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE_NEW);
                    OutputStream out = new BufferedOutputStream(
                            Channels.newOutputStream(channel))) {
                writer.write(out);
                out.flush();
                channel.force(true); // a full disk may show only here
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + reason(e), e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** A temporary name beside a file, different for each process and call. */
    static Path part(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + ProcessHandle.current().pid()
                + "-" + PARTS.incrementAndGet() + ".part");
    }

    /**
     * Prints a result on standard output.
     *
     * @param text the result
     * @throws IOException if it cannot be written, for instance because a disk is full
     */
    public static void print(String text) throws IOException {
        System.out.print(text);
        if (System.out.checkError()) {
            throw new IOException("cannot write to standard output");
        }
    }

    /**
     * Explains an exception in a few words, without the name of its class.
     *
     * @param e thrown by a file operation
     */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file of this name is in the way";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.getMessage() == null ? "input/output error" : e.getMessage();
    }
}
