// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.samskivert.mustache.Mustache;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/**
 * Writes a run down: jmh.json as JMH's own {@code -rf json} does, overhead.json with the ratios,
 * charts as SVG and PNG, and overhead.html, which shows all of it.
 */
final class Report {

    private Report() {
    }

    static void write(Path dir, Collection<RunResult> results, Overhead overhead, Noise noise,
            List<String> warnings) throws IOException {
        Files.createDirectories(dir);
        try (PrintStream out = new PrintStream(dir.resolve("jmh.json").toFile(),
                StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
            if (out.checkError()) {
                throw new IOException("cannot write " + dir.resolve("jmh.json"));
            }
        }
        Map<String, String> environment = environment(results, noise);
        List<String> charts = Charts.write(dir, overhead.lines());
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(dir.resolve("overhead.json").toFile(),
                        json(overhead, environment, warnings));
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("environment", environment.entrySet());
        page.put("warnings", warnings);
        page.put("claims", overhead.claims().stream().map(OverheadTable::cells)
                .map(cells -> Map.of("cells", cells)).toList());
        page.put("charts", charts);
        page.put("headers", OverheadTable.HEADERS);
        page.put("rows", overhead.lines().stream().map(OverheadTable::cells)
                .map(cells -> Map.of("cells", cells)).toList());
        try (Reader template = new InputStreamReader(
                Report.class.getResourceAsStream("overhead.mustache"), StandardCharsets.UTF_8)) {
            Files.writeString(dir.resolve("overhead.html"),
                    Mustache.compiler().compile(template).execute(page));
        }
    }

    private static Map<String, String> environment(Collection<RunResult> results, Noise noise) {
        Map<String, String> environment = new LinkedHashMap<>();
        var params = results.iterator().next().getParams();
        environment.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        environment.put("machine", cpu() + ", " + Runtime.getRuntime().availableProcessors()
                + " CPUs, " + System.getProperty("os.name") + " " + System.getProperty("os.version")
                + " " + System.getProperty("os.arch"));
        environment.put("JDK", params.getVmName() + " " + params.getVmVersion());
        environment.put("flags", String.join(" | ", results.stream()
                .map(result -> String.join(" ", result.getParams().getJvmArgs())).distinct()
                .toList()));
        environment.put("JMH", params.getJmhVersion());
        environment.put("forks", results.stream().map(
                result -> String.valueOf(result.getBenchmarkResults().size())).distinct()
                .reduce((a, b) -> a + ", " + b).orElse("-"));
        environment.put("load average, greatest", number(noise.maxLoad(), 1));
        environment.put("stolen time, %", number(noise.steal() * 100, 100));
        return environment;
    }

    private static String number(double value, int scale) {
        return Double.isNaN(value) ? "not known"
                : String.format(Locale.ROOT, scale > 1 ? "%.2f" : "%.1f", value);
    }

    private static String cpu() {
        Path info = Path.of("/proc/cpuinfo");
        try (var lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .orElse("unknown CPU");
        } catch (IOException | UncheckedIOException e) {
            return "unknown CPU";
        }
    }

    private static Map<String, Object> json(Overhead overhead, Map<String, String> environment,
            List<String> warnings) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("command", "overhead");
        json.put("environment", environment);
        json.put("warnings", warnings);
        json.put("targets", overhead.claims().stream().map(Report::json).toList());
        json.put("rows", overhead.lines().stream().map(Report::json).toList());
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
        return Double.isNaN(value) ? null : value;
    }

    private static Map<String, Object> ratio(Ratio ratio) {
        if (ratio == null) {
            return null;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("value", ratio.value());
        json.put("low", number(ratio.low()));
        json.put("high", number(ratio.high()));
        return json;
    }
}
