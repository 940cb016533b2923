// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nocowrace.harness.Output;
import nocowrace.harness.RunFolder;
import nocowrace.harness.UsageException;

/** Finds results files. */
public final class ResultFiles {

    /** Folders of runs in folders of machines in a folder of results, and one to spare. */
    private static final int DEPTH = 5;

    private ResultFiles() {
    }

    /**
     * Replaces each folder by the results files in it.
     *
     * @param paths files, folders, and - for standard input
     * @return files, and - for standard input
     * @throws UsageException if a folder has none or cannot be read
     */
    public static List<Path> of(List<Path> paths) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            Path followed = RunFolder.resolve(path);
            if (!Files.isDirectory(followed)) {
                files.add(followed);
                continue;
            }
            List<Path> found = in(followed);
            if (found.isEmpty()) {
                throw new UsageException("there are no results of compare (forks*.jsonl) in "
                        + path);
            }
            files.addAll(found);
        }
        return files;
    }

    /**
     * The results files in a folder and below it. Links are not followed, since {@code latest}
     * leads to a folder that is there already.
     *
     * @param folder where to look
     * @return files, in alphabetical order
     * @throws UsageException if it cannot be read
     */
    public static List<Path> in(Path folder) {
        try (Stream<Path> all = Files.walk(folder.toRealPath(), DEPTH)) {
            return all.filter(path -> path.getFileName().toString()
                    .matches(Output.MEASUREMENTS) && isNotEmpty(path))
                    .map(path -> shown(folder, path)).sorted().toList();
        } catch (UncheckedIOException e) {
            throw new UsageException("cannot read " + folder + ": " + Output.reason(e.getCause()));
        } catch (IOException e) {
            throw new UsageException("cannot read " + folder + ": " + Output.reason(e));
        }
    }

    /** A run that was killed before it wrote anything leaves an empty file. */
    private static boolean isNotEmpty(Path path) {
        try {
            return Files.isRegularFile(path) && Files.size(path) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the user named the folder. */
    private static Path shown(Path folder, Path found) {
        try {
            return folder.resolve(folder.toRealPath().relativize(found));
        } catch (IOException e) {
            return found;
        }
    }
}
