// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import nocowrace.harness.Build;
import nocowrace.harness.Durations;
import nocowrace.harness.Environment;
import nocowrace.harness.Interruption;
import nocowrace.harness.Load;
import nocowrace.harness.Output;
import nocowrace.harness.Regex;
import nocowrace.harness.RunFolder;
import nocowrace.harness.Terminal;
import nocowrace.harness.UsageException;
import nocowrace.harness.WholeNumber;
import nocowrace.stress.driver.fork.Configuration;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.ForkLog;
import nocowrace.stress.driver.fork.Forks;
import nocowrace.stress.driver.fork.ResultFiles;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.fork.Shard;
import nocowrace.stress.driver.report.CompareJson;
import nocowrace.stress.driver.report.CompareTable;
import nocowrace.stress.driver.report.JUnitReport;
import nocowrace.stress.driver.report.Page;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the cells on real CPUs and prints them side by side. */
@Command(name = "compare", mixinStandardHelpOptions = true, versionProvider = Version.class,
        sortOptions = false,
        description = {"Runs each scenario under each protocol on real CPUs and prints one table: "
                + "which outcomes appear before and after the fix.", "",
            "reproduced      expected to lose data, and a bad outcome was seen",
            "clean           expected to keep data, no bad outcome was seen, and the samples "
                + "would have shown at least 50 if it were broken",
            "weak            no bad outcome was seen, but too few samples were taken",
            "violated        an outcome was seen that the cell cannot reach",
            "not-reproduced  expected to lose data, and no bad outcome was seen",
            "not-run         there are no samples", "",
            "Bad outcomes are LOST, CORRUPT, ERROR, LEAK and HUNG. No hints widen the race window: "
                + "the steps run at their natural speed.", ""})
public final class CompareCommand implements Callable<Integer> {

    /** With less time for each cell than this, forks are short. */
    private static final Duration PER_CELL = Duration.ofSeconds(3);

    private static final String DEFAULT_BUDGET = "70s";

    @Spec
    private CommandSpec spec;

