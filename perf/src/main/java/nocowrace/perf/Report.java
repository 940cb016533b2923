// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import nocowrace.harness.Output;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/**
 * Writes a run down: jmh.json as JMH's own {@code -rf json} does, overhead.json with the ratios,
 * overhead.html, which shows all of it, and the charts once more as SVG files. What matters most is
 * written first.
 */
final class Report {

    static final String JMH = "jmh.json";
    static final String JSON = "overhead.json";
    static final String PAGE = "overhead.html";

    private static final String FORMAT = "nocowrace-overhead";
    private static final int VERSION = 1;

    private Report() {
    }

    /**
     * Writes the files.
     *
     * @param dir an existing directory
     * @throws IOException if one of them cannot be written; it then keeps its old contents, or
     *         there is none
     */
    static void write(Path dir, Run run) throws IOException {
        Output.replace(dir.resolve(JMH), out ->
                writeTo(out, ResultFormatType.JSON, run.results()));
        Output.replace(dir.resolve(JSON), new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json(run)) + "\n");
        List<Chart> charts = Chart.of(run.overhead().lines());
        Output.replace(dir.resolve(PAGE), Page.render(run, charts));
        for (Chart chart : charts) {
            Output.replace(dir.resolve(chart.name() + ".svg"), chart.file());
        }
    }

    /**
     * Writes results in a format of JMH.
     *
     * @throws IOException if they cannot be written
     */
    static void writeTo(OutputStream out, ResultFormatType type, Collection<RunResult> results)
            throws IOException {
        PrintStream print = new PrintStream(out, false, StandardCharsets.UTF_8);
        ResultFormatFactory.getInstance(type, print).writeOut(results);
        if (print.checkError()) { // PrintStream keeps no exception
            throw new IOException("no space left, or another error of the file system");
        }
    }

    private static Map<String, Object> json(Run run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("version", VERSION);
        json.put("command", "overhead");
        json.put("complete", run.complete());
        json.put("environment", run.environment());
        json.put("warnings", run.warnings());
        json.put("targets", run.overhead().claims().stream().map(Report::json).toList());
        json.put("rows", run.overhead().lines().stream().map(Report::json).toList());
        return json;
    }

    private static Map<String, Object> json(Overhead.Line line) {
        Row row = line.row();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("benchmark", row.benchmark());
        json.put("method", row.method());
        json.put("params", row.params());
        json.put("threads", row.threads());
        json.put("collector", row.collector());
        json.put("unit", row.unit());
        json.put("score", row.score());
        json.put("forks", row.forks());
        json.put("p99", number(row.tailScore()));
        json.put("bytesPerOp", number(row.bytesPerOp()));
        json.put("shares", row.shares());
        json.put("againstNone", ratio(line.againstNone()));
        json.put("againstKernel", ratio(line.againstKernel()));
        json.put("againstLimit", ratio(line.againstLimit()));
        json.put("command", row.command());
        return json;
    }

    private static Map<String, Object> json(Overhead.Claim claim) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("what", claim.what());
        json.put("atMost", claim.bound());
        json.put("measured", ratio(claim.measured()));
        json.put("verdict", claim.verdict());
        return json;
    }

    private static Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static Map<String, Object> ratio(Ratio ratio) {
        if (ratio == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("value", number(ratio.value()));
        json.put("low", number(ratio.low()));
        json.put("high", number(ratio.high()));
        return json;
    }
}
