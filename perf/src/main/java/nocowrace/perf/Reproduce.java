// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.RunResult;

/** The command that measures a row again. */
final class Reproduce {

    private static final String PROGRAM = "java -jar perf/target/benchmarks.jar";

    private Reproduce() {
    }

    /** The command for a POSIX shell, to be run in the project's directory. */
    static String command(RunResult result) {
        return PROGRAM + " " + arguments(result).stream().map(Reproduce::quoted)
                .collect(Collectors.joining(" "));
    }

    /** Its arguments. */
    static List<String> arguments(RunResult result) {
        BenchmarkParams run = result.getParams();
        String[] name = run.getBenchmark().split("\\.");
        List<String> arguments = new ArrayList<>(List.of(
                name[name.length - 2] + "." + name[name.length - 1] + "$",
                "-bm", run.getMode().shortLabel(), "-tu", unit(run),
                "-t", String.valueOf(run.getThreads()),
                "-f", String.valueOf(result.getBenchmarkResults().size())));
        if (run.getThreadGroups().length > 1) {
            arguments.set(arguments.indexOf("-t"), "-tg");
            arguments.set(arguments.indexOf("-tg") + 1, groups(run));
        }
        for (String key : run.getParamsKeys()) {
            arguments.addAll(List.of("-p", key + "=" + run.getParam(key)));
        }
        iterations(arguments, "-wi", "-w", run.getWarmup());
        iterations(arguments, "-i", "-r", run.getMeasurement());
        if (result.getSecondaryResults().containsKey("gc.alloc.rate")) {
            arguments.addAll(List.of("-prof", "gc"));
        }
        String jvmArgs = jvmArgs(run.getJvmArgs());
        if (!jvmArgs.isEmpty()) {
            arguments.addAll(List.of("-jvmArgsAppend", jvmArgs));
        }
        return arguments;
    }

    private static String unit(BenchmarkParams run) {
        return switch (run.getTimeUnit()) {
            case NANOSECONDS -> "ns";
            case MICROSECONDS -> "us";
            case MILLISECONDS -> "ms";
            case SECONDS -> "s";
            case MINUTES -> "m";
            default -> "h";
        };
    }

    private static String groups(BenchmarkParams run) {
        int[] groups = run.getThreadGroups();
        return Arrays.stream(groups).mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
    }

    private static void iterations(List<String> arguments, String count, String time,
            IterationParams iterations) {
        arguments.addAll(List.of(count, String.valueOf(iterations.getCount())));
        if (iterations.getCount() > 0) {
            arguments.addAll(List.of(time, iterations.getTime().toString().replace(" ", "")));
        }
    }

    /** As one argument; without those that every run adds. */
    private static String jvmArgs(Collection<String> jvmArgs) {
        return jvmArgs.stream().filter(arg -> !Forks.isQuiet(arg)).distinct()
                .map(arg -> arg.contains(" ") ? '"' + arg + '"' : arg)
                .collect(Collectors.joining(" "));
    }

    private static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_.,:=/+-]+") ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }
}
