// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import nocowrace.harness.Environment;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;

/** Rows and results that are made up. */
final class Samples {

    private Samples() {
    }

    static Row row(String method, Map<String, String> params, int threads, double... forks) {
        return new Row("Guard_01_EnterLeave", method, new TreeMap<>(params), threads, "Parallel",
                "ns/op", false, forks, new double[0], 0, Map.of(), "java -jar x");
    }

    static Row guard(Guard guard, int threads, double... forks) {
        return row("guard", Map.of("guard", guard.name(), "groups", "SAME"), threads, forks);
    }

    /** One with a machine of any description. */
    static RunHeader header(Environment environment, String campaign, List<String> jmh) {
        return new RunHeader("an-id", "2026-01-02T03:04:05Z", environment, campaign, jmh);
    }

    static Environment environment(String cpu) {
        return new Environment("Linux 6.1", "amd64", cpu, 2, "A vendor 17");
    }

    static BenchmarkParams params(String benchmark, Map<String, String> values, int warmupForks) {
        WorkloadParams params = new WorkloadParams();
        values.forEach((key, value) -> params.put(key, value, 0));
        TimeValue time = TimeValue.milliseconds(50);
        return new BenchmarkParams("nocowrace.perf." + benchmark, "generated", true, 1,
                new int[] {1}, List.of(), 3, warmupForks,
                new IterationParams(IterationType.WARMUP, 1, time, 1),
                new IterationParams(IterationType.MEASUREMENT, 2, time, 1), Mode.AverageTime,
                params, TimeUnit.NANOSECONDS, 1, "/a jvm/java",
                List.of("-XX:+UseParallelGC"), "17", "A VM", "17+1", "1.37", time);
    }

    /** A fork; one iteration for each score, ns/op. */
    static BenchmarkResult fork(BenchmarkParams params, double... scores) {
        List<IterationResult> iterations = new ArrayList<>();
        for (double score : scores) {
            iterations.add(iteration(params, score));
        }
        return new BenchmarkResult(params, iterations);
    }

    static IterationResult iteration(BenchmarkParams params, double score) {
        IterationResult iteration = new IterationResult(params, params.getMeasurement(), null);
        iteration.addResult(new StoredResult(ResultRole.PRIMARY, "guard", score, "ns/op"));
        return iteration;
    }

    static RunResult run(Map<String, String> values, double... forks) {
        BenchmarkParams params = params("Guard_01_EnterLeave.guard", values, 0);
        List<BenchmarkResult> results = new ArrayList<>();
        for (double score : forks) {
            results.add(fork(params, score, score));
        }
        return new RunResult(params, results);
    }
}
