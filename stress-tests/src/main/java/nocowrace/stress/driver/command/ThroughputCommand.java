// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import nocowrace.harness.Durations;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Interruption;
import nocowrace.harness.Output;
import nocowrace.harness.Regex;
import nocowrace.harness.RunFolder;
import nocowrace.harness.UsageException;
import nocowrace.harness.WholeNumber;
import nocowrace.stress.driver.fork.Configuration;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.Forks;
import nocowrace.stress.driver.report.Json;
import nocowrace.stress.driver.report.Throughput;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MeasuredCell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how many samples the stress tests make, and when a broken variant first loses. */
@Command(name = "throughput", mixinStandardHelpOptions = true,
        versionProvider = Version.class, sortOptions = false,
        description = {"Measures how many samples per second each stress test makes, and how "
                + "long a broken variant runs until it loses.", "",
            "Each fork uses the first configuration of compare and runs as long as a fork there: "
                + "two iterations that do not count, and one that does. The start of the fork and "
                + "JCStress's calibration do not count either. Compilation goes on all the while; "
                + "--warm-up 10 shows what there is after it.", "",
            "Nothing is judged: the exit code is 0 if all has run.", ""})
public final class ThroughputCommand implements Callable<Integer> {

    /** So that no fork gets near the watchdog's time. */
    private static final int MOST_WARM_UP = 40;

    private static final String FILE = "throughput.json";

    @Option(names = "--only", paramLabel = "REGEX", converter = Regex.class,
            description = "Cells to measure: those whose name, scenario/protocol, has a match. "
                    + "Default: the six scenarios of the truth table.")
    private Pattern only;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = "80s",
            converter = Durations.class,
            description = "Time for the forks, such as 30s or 10m: as many rounds of all cells as "
                    + "fit, at least one. Default: ${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(names = "--warm-up", paramLabel = "N", converter = WholeNumber.class,
            defaultValue = "2",
            description = "Iterations of " + Forks.ITERATION_MILLIS + " ms in each fork before the "
                    + "one that counts. Default: ${DEFAULT-VALUE}.")
    private long warmUp;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        if (warmUp < 0 || warmUp > MOST_WARM_UP) {
            throw new UsageException("--warm-up " + warmUp + " is not in 0 to "
                    + MOST_WARM_UP);
        }
        List<MeasuredCell> cells = Comparison.chosen(only).cells().stream()
                .map(MeasuredCell::new).toList();
        common.check(List.of());
        try (RunFolder folder = common.open("throughput");
                Interruption interruption = Interruption.install()) {
            Session session = new Session(folder, cells, interruption);
            String trouble = null;
            try {
                session.measure();
                session.write();
            } catch (IOException e) { // such as a full disk: print what there is
                trouble = e.getMessage();
            }
            Throughput throughput = session.throughput();
            Output.print(common.isJsonPrinted() ? throughput.json() : throughput.text());
            if (trouble != null) {
                Complaint.print(trouble);
                return ExitCode.HARNESS_FAILED;
            }
            common.tellWhere(folder, FILE);
            return throughput.exitCode();
        }
    }

    /** The work of a run in its folder. */
    private final class Session {
        private final RunFolder folder;
        private final List<MeasuredCell> cells;
        private final Interruption interruption;
        private final String date = Json.now();
        private final Environment here = Environment.here();

        /** What a fork may take, before one has ended, ns. */
        private long firstGuess;

        Session(RunFolder folder, List<MeasuredCell> cells, Interruption interruption) {
            this.folder = folder;
            this.cells = cells;
            this.interruption = interruption;
        }

        Throughput throughput() {
            return new Throughput(cells, date, here, (int) warmUp, interruption.isRequested());
        }

        /** Replaces the file by what has been measured so far. */
        void write() throws IOException {
            common.write(folder, Map.of(FILE, () -> throughput().json()));
        }

        /** As many rounds as fit. */
        void measure() throws IOException {
            try (Display display = Display.on(System.err, common.isQuiet())) {
                display.probing(budget, "results in " + folder.path());
                long probing = System.nanoTime();
                Forks forks = Forks.prepare(Configuration.SPREAD.subList(0, 1), true, false,
                        Forks.WATCHDOG);
                long start = System.nanoTime();
                firstGuess = start - probing;
                long spent = 0;
                for (int round = 0; round == 0
                        || spent + spent / round <= budget.toNanos(); round++) {
                    for (MeasuredCell cell : cells) {
                        display.show(cell.run(), left(start, round, cell));
                        Fork fork = forks.measure(cell.run().test().name(),
                                cell.run().test().arguments(), (int) warmUp);
                        if (interruption.isRequested()) {
                            return; // it has ended this fork too
                        }
                        cell.add(fork, here);
                        say(display, cell, fork);
                        write();
                    }
                    spent = System.nanoTime() - start;
                }
            }
        }

        /** At least what the rest of this round takes. */
        private Duration left(long start, int round, MeasuredCell cell) {
            long spent = System.nanoTime() - start;
            int done = round * cells.size() + cells.indexOf(cell);
            long each = done == 0 ? firstGuess : spent / done;
            return Duration.ofNanos(Math.max(each * (cells.size() - cells.indexOf(cell)),
                    budget.toNanos() - spent));
        }
    }

    private static void say(Display display, MeasuredCell cell, Fork fork) {
        if (fork.status() != Fork.Status.OK) {
            display.say(cell.run().name() + ": fork " + fork.status() + ", " + fork.message());
        }
    }
}
