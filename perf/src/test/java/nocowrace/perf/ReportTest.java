// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import nocowrace.harness.Environment;
import nocowrace.harness.Load;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.results.RunResult;

/**
 * The files of a report. Breaks if one depends on the locale, the time zone or the machine's
 * description, or if a file that comes late takes earlier ones with it.
 */
class ReportTest {

    private static final List<RunResult> RESULTS = List.of(
            Samples.run(Map.of("guard", "KERNEL", "groups", "SAME"), 1234.5, 1236, 1237),
            Samples.run(Map.of("guard", "WORD", "groups", "SAME"), 600.25, 601, 602));

    @TempDir
    private Path dir;

    private static Run run(Environment environment, List<RunResult> results, String... problems) {
        return Run.of(new Measured(results, List.of(problems)),
                Samples.header(environment, "quick", List.of()), new Load());
    }

    private static Run run(String cpu) {
        return run(Samples.environment(cpu), RESULTS);
    }

    private String page() throws IOException {
        return Files.readString(dir.resolve(Report.PAGE));
    }

    @Test
    void reportMatchesItsSchema() throws IOException {
        Report.write(dir, run("a CPU"));
        JsonNode json = Schemas.report(dir);
        assertTrue(Files.readString(dir.resolve(Report.JSON)).matches(
                "(?s)\\{\\s*\"format\" : \"nocowrace-overhead\",\\s*\"version\" : 1,.*"));
        assertTrue(json.get("complete").asBoolean());
        assertEquals(2, json.get("rows").size());
        ObjectNode broken = (ObjectNode) json.deepCopy();
        broken.remove("format");
        assertFalse(Schemas.faultsOfReport(broken).isEmpty(), "the schema can refuse");
    }

    @Test
    void partialReportSaysSo() throws IOException {
        Report.write(dir, run(Samples.environment(""), RESULTS, "interrupted after 6 forks of 9"));
        assertFalse(Schemas.report(dir).get("complete").asBoolean());
        assertTrue(page().contains("not complete")
                && page().contains("<li>interrupted after 6 forks of 9</li>"), page());
    }

    @Test
    void filesDependOnNoLocaleAndTimeZone() throws IOException {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        Run run = run("Intel CPU");
        Report.write(dir, run);
        List<String> expected = contents();
        String table = OverheadTable.render(run.overhead(), true);
        try {
            for (String tag : List.of("tr-TR", "ar-EG-u-nu-arab", "de-DE", "th-TH-u-nu-thai")) {
                Locale.setDefault(Locale.forLanguageTag(tag));
                TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
                Run again = new Run(run.results(), Overhead.of(Row.of(run.results())),
                        run.environment(), run.warnings(), run.complete());
                Report.write(dir, again);
                assertEquals(expected, contents(), tag);
                assertEquals(table, OverheadTable.render(again.overhead(), true), tag);
            }
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.sorted().map(file -> {
                try {
                    return file.getFileName() + ": " + Files.readString(file);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }).toList();
        }
    }

    @Test
    void descriptionOfTheMachineMayBeAnything() throws IOException {
        for (String cpu : List.of("", "x".repeat(5000), "CPU <b>&\"'{{x}} \u00e9\u4e2d")) {
            Report.write(dir, run(cpu));
            assertEquals(cpu, Schemas.report(dir).get("environment").get("cpu").asText());
            assertFalse(page().contains("<b>&\""), "escaped");
        }
    }

    @Test
    void chartThatCannotBeWrittenLeavesAllElse() throws IOException {
        Run run = run("a CPU");
        String chart = Chart.of(run.overhead().lines()).get(0).name() + ".svg";
        Files.createDirectories(dir.resolve(chart).resolve("in the way"));
        String message = assertThrows(IOException.class, () -> Report.write(dir, run))
                .getMessage();
        assertTrue(message.contains(chart), message);
        Schemas.report(dir);
        assertTrue(page().contains("<svg"), "charts are in the page");
        assertEquals(2, new ObjectMapper().readTree(dir.resolve(Report.JMH).toFile()).size());
    }

    @Test
    void pageIsOneFileAndLeavesOutWhatWouldBeEmpty() throws IOException {
        Report.write(dir, run("a CPU"));
        assertFalse(page().matches(
                "(?s).*(src=|@import|url\\(|<link|https?://(?!www\\.w3\\.org)).*"));
        assertTrue(page().contains("prefers-color-scheme: dark"));
        assertTrue(page().contains(">0.49 ["), page());
        assertTrue(page().contains("storeLoad and swapLoad were not run"), "a reason");
        assertFalse(page().contains("<span class=\"why\"></span>"), "only where one is needed");
        assertTrue(page().contains("<code>java -jar perf/target/benchmarks.jar"), page());
        assertTrue(page().contains("href=\"forks.jsonl\""), page());
        assertFalse(page().contains("There are no"), page());
        RunResult one = Samples.run(Map.of("guard", "WORD", "groups", "SAME"), 5, 5, 5);
        Report.write(dir, new Run(List.of(one), new Overhead(
                Overhead.of(Row.of(List.of(one))).lines(), List.of(), List.of()),
                run("a CPU").environment(), List.of(), true));
        assertTrue(page().contains("There are no targets, because"), page());
        assertTrue(page().contains("There are no charts, because"), page());
        assertFalse(page().contains("<th aria-sort=\"none\"><button>target"), page());
    }
}