    @Option(names = "--only", paramLabel = "REGEX", converter = Regex.class,
            description = "Cells to run: those whose name, scenario/protocol, has a match. "
                    + "Default: the six scenarios of the truth table.")
    private Pattern only;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = DEFAULT_BUDGET,
            converter = Durations.class,
            description = "Time for the forks, such as 30s, 10m or 1h30m; each cell gets at least "
                    + "one fork. Default: ${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(names = "--deep",
            description = "Runs each cell in every configuration of compilers, stride and "
                    + "affinity at least once: some three minutes a cell, whatever the budget.")
    private boolean deep;

    @Option(names = "--seed", paramLabel = "N", converter = WholeNumber.class,
            description = "Seed for the order of the cells. Default: another one each time.")
    private Long seed;

    @Option(names = "--shard", paramLabel = "I/N", converter = Shard.Converter.class,
            description = "Runs the I-th of N parts of the cells; auto/N takes the part from "
                    + Shard.VARIABLE + ". The report command merges the results.")
    private Shard shard = Shard.WHOLE;

    @Option(names = "--resume", paramLabel = "FOLDER",
            description = "Continues the run in this folder, such as results/latest, with what is "
                    + "left of its budget.")
    private Path resume;

    @Option(names = "--verbose",
            description = "Adds rates, 95 %% intervals and configurations to the table.")
    private boolean verbose;

    @Option(names = "--jcstress-pages",
            description = "Writes JCStress's own pages too. They are red even for a run that "
                    + "passes, since JCStress does not know which variant must lose data.")
    private boolean jcstressPages;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        common.check(List.of());
        return resume == null ? begin() : resume();
    }

    private int begin() throws IOException {
        Comparison whole = Comparison.chosen(only);
        Comparison comparison = whole.part(shard);
        if (comparison.cells().isEmpty()) {
            throw new UsageException("--shard " + shard + " has nothing to do: there are only "
                    + whole.cells().size() + " cells");
        }
        requireTests(comparison);
        String part = shard.count() == 1 ? "" : "-" + shard.index() + "-of-" + shard.count();
        try (RunFolder folder = common.open("compare" + part);
                Interruption interruption = Interruption.install()) {
            Run run = new Run(Run.FORMAT, Run.VERSION, Build.current().program(), folder.id(),
                    Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), Environment.here(),
                    new Run.Choice(only == null ? null : only.pattern(), budget.toMillis() / 1e3,
                            shard.toString(), deep,
                            seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE)
                                    : seed, false),
                    names(whole.cells()), names(comparison.cells()),
                    names(comparison.calibrations()));
            Path file = folder.file("forks" + part + ".jsonl");
            return new Session(folder, file, run, comparison, interruption)
                    .run(() -> ForkLog.create(file, run));
        }
    }

    /** Continues a run, with its options; only the budget may be another one. */
    private int resume() throws IOException {
        for (String option : List.of("--only", "--deep", "--seed", "--shard", "--out")) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new UsageException("--resume takes " + option + " from the run that it "
                        + "continues");
            }
        }
        Path path = RunFolder.resolve(resume);
        List<Path> files = Files.isDirectory(path) ? ResultFiles.in(path) : List.of();
        if (files.size() != 1 || !path.equals(files.get(0).getParent())
                || files.get(0).toString().endsWith(".gz")) {
            throw new UsageException("cannot resume " + resume + ": it is not the folder of one "
                    + "run of compare");
        }
        try (RunFolder folder = RunFolder.resume(path);
                Interruption interruption = Interruption.install()) {
            Results earlier = Results.merge(files, new ArrayList<>());
            Run run = earlier.runs().get(0);
            if (earlier.runs().size() > 1 || !run.environment().equals(Environment.here())) {
                throw new UsageException("cannot resume " + resume + ": it was begun on "
                        + run.environment());
            }
            deep = run.options().deep();
            if (!spec.commandLine().getParseResult().hasMatchedOption("--budget")) {
                budget = Duration.ofMillis(Math.round(run.options().budgetSeconds() * 1e3));
            }
            Comparison comparison = earlier.comparison().restrictedTo(run.cells());
            return new Session(folder, files.get(0), run, comparison, interruption)
                    .run(() -> ForkLog.resume(files.get(0)));
        }
    }

    private static List<String> names(List<CellRun> cells) {
        return cells.stream().map(CellRun::name).toList();
    }

    /** A cell whose test is not in the jar would be a silent hole in the table. */
    private static void requireTests(Comparison comparison) {
        List<String> built = Forks.tests();
        for (CellRun cell : comparison.all()) {
            String test = cell.test().name();
            if (!built.contains(test)) {
                throw new IllegalStateException(test + " is not in this jar");
            }
        }
    }

    /** Opens a results file. */
    private interface LogOpener {
        ForkLog open() throws IOException;
    }

    /** The work of a run in its folder. */
    private final class Session implements Comparison.Listener {
        private final RunFolder folder;
        private final Path file;
        private final Run run;
        private final Comparison comparison;
        private final Interruption interruption;
        private final Load load = new Load();
        private Display display;
        private ForkLog log;

        Session(RunFolder folder, Path file, Run run, Comparison comparison,
                Interruption interruption) {
            this.folder = folder;
            this.file = file;
            this.run = run;
            this.comparison = comparison;
            this.interruption = interruption;
        }

        int run(LogOpener opener) throws IOException {
            double spent = comparison.all().stream().mapToDouble(CellRun::seconds).sum();
            Duration left = budget.minusMillis(Math.round(spent * 1e3));
            Forks forks = null;
            String trouble = null;
            List<String> warnings = List.of();
            try (Display shown = Display.on(System.err, common.isQuiet());
                    ForkLog opened = opener.open()) {
                display = shown;
                log = opened;
                display.probing(left.isNegative() ? Duration.ZERO : left,
                        "seed " + run.options().seed() + ", results in " + folder.path());
                long probing = System.nanoTime();
                forks = Forks.prepare(deep ? Configuration.all() : Configuration.SPREAD,
                        budget.dividedBy(comparison.all().size()).compareTo(PER_CELL) < 0,
                        jcstressPages, Forks.WATCHDOG);
                Forks ready = forks;
                Duration first = Duration.ofNanos(System.nanoTime() - probing);
                comparison.run(new Comparison.Plan(left, run.options().seed(),
                        deep ? forks.configurations().size() : 1, first, System::nanoTime),
                        (test, turn) -> ready.run(test.name(), test.arguments(), turn), this);
                trouble = interruption.isRequested() ? "stopped before its time; " + file
                        + " has what was measured" : null;
                warnings = warnings(forks);
                log.end(new Run.End(trouble, warnings));
            } catch (IOException e) { // such as a full disk: print what there is
                trouble = "cannot write to " + file + ": " + Output.reason(e);
            }
            return report(new Results(comparison, List.of(run), trouble, warnings), forks);
        }

        private List<String> warnings(Forks forks) {
            List<String> warnings = new ArrayList<>(load.warnings());
            int cpus = run.environment().cpus();
            if (cpus < 2) {
                warnings.add("only " + cpus + " CPU is available: the two actors take turns");
            }
            if (forks.notPinned() != null) {
                warnings.add("threads were not pinned to CPUs: " + forks.notPinned());
            }
            return warnings;
        }

        private int report(Results complete, Forks forks) throws IOException {
            Results results = complete;
            if (forks != null && jcstressPages) { // first, since our page links to them
                try {
                    forks.writeJcstressPages(folder.file("jcstress"));
                } catch (IOException e) {
                    results = results.with(e.getMessage());
                }
            }
            try (Display shown = Display.on(System.err, common.isQuiet())) {
                shown.show("writing the reports");
                common.write(folder, reports(results, folder.path()));
            } catch (IOException e) { // then it is no pass either
                results = results.with(results.trouble() == null ? e.getMessage()
                        : results.trouble() + "; " + e.getMessage());
            }
            common.tellWhere(folder, "compare.html");
            print(common, results, verbose);
            return results.exitCode();
        }

        @Override
        public void before(CellRun cell, Duration left) {
            display.show(cell, left);
        }

        @Override
        public void after(CellRun cell, Fork fork) throws IOException {
            log.append(cell.name(), fork);
            if (fork.status() != Fork.Status.OK) {
                display.say(cell.name() + ": fork " + fork.status() + ", " + fork.message());
            }
        }

        @Override
        public boolean isStopped() {
            return interruption.isRequested();
        }
    }

    /** All reports of a comparison, by file name; the page is last, and links to the others. */
    static Map<String, CommonOptions.Contents> reports(Results results, Path folder) {
        Map<String, CommonOptions.Contents> reports = new LinkedHashMap<>();
        reports.put("compare.json", () -> CompareJson.render(results));
        reports.put("compare.xml", () -> JUnitReport.render(results));
        reports.put("compare.md", () -> Page.MARKDOWN.render(results));
        reports.put("compare.html", () -> Page.HTML.render(results, folder));
        return reports;
    }

    /** Prints the table, or the JSON in its place. */
    static void print(CommonOptions common, Results results, boolean verbose)
            throws IOException {
        String table = CompareTable.render(results, verbose);
        Output.print(common.isJsonPrinted() ? CompareJson.render(results)
                : Terminal.hasColours() ? Verdict.coloured(table) : table);
    }
}
