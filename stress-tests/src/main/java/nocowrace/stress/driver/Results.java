// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What there is to report: of the run that has just ended, or read back.
 *
 * @param comparison the cells and their forks
 * @param runs where they come from; at least one
 * @param trouble why this is not the whole result, in a few words; null if it is
 */
record Results(Comparison comparison, List<Run> runs, String trouble) {

    Results(Comparison comparison, List<Run> runs) {
        this(comparison, runs, null);
    }

    /** 0, or the gravest of what the cells, their forks and the trouble ask for. */
    int exitCode() {
        return trouble == null ? comparison.exitCode() : Main.HARNESS_FAILED;
    }

    /** The whole in a line. */
    String verdict() {
        if (trouble != null) {
            return "fail: " + trouble;
        }
        return switch (exitCode()) {
            case 0 -> "pass: what must lose data does, what must not does not";
            case Main.VERDICT_FAILED -> "fail: not as expected";
            default -> "fail: something did not run";
        };
    }

    private static final int LETTERS = 26;

    /**
     * Merges results of any number of runs: shards, machines, JDKs.
     *
     * @param files as runs have written them; at least one
     * @param notes gets a line for each file that is not whole
     * @throws Main.UsageException if one of them cannot be used, or is there twice
     */
    static Results merge(List<Path> files, List<String> notes) {
        List<ForkFile> all = new ArrayList<>();
        Map<String, Path> seen = new HashMap<>();
        Set<String> cells = new LinkedHashSet<>();
        Set<String> calibrations = new LinkedHashSet<>();
        for (Path path : files) {
            ForkFile file = ForkFile.read(path);
            Path same = seen.put(file.run().id(), path);
            if (same != null) {
                throw new Main.UsageException(path + " holds the same run as " + same
                        + ", which would count twice");
            }
            if (file.truncated()) {
                notes.add(path + " ends within a line: the fork that was running is lost");
            }
            all.add(file);
            cells.addAll(file.run().chosen());
            calibrations.addAll(file.run().calibrations());
        }
        Comparison comparison = Comparison.of(cells, calibrations);
        for (ForkFile file : all) {
            file.lines().forEach(line
                    -> comparison.add(line.cell(), line.fork(), file.run().environment()));
        }
        return new Results(comparison, all.stream().map(ForkFile::run).toList());
    }

    /** Where the forks ran, each with a letter. */
    Map<Environment, String> letters() {
        Map<Environment, String> letters = new LinkedHashMap<>();
        for (Run run : runs) {
            int n = letters.size();
            letters.putIfAbsent(run.environment(),
                    n < LETTERS ? String.valueOf((char) ('A' + n)) : "E" + n);
        }
        return letters;
    }
}
