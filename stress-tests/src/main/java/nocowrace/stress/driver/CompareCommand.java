// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Runs the cells on real CPUs and prints them side by side. */
@Command(name = "compare", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        sortOptions = false,
        description = {"Runs each scenario under each protocol on real CPUs and prints one table: "
                + "which outcomes appear before and after the fix.", "",
            "reproduced  expected to lose, and lost",
            "clean       expected not to lose, did not, and had the samples to show it",
            "weak        did not lose, but could have been lucky: raise --budget",
            "violated    showed an outcome that the explorer says it cannot reach",
            "not-reproduced, not-run: not as expected", "",
            "No hints make the race likelier: the natural rates suffice.", ""})
final class CompareCommand implements Callable<Integer> {

    /** With less time for each cell than this, forks are short. */
    private static final Duration PER_CELL = Duration.ofSeconds(3);

    @Option(names = "--only", paramLabel = "REGEX",
            description = "Cells to run: those whose name, scenario/protocol, has a match. "
                    + "Default: the six scenarios of the truth table.")
    private Pattern only;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = "70s",
            converter = DurationConverter.class,
            description = "Time for the forks, such as 30s or 10m; each cell gets at least one "
                    + "fork. Default: ${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(names = "--deep",
            description = "Runs each cell in every configuration of compilers, stride and "
                    + "affinity at least once: some three minutes a cell, whatever the budget.")
    private boolean deep;

    @Option(names = "--seed", paramLabel = "N",
            description = "Of the order of the cells. Default: another one each time.")
    private Long seed;

    @Option(names = "--shard", paramLabel = "I/N", converter = Shard.Converter.class,
            description = "Runs the I-th of N parts of the cells; auto/N takes the part from "
                    + Shard.VARIABLE + ". The report command merges what the parts leave in --out.")
    private Shard shard = Shard.WHOLE;

    @Option(names = {"-q", "--quiet"}, description = "Tells nothing of the progress.")
    private boolean quiet;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        Comparison whole = Comparison.chosen(only);
        Comparison comparison = whole.part(shard);
        if (comparison.cells().isEmpty()) {
            throw new Main.UsageException("--shard " + shard + " has nothing to do: there are only "
                    + whole.cells().size() + " cells");
        }
        common.check();
        Path log = Output.writable(common.out().resolve(shard.count() == 1 ? "forks.jsonl"
                : "forks-" + shard.index() + "-of-" + shard.count() + ".jsonl"));
        requireTests(comparison);
        common.removeOld();
        try (Interruption interruption = Interruption.install()) {
            Run run = run(whole, comparison);
            return run(comparison, run, log, interruption);
        }
    }

    private Run run(Comparison whole, Comparison part) {
        return new Run(Run.FORMAT, Run.VERSION, Main.Version.program(),
                UUID.randomUUID().toString(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), Environment.here(),
                new Run.Choice(only == null ? null : only.pattern(), budget.toMillis() / 1e3,
                        shard.toString(), deep,
                        seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE)
                                : seed, false),
                names(whole.cells()), names(part.cells()), names(part.calibrations()));
    }

    private static List<String> names(List<CellRun> cells) {
        return cells.stream().map(CellRun::name).toList();
    }

    /** A cell whose test is not in the jar would be a silent hole in the table. */
    private static void requireTests(Comparison comparison) {
        List<String> built = Forks.tests();
        for (CellRun cell : comparison.all()) {
            String test = cell.scenario().testName(cell.protocol());
            if (!built.contains(test)) {
                throw new IllegalStateException(test + " is not in this jar");
            }
        }
    }

    private int run(Comparison comparison, Run run, Path file, Interruption interruption)
            throws IOException {
        String trouble = null;
        Forks forks = null;
        try (Display display = Display.on(System.err, quiet);
                ForkLog log = new ForkLog(Files.newOutputStream(file), run)) {
            if (!quiet) {
                System.err.println("probing the JVM; seed " + run.options().seed());
            }
            forks = Forks.prepare(deep ? Configuration.all() : Configuration.SPREAD,
                    budget.dividedBy(comparison.all().size()).compareTo(PER_CELL) < 0,
                    Forks.WATCHDOG);
            comparison.run(new Comparison.Plan(budget, run.options().seed(),
                            deep ? forks.configurations().size() : 1),
                    forks::run, new Session(display, log, interruption));
        } catch (IOException e) { // such as a full disk: what there is so far is worth its table
            trouble = "cannot write to " + file + ": " + e.getMessage();
        }
        if (interruption.isRequested()) {
            trouble = "stopped before its time; " + file + " has what there is";
        }
        Results results = new Results(comparison, List.of(run), trouble);
        try {
            common.write(results);
            if (forks != null) {
                forks.writeJcstressPages(common.out().resolve("jcstress"));
            }
        } catch (IOException e) { // then it is no pass either
            results = new Results(comparison, List.of(run), "cannot write the reports to "
                    + common.out() + ": " + e.getMessage());
        }
        common.print(results);
        return results.exitCode();
    }

    /** Writes each fork's result, and tells the user. */
    private record Session(Display display, ForkLog log, Interruption interruption)
            implements Comparison.Listener {
        @Override
        public void before(CellRun cell, Duration left) {
            display.show(cell, left);
        }

        @Override
        public void after(CellRun cell, Fork fork) throws IOException {
            log.append(cell, fork);
            if (fork.status() != Fork.Status.OK) {
                display.say(cell.name() + ": fork " + fork.status() + ", " + fork.message());
            }
        }

        @Override
        public boolean isStopped() {
            return interruption.isRequested();
        }
    }

    /** Reads 500ms, 30s, 10m, 2h. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        private static final Duration LONGEST = Duration.ofDays(30);
        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

        @Override
        public Duration convert(String value) {
            Matcher matcher = FORM.matcher(value);
            if (matcher.matches()) {
                long number = Long.parseLong(matcher.group(1));
                Duration duration = switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    default -> Duration.ofHours(number);
                };
                if (!duration.isZero() && duration.compareTo(LONGEST) <= 0) {
                    return duration;
                }
            }
            throw new TypeConversionException("'" + value
                    + "' is not a duration such as 30s or 10m, up to 30 days");
        }
    }
}
