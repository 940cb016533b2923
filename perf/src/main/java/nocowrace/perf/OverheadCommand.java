// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Interruption;
import nocowrace.harness.Load;
import nocowrace.harness.RunFolder;
import nocowrace.harness.UsageException;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** The command line. */
@Command(name = "benchmarks.jar", sortOptions = false, versionProvider = Version.class,
        optionListHeading = "%nOptions:%n", customSynopsis = {
            "java -jar benchmarks.jar [--quick] [--out DIR] [--verbose]",
            "       java -jar benchmarks.jar --resume FOLDER [--verbose]",
            "       java -jar benchmarks.jar [JMH OPTIONS] [REGEX...] [--out DIR]"},
        description = {"%nMeasures what guards of nocow writers cost, and compares them. Without "
            + "options of JMH it measures all of them, in some 17 minutes.", "",
            "Each run writes a folder of its own below DIR: overhead.html (the report), "
            + "overhead.json, jmh.json, forks.jsonl and charts. If it is interrupted, it reports "
            + "what was measured before."},
        footer = {"%nAll other options go to JMH. The most useful are:",
            "  REGEX         benchmarks to run, for instance Guard_01",
            "  -l, -lp       list benchmarks, with their parameters",
            "  -f, -wi, -i   counts of forks, of warmup and of measured iterations",
            "  -w, -r        times of an iteration, for instance 100ms",
            "  -t            threads",
            "  -p NAME=V,V   values of a parameter, for instance guard=KERNEL,WORD",
            "  -prof gc      bytes per operation",
            "--jmh-help shows all of them.",
            "%nExit codes: 0 all was measured; 2 bad usage; 3 not all was measured or written."})
public final class OverheadCommand implements Callable<Integer> {

    @Option(names = "--quick", description = "A short measurement, some two and a half minutes.")
    private boolean quick;

    @Option(names = "--out", paramLabel = "DIR",
            description = "Where the folders of all runs are. Default: results.")
    private String out;

    @Option(names = "--resume", paramLabel = "FOLDER", description = "Continue a run that was "
            + "interrupted or killed, for instance results/latest. Not with options of JMH.")
    private String resume;

    @Option(names = "--verbose", description = "Print the detailed table, too.")
    private boolean verbose;

    @Option(names = "--jmh-help", description = "Show the help of JMH.")
    private boolean jmhHelp;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
    private boolean version;

    @Unmatched
    private final List<String> jmh = new ArrayList<>();

    /** What was parsed: options of JMH and regular expressions, in their order. */
    List<String> jmh() {
        return jmh;
    }

    @Override
    public Integer call() throws Exception {
        CommandLineOptions options = JmhArguments.parse(jmh);
        if (options.shouldListWithParams() && !options.shouldList() && !jmhHelp) {
            Parameters.list(options).forEach(System.out::println);
            return ExitCode.OK;
        }
        if (jmhHelp || JmhArguments.isQuery(options)) {
            org.openjdk.jmh.Main.main(jmhHelp ? new String[] {"-h"}
                    : jmh.toArray(String[]::new));
            return ExitCode.OK;
        }
        exclude("--quick", quick, "options of JMH", !jmh.isEmpty());
        exclude("--resume", resume != null, "options of JMH", !jmh.isEmpty());
        exclude("--resume", resume != null, "--quick", quick);
        exclude("--resume", resume != null, "--out", out != null);
        Path where = path("--resume", resume, path("--out", out, Path.of("results")));
        JmhArguments.check(options);
        if (jmh.stream().anyMatch(argument -> argument.startsWith("-"))) {
            Main.say("passed to JMH: " + String.join(" ", jmh)
                    + " (--help shows the options of this program)");
        }
        JmhLock lock = JmhLock.take();
        try (RunFolder folder = resume == null ? RunFolder.create(where, "overhead")
                        : RunFolder.resume(where);
                Interruption interruption = Interruption.install()) {
            return run(options, folder, interruption);
        } finally {
            lock.close();
        }
    }

    private void exclude(String option, boolean given, String other, boolean otherGiven) {
        if (given && otherGiven) {
            throw new UsageException(option + " cannot be combined with " + other
                    + (other.startsWith("-") ? "" : ": " + String.join(" ", jmh)));
        }
    }

    private static Path path(String option, String name, Path otherwise) {
        if (name == null) {
            return otherwise;
        }
        try {
            Path path = Path.of(name);
            if (name.isEmpty() || Files.exists(path) && !Files.isDirectory(path)
                    && !path.endsWith(RunFolder.LATEST)) {
                throw new UsageException(option + " '" + name + "' is not a directory");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new UsageException(option + " '" + name + "' is not a valid name");
        }
    }

    private int run(CommandLineOptions options, RunFolder folder, Interruption interruption)
            throws IOException {
        String campaign = !jmh.isEmpty() ? null : resume != null ? ForkLog.campaign(folder.path())
                : quick ? "quick" : "whole";
        RunHeader header = new RunHeader(folder.id(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), Environment.here(),
                campaign, jmh);
        Load load = new Load();
        try (ForkLog log = resume == null ? ForkLog.create(folder, header)
                : ForkLog.resume(folder, header)) {
            Measured measured = campaign == null
                    ? new JmhRun(options, interruption::isRequested).run(log)
                    : new CampaignRun(Campaign.named(campaign), load, System.err,
                            interruption::isRequested).run(log);
            load.look();
            return Finish.of(measured, header, load, folder, verbose);
        } catch (RunnerException e) {
            throw new IOException("nothing was measured: " + Forks.reason(e), e);
        }
    }
}
