// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.SampleTimeResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.SampleBuffer;
import org.openjdk.jmh.util.Utils;

/**
 * One fork as JSON, with the scores of all its iterations, exactly. What is read back gives the
 * same report and the same results file of JMH as what was written.
 */
final class ForkJson {

    private ForkJson() {
    }

    static ObjectNode write(BenchmarkResult fork) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("run", write(fork.getParams()));
        ArrayNode iterations = json.putArray("iterations");
        for (IterationResult iteration : fork.getIterationResults()) {
            ObjectNode results = iterations.addObject();
            results.set("primary", write(iteration.getPrimaryResult()));
            ObjectNode secondary = results.putObject("secondary");
            iteration.getSecondaryResults().forEach((label, result) -> {
                if (!result.getRole().isDerivative()) {
                    secondary.set(label, write(result));
                }
            });
        }
        return json;
    }

    private static ObjectNode write(Result<?> result) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("label", result.getLabel());
        json.put("unit", result.getScoreUnit());
        if (Double.isFinite(result.getScore())) {
            json.put("score", result.getScore());
        } else {
            json.putNull("score");
        }
        if (result instanceof SampleTimeResult) {
            ArrayNode histogram = json.putArray("histogram");
            for (Map.Entry<Double, Long> bar
                    : Utils.adaptForLoop(result.getStatistics().getRawData())) {
                if (bar.getValue() > 0) {
                    histogram.addArray().add(bar.getKey()).add(bar.getValue());
                }
            }
        }
        return json;
    }

    private static ObjectNode write(BenchmarkParams run) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("benchmark", run.getBenchmark());
        json.put("target", run.generatedBenchmark());
        json.put("mode", run.getMode().name());
        json.put("synchronizeIterations", run.shouldSynchIterations());
        json.put("threads", run.getThreads());
        json.set("threadGroups", new ObjectMapper().valueToTree(run.getThreadGroups()));
        json.set("threadGroupLabels", strings(run.getThreadGroupLabels()));
        json.put("forks", run.getForks());
        json.put("warmupForks", run.getWarmupForks());
        json.set("warmup", write(run.getWarmup()));
        json.set("measurement", write(run.getMeasurement()));
        ObjectNode params = json.putObject("params");
        run.getParamsKeys().forEach(key -> params.put(key, run.getParam(key)));
        json.put("timeUnit", run.getTimeUnit().name());
        json.put("opsPerInvocation", run.getOpsPerInvocation());
        json.put("jvm", run.getJvm());
        json.set("jvmArgs", strings(run.getJvmArgs()));
        json.put("jdkVersion", run.getJdkVersion());
        json.put("vmName", run.getVmName());
        json.put("vmVersion", run.getVmVersion());
        json.put("jmhVersion", run.getJmhVersion());
        json.set("timeout", write(run.getTimeout()));
        return json;
    }

    private static ArrayNode strings(Collection<String> values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        values.forEach(array::add);
        return array;
    }

    private static ObjectNode write(IterationParams iterations) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("iterations", iterations.getCount());
        json.set("time", write(iterations.getTime()));
        json.put("batchSize", iterations.getBatchSize());
        return json;
    }

    private static ObjectNode write(TimeValue time) {
        return JsonNodeFactory.instance.objectNode().put("amount", time.getTime())
                .put("unit", time.getTimeUnit().name());
    }

    /**
     * Reads what {@link #write(BenchmarkResult)} wrote.
     *
     * @throws IllegalArgumentException if something else wrote it
     */
    static BenchmarkResult read(JsonNode json) {
        BenchmarkParams run = params(json.required("run"));
        List<IterationResult> iterations = new ArrayList<>();
        for (JsonNode results : json.required("iterations")) {
            IterationResult iteration = new IterationResult(run, run.getMeasurement(), null);
            iteration.addResult(result(results.required("primary"), ResultRole.PRIMARY, run));
            results.required("secondary").forEach(secondary ->
                    iteration.addResult(result(secondary, ResultRole.SECONDARY, run)));
            iterations.add(iteration);
        }
        if (iterations.isEmpty()) {
            throw new IllegalArgumentException("no iterations");
        }
        return new BenchmarkResult(run, iterations);
    }

    private static Result<?> result(JsonNode json, ResultRole role, BenchmarkParams run) {
        String label = json.required("label").asText();
        if (!json.has("histogram")) {
            return new StoredResult(role, label, json.required("score").asDouble(Double.NaN),
                    json.required("unit").asText());
        }
        SampleBuffer samples = new SampleBuffer();
        double nanos = run.getTimeUnit().toNanos(1);
        for (JsonNode bar : json.get("histogram")) {
            long value = Math.round(bar.get(0).asDouble() * nanos);
            for (long i = bar.get(1).asLong(); i > 0; i--) {
                samples.add(value);
            }
        }
        return new SampleTimeResult(role, label, samples, run.getTimeUnit());
    }

    private static BenchmarkParams params(JsonNode json) {
        WorkloadParams params = new WorkloadParams();
        json.required("params").properties().forEach(param ->
                params.put(param.getKey(), param.getValue().asText(), 0));
        JsonNode groups = json.required("threadGroups");
        return new BenchmarkParams(json.required("benchmark").asText(),
                json.required("target").asText(),
                json.required("synchronizeIterations").asBoolean(),
                json.required("threads").asInt(),
                IntStream.range(0, groups.size()).map(i -> groups.get(i).asInt()).toArray(),
                strings(json.required("threadGroupLabels")), json.required("forks").asInt(),
                json.required("warmupForks").asInt(),
                iterations(IterationType.WARMUP, json.required("warmup")),
                iterations(IterationType.MEASUREMENT, json.required("measurement")),
                Mode.valueOf(json.required("mode").asText()), params,
                TimeUnit.valueOf(json.required("timeUnit").asText()),
                json.required("opsPerInvocation").asInt(), json.required("jvm").asText(),
                strings(json.required("jvmArgs")), json.required("jdkVersion").asText(),
                json.required("vmName").asText(), json.required("vmVersion").asText(),
                json.required("jmhVersion").asText(), time(json.required("timeout")));
    }

    private static List<String> strings(JsonNode array) {
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }

    private static IterationParams iterations(IterationType type, JsonNode json) {
        return new IterationParams(type, json.required("iterations").asInt(),
                time(json.required("time")), json.required("batchSize").asInt());
    }

    private static TimeValue time(JsonNode json) {
        return new TimeValue(json.required("amount").asLong(),
                TimeUnit.valueOf(json.required("unit").asText()));
    }
}
