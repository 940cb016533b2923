// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.UsageException;
import nocowrace.stress.driver.fork.ForkFile;
import nocowrace.stress.driver.fork.ForkLog;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.fork.Shard;

/**
 * The results to report: of the run that has just ended, or read from files.
 *
 * @param comparison the cells and their forks
 * @param runs the runs that they come from; at least one
 * @param trouble why the results are not complete; null if they are
 * @param warnings reasons not to trust them, a sentence each
 */
public record Results(Comparison comparison, List<Run> runs, String trouble,
        List<String> warnings) {

    /**
     * Creates complete results without warnings.
     *
     * @param comparison the cells and their forks
     * @param runs the runs that they come from; at least one
     */
    public Results(Comparison comparison, List<Run> runs) {
        this(comparison, runs, null, List.of());
    }

    /**
     * The same results with a trouble.
     *
     * @param newTrouble why they are not complete
     * @return results that fail
     */
    public Results with(String newTrouble) {
        return new Results(comparison, runs, newTrouble, warnings);
    }

    /** 0, or the gravest of the exit codes of the cells, their forks and the trouble. */
    public int exitCode() {
        return trouble == null ? comparison.exitCode() : ExitCode.HARNESS_FAILED;
    }

    /** The whole in a line. */
    public String verdict() {
        if (trouble != null) {
            return "fail: " + trouble;
        }
        return switch (exitCode()) {
            case ExitCode.OK -> "pass: every cell is as expected";
            case ExitCode.VERDICT_FAILED -> "fail: a cell is not as expected";
            default -> "fail: something did not run";
        };
    }

    private static final int LETTERS = 26;

    /**
     * Reads results files and adds them up.
     *
     * @param files as runs have written them; at least one
     * @param notes gets a line for each file that is not whole
     * @return what they hold together
     * @throws UsageException if one of them cannot be used, or is there twice
     */
    public static Results merge(List<Path> files, List<String> notes) {
        Merge merge = new Merge(notes);
        for (Path file : files) {
            merge.file = file;
            ForkFile.read(file, merge);
        }
        return merge.results();
    }

    /** Adds up what files hold. */
    private static final class Merge implements ForkFile.Reader {
        /** Missing shards that are named; a count. */
        private static final int MOST = 10;

        private final List<String> notes;
        private final Map<String, Path> files = new HashMap<>();
        private final Map<String, CellRun> known = Comparison.known();
        private final List<Run> runs = new ArrayList<>();
        private final Map<String, Set<String>> warnings = new HashMap<>();

        /** Runs whose last line says that they ran to their end. */
        private final Set<Run> ended = new HashSet<>();
        private Path file;

        Merge(List<String> notes) {
            this.notes = notes;
        }

        @Override
        public void run(Run run) {
            Path same = files.put(run.id(), file);
            if (same != null) {
                throw new UsageException(file + " holds the same run as " + same
                        + ", which would count twice");
            }
            Comparison.of(known, new LinkedHashSet<>(run.chosen()),
                    new LinkedHashSet<>(run.calibrations())); // refuses unknown cells
            runs.add(run);
        }

        @Override
        public void fork(Run run, ForkLog.Line line) {
            known.get(line.cell()).add(line.fork(), run.environment());
            ended.remove(run); // it was resumed
        }

        @Override
        public void end(Run run, Run.End end) {
            warnings.computeIfAbsent(run.id(), id -> new LinkedHashSet<>())
                    .addAll(end.warnings());
            if (end.trouble() == null) {
                ended.add(run);
            }
        }

        @Override
        public void truncated(Run run) {
            notes.add(file + " ends within a line: the fork that was running is lost");
        }

        Results results() {
            Set<String> cells = new LinkedHashSet<>();
            Set<String> calibrations = new LinkedHashSet<>();
            List<String> all = new ArrayList<>();
            List<String> troubles = new ArrayList<>();
            for (Run run : runs) {
                cells.addAll(run.chosen());
                calibrations.addAll(run.calibrations());
                if (!ended.contains(run)) {
                    troubles.add("the run of " + run.date() + shard(run)
                            + " ended before its time");
                }
                warnings.getOrDefault(run.id(), Set.of()).forEach(warning -> all.add(warning
                        + (runs.size() == 1 ? "" : " (run of " + run.date() + ")")));
            }
            troubles.addAll(missingShards());
            return new Results(Comparison.of(known, cells, calibrations), runs,
                    troubles.isEmpty() ? null : String.join("; ", troubles), all);
        }

        private static String shard(Run run) {
            return run.options().shard().equals(Shard.WHOLE.toString()) ? ""
                    : ", shard " + run.options().shard();
        }

        /** Shards are counted among runs that divide the same work into as many. */
        private List<String> missingShards() {
            Map<String, Set<Integer>> present = new LinkedHashMap<>();
            for (Run run : runs) {
                Shard shard = Shard.parse(run.options().shard(), Map.of());
                present.computeIfAbsent(shard.count() + " " + run.chosen(), key -> new TreeSet<>())
                        .add(shard.index());
            }
            List<String> missing = new ArrayList<>();
            present.forEach((key, indices) -> {
                int count = Integer.parseInt(key.substring(0, key.indexOf(' ')));
                List<String> absent = new ArrayList<>();
                for (int index = 1; index <= count; index++) {
                    if (!indices.contains(index)) {
                        absent.add(index + "/" + count);
                    }
                }
                if (!absent.isEmpty()) {
                    missing.add("no results of " + (absent.size() == 1 ? "shard " : "shards ")
                            + String.join(", ", absent.subList(0, Math.min(MOST, absent.size())))
                            + (absent.size() > MOST ? " and " + (absent.size() - MOST) + " more"
                            : ""));
                }
            });
            return missing;
        }
    }

    /** The environments of the forks, each with a letter. */
    public Map<Environment, String> letters() {
        Map<Environment, String> letters = new LinkedHashMap<>();
        for (Run run : runs) {
            int n = letters.size();
            letters.putIfAbsent(run.environment(),
                    n < LETTERS ? String.valueOf((char) ('A' + n)) : "E" + n);
        }
        return letters;
    }
}
