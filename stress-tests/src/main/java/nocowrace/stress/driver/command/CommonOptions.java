// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import nocowrace.harness.Output;
import nocowrace.harness.RunFolder;
import nocowrace.harness.UsageException;
import picocli.CommandLine.Option;

/** Where the results of a command go; the options that say so. */
final class CommonOptions {

    private static final Path STANDARD_OUTPUT = Path.of("-");

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results",
            description = "Folder for results. Each run gets a folder of its own in it, and "
                    + "DIR/" + RunFolder.LATEST + " leads to the newest. Default: "
                    + "${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Another place for the JSON; - for standard output instead of the table.")
    private Path json;

    @Option(names = {"-q", "--quiet"}, description = "Shows no progress.")
    private boolean quiet;

    boolean isQuiet() {
        return quiet;
    }

    /** Whether the JSON replaces the table on standard output. */
    boolean isJsonPrinted() {
        return STANDARD_OUTPUT.equals(json);
    }

    /**
     * Checks that the other place can be written and replaces no input.
     *
     * @param inputs files that the command reads
     * @throws UsageException if not
     */
    void check(List<Path> inputs) {
        if (copy() != null) {
            Output.protect(copy(), inputs);
            Output.writable(copy());
        }
    }

    private Path copy() {
        return isJsonPrinted() ? null : json;
    }

    /**
     * Creates the folder of a run, after {@link #check}.
     *
     * @param command a word for its name
     * @throws UsageException if it cannot be created
     */
    RunFolder open(String command) {
        return RunFolder.create(out, command);
    }

    /** Writes a file's contents; called when it is its turn. */
    interface Contents {
        String get() throws IOException;
    }

    /**
     * Writes the reports of a run, each whole or not at all. One that cannot be written does not
     * keep the others from being written.
     *
     * @param folder of the run
     * @param reports by file name; the first is the JSON, which also goes to the other place
     * @throws IOException in the end, if one of them could not be written; names each
     */
    void write(RunFolder folder, Map<String, Contents> reports) throws IOException {
        Map<Path, Contents> files = new LinkedHashMap<>();
        reports.forEach((name, contents) -> {
            if (files.isEmpty() && copy() != null) {
                files.put(copy(), contents);
            }
            files.put(folder.file(name), contents);
        });
        List<String> failed = new ArrayList<>();
        IOException last = null;
        for (Map.Entry<Path, Contents> file : files.entrySet()) {
            try {
                Output.replace(file.getKey(), file.getValue().get());
            } catch (IOException e) {
                failed.add(file.getKey().getFileName().toString());
                last = e;
            }
        }
        if (failed.size() > 1) {
            throw new IOException("cannot write " + String.join(", ", failed) + " to "
                    + folder.path() + ": " + (last.getCause() instanceof IOException cause
                    ? Output.reason(cause) : last.getMessage()));
        }
        if (last != null) {
            throw last;
        }
    }

    /** Tells the user where the reports are. */
    void tellWhere(RunFolder folder, String name) {
        if (!quiet) {
            System.err.println("written: " + folder.file(name));
        }
    }
}
