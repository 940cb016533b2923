// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import nocowrace.stress.straight.StraightLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how many samples the stress tests make, and what the engine under them costs. */
@Command(name = "throughput", mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class, sortOptions = false,
        description = {"Measures how many samples per second each stress test makes, against the "
                + "same critical sections written straight down without tasks, steps and columns; "
                + "and how long a broken variant runs until it loses.", "",
            "The forks of the two take turns, all in the first configuration of compare, and as "
                + "long as there: two iterations that do not count, and one that does. The start "
                + "of the fork and JCStress's calibration do not count either. Compilation goes "
                + "on all the while; --warm-up 10 shows what there is after it.", "",
            "Nothing is judged: the exit code is 0 if all has run.", ""})
final class ThroughputCommand implements Callable<Integer> {

    /** So that no fork gets near the watchdog's time. */
    private static final int MOST_WARM_UP = 40;

    @Option(names = "--only", paramLabel = "REGEX",
            description = "Cells to measure: those whose name, scenario/protocol, has a match. "
                    + "Default: the six scenarios of the truth table. The others have no straight "
                    + "line.")
    private Pattern only;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = "160s",
            converter = CompareCommand.DurationConverter.class,
            description = "Time for the forks, such as 30s or 10m: as many rounds of all cells as "
                    + "fit, at least one; from 3 on there are intervals. Default: "
                    + "${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(names = "--warm-up", paramLabel = "N", defaultValue = "2",
            description = "Iterations of " + Forks.ITERATION_MILLIS + " ms in each fork before the "
                    + "one that counts. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results",
            description = "Where throughput.json goes. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Another place for the JSON; - for standard output instead of the table.")
    private String json;

    @Option(names = {"-q", "--quiet"}, description = "Tells nothing of the progress.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException {
        if (warmUp < 0 || warmUp > MOST_WARM_UP) {
            throw new Main.UsageException("--warm-up " + warmUp + " is not in 0 to "
                    + MOST_WARM_UP);
        }
        List<MeasuredCell> cells = Comparison.chosen(only).cells().stream()
                .map(MeasuredCell::new).toList();
        Path file = Output.writable(out.resolve("throughput.json"));
        Path copy = json == null || json.equals("-") ? null : Output.writable(Path.of(json));
        Files.deleteIfExists(file);
        try (Interruption interruption = Interruption.install()) {
            String date = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
            Environment here = Environment.here();
            measure(cells, here, interruption);
            Throughput throughput = new Throughput(cells, date, here, warmUp,
                    interruption.isRequested());
            Output.print("-".equals(json) ? throughput.json() : throughput.text());
            Output.replace(file, throughput.json());
            if (copy != null) {
                Output.replace(copy, throughput.json());
            }
            return throughput.exitCode();
        }
    }

    /** As many rounds as fit; in every other round the straight lines go first. */
    private void measure(List<MeasuredCell> cells, Environment here, Interruption interruption)
            throws IOException {
        try (Display display = Display.on(System.err, quiet)) {
            if (!quiet) {
                System.err.println("probing the JVM");
            }
            Forks forks = Forks.prepare(Configuration.SPREAD.subList(0, 1), true,
                    Forks.WATCHDOG);
            long start = System.nanoTime();
            long spent = 0;
            for (int round = 0; round == 0
                    || spent + spent / round <= budget.toNanos(); round++) {
                for (MeasuredCell cell : cells) {
                    display.show(cell.run(), budget.minusNanos(System.nanoTime() - start));
                    Fork first = fork(forks, cell, round % 2 != 0);
                    Fork second = fork(forks, cell, round % 2 == 0);
                    if (interruption.isRequested()) {
                        return; // it has ended these forks too
                    }
                    cell.add(round % 2 == 0 ? first : second, round % 2 == 0 ? second : first,
                            here);
                    say(display, cell, first);
                    say(display, cell, second);
                }
                spent = System.nanoTime() - start;
            }
        }
    }

    /** A fork of the cell's test or of its straight line; null if it has none. */
    private Fork fork(Forks forks, MeasuredCell cell, boolean straight) {
        if (!straight) {
            return forks.measure(cell.run().scenario().testName(cell.run().protocol()), List.of(),
                    warmUp);
        }
        return cell.hasStraightLine() ? forks.measure(StraightLine.class.getName(),
                List.of("-D" + StraightLine.CELL + "=" + cell.run().name()), warmUp) : null;
    }

    private static void say(Display display, MeasuredCell cell, Fork fork) {
        if (fork != null && fork.status() != Fork.Status.OK) {
            display.say(cell.run().name() + ": fork " + fork.status() + ", " + fork.message());
        }
    }
}
