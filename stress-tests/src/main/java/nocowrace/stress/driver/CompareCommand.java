// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nocowrace.stress.Scenario;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
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
            "not-reproduced, not-run: not as expected", ""})
final class CompareCommand implements Callable<Integer> {

    @Option(names = "--only", paramLabel = "REGEX",
            description = "Cells to run: those whose name, scenario/protocol, has a match. "
                    + "Default: the six scenarios of the truth table.")
    private Pattern only;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = "70s",
            converter = DurationConverter.class,
            description = "Time for the forks, such as 30s or 10m; each cell gets at least one "
                    + "fork. Default: ${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results",
            description = "Where compare.json goes. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Another place for the JSON; - for standard output instead of the table.")
    private String json;

    @Override
    public Integer call() throws IOException {
        Comparison comparison = only == null ? new Comparison(Scenario.TABLE, name -> true)
                : new Comparison(Arrays.stream(Scenario.values()).filter(Scenario::isStressed)
                        .toList(), name -> only.matcher(name).find());
        if (comparison.cells().isEmpty()) {
            throw new Main.UsageException("--only " + only + " matches no cell that has tests; the "
                    + "list command shows them");
        }
        Path report = Output.writable(out.resolve("compare.json"));
        Path copy = json == null || json.equals("-") ? null : Output.writable(Path.of(json));
        requireTests(comparison);
        Files.deleteIfExists(report); // what an earlier run found is not what this one will
        System.err.println("probing the JVM");
        Forks forks = Forks.prepare();
        comparison.run(budget, forks::run, new Lines());
        String text = CompareJson.render(comparison);
        Output.replace(report, text);
        if (copy != null) {
            Output.replace(copy, text);
        }
        Output.print("-".equals(json) ? text : summary(comparison));
        return comparison.exitCode();
    }

    private static String summary(Comparison comparison) {
        String verdict = switch (comparison.exitCode()) {
            case 0 -> "pass: what must lose data does, what must not does not";
            case Main.VERDICT_FAILED -> "fail: not as expected";
            default -> "fail: something did not run";
        };
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder(CompareTable.render(comparison)).append(nl);
        for (CellRun cell : comparison.calibrations()) {
            text.append(String.format(Locale.ROOT,
                    "%s: \"if broken\" by the rate of %s, %,d/%,d lost%n",
                    cell.scenario(), cell.protocol(), cell.bad(), cell.samples()));
        }
        return text.append(verdict).append(nl).toString();
    }

    /** A cell whose test is not in the jar would be a silent hole in the table. */
    private static void requireTests(Comparison comparison) {
        List<String> built = Forks.tests();
        for (CellRun cell : comparison.cells()) {
            String test = cell.scenario().testName(cell.protocol());
            if (!built.contains(test)) {
                throw new IllegalStateException(test + " is not in this jar");
            }
        }
    }

    /** One line on standard error per fork. */
    private static final class Lines implements Comparison.Progress {
        @Override
        public void before(CellRun cell, Duration left) {
            System.err.printf(Locale.ROOT, "%s: %,d/%,d lost so far, %d s left%n", cell.name(),
                    cell.bad(), cell.samples(), Math.max(0, left.toSeconds()));
        }

        @Override
        public void trouble(CellRun cell, Fork fork) {
            System.err.println(cell.name() + ": fork " + fork.status() + ", " + fork.message());
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
