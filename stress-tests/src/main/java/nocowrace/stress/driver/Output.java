// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that a command writes: checked before the work, written whole or not at all. */
final class Output {

    private Output() {
    }

    /**
     * Checks that a file can be written, and makes its directory.
     *
     * @param file where a result will go
     * @return file
     * @throws Main.UsageException if it cannot
     */
    static Path writable(Path file) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            Files.createDirectories(directory);
            if (!Files.isWritable(directory)
                    || Files.exists(file) && !Files.isRegularFile(file)) {
                throw new Main.UsageException("cannot write " + file);
            }
            return file;
        } catch (IOException e) {
            throw new Main.UsageException("cannot write " + file + ": " + e);
        }
    }

    /** Replaces a file's contents. */
    static void replace(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Prints a result; a full disk behind standard output is an error like any other. */
    static void print(String text) throws IOException {
        System.out.print(text);
        if (System.out.checkError()) {
            throw new IOException("cannot write to standard output");
        }
    }
}
