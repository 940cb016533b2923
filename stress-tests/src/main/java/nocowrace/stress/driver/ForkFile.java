// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A results file, read.
 *
 * @param run its first line
 * @param lines the forks
 * @param truncated whether it ends within a line, which is left out
 */
record ForkFile(Run run, List<ForkLog.Line> lines, boolean truncated) {

    /**
     * Reads a file.
     *
     * @param file as {@link ForkLog} has written it
     * @throws Main.UsageException if it is none of ours, of another version, or damaged anywhere
     *         but at its end
     */
    static ForkFile read(Path file) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Main.UsageException("cannot read " + file + ": " + e);
        }
        List<String> rows = text.lines().toList();
        boolean whole = text.endsWith("\n");
        if (rows.isEmpty()) {
            throw new Main.UsageException(file + " is empty: no run has begun it");
        }
        Run run = run(file, rows.get(0));
        List<ForkLog.Line> lines = new ArrayList<>();
        for (int row = 1; row < rows.size(); row++) {
            try {
                lines.add(check(ForkLog.MAPPER.readValue(rows.get(row), ForkLog.Line.class), run));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                if (row == rows.size() - 1 && !whole) {
                    return new ForkFile(run, lines, true);
                }
                throw new Main.UsageException(file + ", line " + (row + 1) + " is damaged: "
                        + e.getMessage().lines().findFirst().orElse("?"));
            }
        }
        return new ForkFile(run, lines, false);
    }

    private static Run run(Path file, String row) {
        try {
            JsonNode node = ForkLog.MAPPER.readTree(row);
            if (!Run.FORMAT.equals(node.path("format").asText())) {
                throw new Main.UsageException(file + " is no results file of this program: its "
                        + "first line has no \"format\":\"" + Run.FORMAT + "\"");
            }
            int version = node.path("version").asInt();
            if (version != Run.VERSION) {
                throw new Main.UsageException(file + " has version " + version + " of the format, "
                        + "and this program reads " + Run.VERSION);
            }
            String program = node.path("program").asText();
            if (!program.equals(Main.Version.program())) {
                throw new Main.UsageException(file + " was made by " + program + ", and this is "
                        + Main.Version.program());
            }
            return ForkLog.MAPPER.treeToValue(node, Run.class);
        } catch (JsonProcessingException e) {
            throw new Main.UsageException(file + " is no results file of this program: its first "
                    + "line does not read as one");
        }
    }

    private static ForkLog.Line check(ForkLog.Line line, Run run) {
        if (!run.cells().contains(line.cell()) && !run.calibrations().contains(line.cell())) {
            throw new IllegalArgumentException("the run has no cell " + line.cell());
        }
        Fork fork = line.fork();
        if (fork == null || fork.status() == null || fork.outcomes() == null || fork.nanos() < 0
                || fork.configuration() == null
                || fork.outcomes().values().stream().anyMatch(n -> n == null || n < 0)
                || fork.outcomes().isEmpty() == (fork.status() == Fork.Status.OK)) {
            throw new IllegalArgumentException("no fork ends like this");
        }
        Objects.requireNonNull(fork.message(), "message");
        return line;
    }
}
