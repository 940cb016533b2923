// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import nocowrace.harness.Output;
import nocowrace.harness.UsageException;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.ProfilerConfig;
import org.openjdk.jmh.util.Optional;
import org.openjdk.jmh.util.UnCloseablePrintStream;
import org.openjdk.jmh.util.Utils;

/** A run whose benchmarks the user chose with options of JMH. */
final class JmhRun {

    /** The same, without a results file: JMH would leave an empty one if the run does not end. */
    private static final class WithoutFile extends OptionsBuilder {
        private static final long serialVersionUID = 1;

        @Override
        public Optional<String> getResult() {
            return Optional.none();
        }

        @Override
        public Optional<ResultFormatType> getResultFormat() {
            return Optional.none();
        }
    }

    /**
     * Checks what JMH's options ask for before anything is measured.
     *
     * @throws UsageException if it cannot be done
     */
    static void check(CommandLineOptions options) {
        for (ProfilerConfig profiler : options.getProfilers()) {
            try {
                ProfilerFactory.getProfilerOrException(profiler);
            } catch (ProfilerException e) {
                throw new UsageException("JMH cannot use -prof " + profiler.getKlass()
                        + (e.getCause() instanceof ClassNotFoundException ? ": there is no such "
                        + "profiler" : ": " + firstLine(e)) + "; -lprof lists profilers");
            }
        }
        if (file(options) != null) {
            Output.writable(file(options));
        }
    }

    private static String firstLine(ProfilerException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst(
                "\\.$", "");
    }

    private final CommandLineOptions options;
    private final BooleanSupplier interrupted;
    private final Map<BenchmarkParams, List<BenchmarkResult>> forks = new LinkedHashMap<>();

    /** Runs what options of JMH say, until it is interrupted. */
    JmhRun(CommandLineOptions options, BooleanSupplier interrupted) {
        this.options = options;
        this.interrupted = interrupted;
    }

    /**
     * Runs it.
     *
     * @param log takes each fork as it ends
     * @throws IOException if a file that JMH's options name cannot be written
     */
    Measured run(ForkLog log) throws IOException {
        OutputFormat out = format();
        ForkCollector collector = new ForkCollector(out, fork -> {
            forks.computeIfAbsent(fork.getParams(), any -> new ArrayList<>()).add(fork);
            log.fork(0, fork);
        }, interrupted);
        List<String> problems = new ArrayList<>();
        Collection<RunResult> results = new TreeSet<>(RunResult.DEFAULT_SORT_COMPARATOR);
        try {
            for (Options run : Parameters.runs(options)) {
                WithoutFile without = new WithoutFile();
                without.parent(run).jvmArgsPrepend(
                        Forks.prepended(options).toArray(String[]::new));
                results.addAll(new Runner(without, collector).run());
            }
            out.endRun(results);
            out.flush();
            int missing = collector.begun() - results.size();
            if (missing > 0) {
                problems.add(Words.count(missing, "row is", "rows are")
                        + " not complete: a fork failed");
            }
        } catch (RunnerException e) {
            problems.add("a fork failed: " + Forks.reason(e));
        } catch (ForkCollector.Stopped e) {
            problems.add(collector.failure() == null ? "interrupted; the report shows what was "
                    + "measured before" : collector.failure().getMessage());
        }
        if (!problems.isEmpty()) {
            results = forks.entrySet().stream()
                    .map(run -> new RunResult(run.getKey(), run.getValue())).toList();
        }
        writeFile(results);
        return new Measured(results, problems);
    }

    private OutputFormat format() throws IOException {
        PrintStream out = options.getOutput().hasValue()
                ? new PrintStream(Output.writable(path(options.getOutput().get())).toFile(),
                        StandardCharsets.UTF_8)
                : new UnCloseablePrintStream(System.out, Utils.guessConsoleEncoding());
        return OutputFormatFactory.createFormatInstance(out,
                options.verbosity().orElse(Defaults.VERBOSITY));
    }

    /** The file of -rf and -rff; null if the user wants none. */
    private static Path file(CommandLineOptions options) {
        if (!options.getResult().hasValue() && !options.getResultFormat().hasValue()) {
            return null;
        }
        return path(options.getResult().orElse(Defaults.RESULT_FILE_PREFIX + "."
                + type(options).name().toLowerCase(Locale.ROOT)));
    }

    private static ResultFormatType type(CommandLineOptions options) {
        return options.getResultFormat().orElse(Defaults.RESULT_FORMAT);
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageException("cannot write " + name + ": not a valid file name");
        }
    }

    private void writeFile(Collection<RunResult> results) throws IOException {
        Path file = file(options);
        if (file != null && !results.isEmpty()) {
            Output.replace(file, out -> Report.writeTo(out, type(options), results));
            System.out.println("JMH's results: " + file);
        }
    }
}
