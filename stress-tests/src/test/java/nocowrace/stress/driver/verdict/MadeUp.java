// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import nocowrace.harness.Build;
import nocowrace.harness.Environment;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.ForkFile;
import nocowrace.stress.driver.fork.ForkLog;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.fork.Shard;

/** Runs whose forks are made up. */
public final class MadeUp {

    public static final Environment HERE
            = new Environment("Linux 6.1", "amd64", "a CPU", 2, "A 17");
    public static final Environment ELSEWHERE
            = new Environment("Linux 6.1", "aarch64", "", 4, "B 25");

    private static final long SEED = 1;

    /** Hears nothing and goes on to the end. */
    public static class Deaf implements Comparison.Listener {
        @Override
        public void before(CellRun cell, Duration left) {
        }

        @Override
        public void after(CellRun cell, Fork fork) throws IOException {
        }

        @Override
        public boolean isStopped() {
            return false;
        }
    }

    private MadeUp() {
    }

    public static Fork ok(Map<String, Long> outcomes) {
        return ok(outcomes, "tiered, stride 16, pinned");
    }

    public static Fork ok(Map<String, Long> outcomes, String configuration) {
        return new Fork(Fork.Status.OK, outcomes, 1_000_000_000, "", configuration, null);
    }

    /** One round; and more while the budget lasts. */
    public static void run(Comparison comparison, Duration budget, Function<String, Fork> forks) {
        try {
            AtomicLong clock = new AtomicLong(); // goes on by what each fork says that it took
            comparison.run(new Comparison.Plan(budget, SEED, 1, Duration.ofSeconds(1), clock::get),
                    (test, turn) -> {
                        Fork fork = forks.apply(test.name());
                        clock.addAndGet(fork.nanos());
                        return fork;
                    }, new Deaf());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first line of a results file of a run of a comparison. */
    public static Run run(String id, Environment environment, Comparison whole, Comparison part) {
        return run(id, environment, whole, part, Shard.WHOLE);
    }

    /** The first line of a results file of a shard. */
    public static Run run(String id, Environment environment, Comparison whole, Comparison part,
            Shard shard) {
        return new Run(Run.FORMAT, Run.VERSION, Build.current().program(), id, "2026-01-01T00:00:00Z",
                environment, new Run.Choice(null, 70, shard.toString(), false, SEED, false),
                names(whole.cells()), names(part.cells()), names(part.calibrations()));
    }

    /** What a results file holds. */
    public static final class Read implements ForkFile.Reader {
        public final List<Run> runs = new ArrayList<>();
        public final List<ForkLog.Line> forks = new ArrayList<>();
        public final List<Run.End> ends = new ArrayList<>();
        public boolean truncated;

        public Read(Path file) {
            ForkFile.read(file, this);
        }

        @Override
        public void run(Run run) {
            runs.add(run);
        }

        @Override
        public void fork(Run run, ForkLog.Line line) {
            forks.add(line);
        }

        @Override
        public void end(Run run, Run.End end) {
            ends.add(end);
        }

        @Override
        public void truncated(Run run) {
            truncated = true;
        }
    }

    private static List<String> names(List<CellRun> cells) {
        return cells.stream().map(CellRun::name).toList();
    }

    public static Results results(Comparison comparison) {
        return new Results(comparison,
                List.of(run("made up", Environment.here(), comparison, comparison)));
    }
}
