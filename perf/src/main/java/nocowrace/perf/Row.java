// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/**
 * One line of the report: what was measured under which conditions, one value per fork.
 *
 * @param benchmark the class, without its package
 * @param method the method; of a group of methods also which
 * @param params by name
 * @param threads a count
 * @param collector G1, Parallel, or what the JVM chose
 * @param unit of the values
 * @param moreIsBetter true of a throughput
 * @param forks [forks], in the order in which they ran; median of the iterations, so that one of
 *        them in which the machine was busy elsewhere does not count; of single timings the median
 * @param tail [forks], the 99th percentile of single timings; empty where none were taken
 * @param bytesPerOp what one op allocates, bytes; NaN if nothing counted them
 * @param shares of all ops, in [0, 1], by what became of them; only what was counted and happened
 * @param command measures the row again
 */
record Row(String benchmark, String method, Map<String, String> params, int threads,
        String collector, String unit, boolean moreIsBetter, double[] forks, double[] tail,
        double bytesPerOp, Map<String, Double> shares, String command) {

    private static final List<String> COUNTERS = List.of("refused", "failed");

    /** The rows of a run: one for each result, more for a group of methods. */
    static List<Row> of(Collection<RunResult> results) {
        return results.stream().flatMap(Row::of).toList();
    }

    private static Stream<Row> of(RunResult result) {
        BenchmarkParams run = result.getParams();
        String[] name = run.getBenchmark().split("\\.");
        String method = name[name.length - 1];
        Collection<String> parts = run.getThreadGroupLabels();
        return parts.size() < 2 ? Stream.of(of(result, name[name.length - 2], method, null))
                : parts.stream().map(part -> of(result, name[name.length - 2],
                        method + "." + part, part));
    }

    private static Row of(RunResult result, String benchmark, String method, String part) {
        BenchmarkParams run = result.getParams();
        Map<String, String> params = new TreeMap<>();
        run.getParamsKeys().forEach(key -> params.put(key, run.getParam(key)));
        boolean sampled = run.getMode() == Mode.SampleTime;
        Collection<BenchmarkResult> forks = result.getBenchmarkResults();
        double[] values = forks.stream().mapToDouble(fork -> sampled
                ? fork.getPrimaryResult().getStatistics().getPercentile(50)
                : median(fork, part)).toArray();
        double[] tail = sampled ? forks.stream().mapToDouble(fork -> fork.getPrimaryResult()
                .getStatistics().getPercentile(99)).toArray() : new double[0];
        return new Row(benchmark, method, params, run.getThreads(), collector(run.getJvmArgs()),
                result.getPrimaryResult().getScoreUnit(),
                run.getMode() == Mode.Throughput, values, tail,
                secondary(result, "gc.alloc.rate.norm"),
                "write".equals(part) ? shares(result, part) : Map.of(),
                Reproduce.command(result));
    }

    private static double median(BenchmarkResult fork, String part) {
        double[] scores = fork.getIterationResults().stream()
                .mapToDouble(iteration -> score(iteration, part)).sorted().toArray();
        return medianOf(scores);
    }

    private static double score(IterationResult iteration, String part) {
        return part == null ? iteration.getPrimaryResult().getScore()
                : iteration.getSecondaryResults().get(part).getScore();
    }

    private static Map<String, Double> shares(RunResult result, String part) {
        Map<String, Double> shares = new TreeMap<>();
        for (String counter : COUNTERS) {
            double share = secondary(result, counter) / secondary(result, part);
            if (share > 0) {
                shares.put(counter, share);
            }
        }
        return shares;
    }

    private static double secondary(RunResult result, String name) {
        return result.getSecondaryResults().keySet().stream().filter(key -> key.endsWith(name))
                .mapToDouble(key -> result.getSecondaryResults().get(key).getScore())
                .findFirst().orElse(Double.NaN);
    }

    private static String collector(Collection<String> jvmArgs) {
        return jvmArgs.stream().filter(arg -> arg.matches("-XX:\\+Use\\w+GC"))
                .reduce((first, last) -> last)
                .map(arg -> arg.substring("-XX:+Use".length(), arg.length() - "GC".length()))
                .orElse("default");
    }

    private static double medianOf(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** The median of the forks. */
    double score() {
        return medianOf(Arrays.stream(forks).sorted().toArray());
    }

    /** The median of the forks' 99th percentiles; NaN where none were taken. */
    double tailScore() {
        return tail.length == 0 ? Double.NaN : medianOf(Arrays.stream(tail).sorted().toArray());
    }

    /** Greatest of the forks over the least, minus 1. */
    double spread() {
        return Arrays.stream(forks).max().orElseThrow() / Arrays.stream(forks).min().orElseThrow()
                - 1;
    }

    /** Whether another row was measured under the same conditions, but for one parameter. */
    boolean isLike(Row other, String exceptParam) {
        Map<String, String> own = new TreeMap<>(params);
        Map<String, String> others = new TreeMap<>(other.params);
        own.remove(exceptParam);
        others.remove(exceptParam);
        return isBeside(other) && own.equals(others);
    }

    /** Whether another row is of the same benchmark, threads and collector. */
    boolean isBeside(Row other) {
        return benchmark.equals(other.benchmark) && threads == other.threads
                && collector.equals(other.collector) && unit.equals(other.unit);
    }

    /** What differs between rows that are shown together: guard, protocol, or else the method. */
    String subject() {
        return isForm() ? method + " " + params.get("guard") : params.getOrDefault("guard",
                params.getOrDefault("protocol", method));
    }

    /** The forms of 2016 and 2022 stand beside the guards alone. */
    private boolean isForm() {
        return method.startsWith("form");
    }

    /** All the rest, in words, such as "guard groups=SAME, 2 threads, Parallel". */
    String conditions() {
        List<String> words = new ArrayList<>();
        if (isForm()) {
            words.add("guard");
        } else if (!subject().equals(method)) {
            words.add(method);
        }
        params.forEach((key, value) -> {
            if (!key.equals("guard") && !key.equals("protocol")) {
                words.add(key + "=" + value);
            }
        });
        return (words.isEmpty() ? "" : String.join(" ", words) + ", ")
                + Words.count(threads, "thread", "threads") + ", " + collector;
    }
}
