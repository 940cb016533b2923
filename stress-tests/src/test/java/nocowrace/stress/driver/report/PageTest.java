// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Results;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The page as a browser lays it out, on a desk and on a telephone, in light and in dark colours.
 * Skipped where there is no Chromium.
 */
class PageTest {

    /** What WCAG 2.2 asks for at level AA; a ratio. */
    private static final double READABLE = 4.5;

    private static Path chromium;

    @TempDir
    private Path directory;

    @BeforeAll
    static void findChromium() {
        Optional<Path> found = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(place -> Path.of(place, name)))
                .filter(Files::isExecutable).findFirst();
        if (found.isEmpty()) {
            System.out.println("PageTest is skipped: there is no Chromium on the PATH");
        }
        Assumptions.assumeTrue(found.isPresent(), "no Chromium on the PATH");
        chromium = found.get();
    }

    /** What probe.html finds in a page. */
    private JsonNode look(String html, boolean dark) throws IOException, InterruptedException {
        Path page = directory.resolve("probe.html");
        Files.writeString(page, resource("probe.html")
                .replace("PAGE", html.replace("&", "&amp;").replace("\"", "&quot;")));
        Path out = directory.resolve("dom.txt");
        Process process = new ProcessBuilder(chromium.toString(), "--headless", "--no-sandbox",
                "--disable-gpu", "--hide-scrollbars", "--disable-background-networking",
                "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1),
                "--user-data-dir=" + directory.resolve("profile"),
                "--window-size=1400,1000", "--virtual-time-budget=5000", "--dump-dom",
                page.toUri().toString())
                .redirectOutput(out.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertTrue(process.waitFor(1, TimeUnit.MINUTES), "Chromium hangs");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String dom = Files.readString(out);
        int at = dom.indexOf("FOUND{");
        assertTrue(at > 0, "Chromium shows no page: " + dom.length() + " characters");
        return new ObjectMapper().readTree(dom.substring(at + "FOUND".length(),
                dom.indexOf("}END", at) + 1).replace("&lt;", "<").replace("&gt;", ">")
                .replace("&amp;", "&"));
    }

    private static String resource(String name) throws IOException {
        return new String(PageTest.class.getResourceAsStream(name).readAllBytes(),
                StandardCharsets.UTF_8);
    }

    /** Breaks if anything is wider than the window or cut off, or any text too faint. */
    @ParameterizedTest
    @EnumSource
    void everythingFitsAndCanBeRead(PageExamples example) throws Exception {
        String html = Page.HTML.render(example.results());
        for (boolean dark : new boolean[] {false, true}) {
            JsonNode found = look(html, dark);
            assertEquals(dark, found.get("dark").asBoolean(), "the colour scheme");
            assertEquals(dark, found.get("brightness").asDouble() < 0.2, "its background");
            assertEquals(0, found.get("requests").asInt(), "it loads nothing");
            for (int width : new int[] {1280, 400}) {
                JsonNode layout = found.get("layouts").get(Integer.toString(width));
                String all = layout.toPrettyString();
                assertEquals(width, layout.get("width").asInt(), all);
                assertEquals(width, layout.get("scrollWidth").asInt(), all);
                assertEquals(0, layout.get("wide").size(), all);
                assertTrue(layout.get("contrast").size() > 7, all);
                layout.get("contrast").properties().forEach(kind
                        -> assertTrue(kind.getValue().asDouble() >= READABLE, kind.toString()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PASS", "TROUBLES"})
    void matrixHasEveryVerdictInColoursThatDiffer(PageExamples example) throws Exception {
        Results results = example.results();
        Comparison comparison = results.comparison();
        JsonNode found = look(Page.HTML.render(results), false);
        JsonNode rows = found.get("rows");
        int columns = Protocol.TABLE.size();
        assertEquals(comparison.cells().size(), rows.size() * columns);
        for (int i = 0; i < comparison.cells().size(); i++) {
            assertEquals(comparison.verdict(comparison.cells().get(i)).toString(),
                    rows.get(i / columns).get(i % columns).asText());
        }
        assertEquals(example == PageExamples.PASS ? 2 : 4, found.get("colours").asInt());
        assertTrue(found.get("bars").asInt() > 6, found.toPrettyString());
        assertEquals(comparison.all().stream().filter(CellRun::isExpectedBroken).count(),
                found.get("diagrams").asInt());
    }

    /** With the clipboard, without it, and with neither. */
    @Test
    void copyButtonCopiesAndSaysSo() throws Exception {
        JsonNode copied = look(Page.HTML.render(PageExamples.ONE_CELL.results()), false)
                .get("copied");
        String command = "java -jar jcstress.jar compare --only '^direct-nodatacow/' "
                + "--budget 1m10s --seed 1";
        List<String> found = new ArrayList<>();
        copied.forEach(text -> found.add(text.asText()));
        assertEquals(List.of("shown", command, "Copied", command, "Copied", command, "Copied",
                command, "Selected: press Ctrl+C"), found);
    }

    @Test
    void linkToADiagramOpensIt() throws Exception {
        assertTrue(look(Page.HTML.render(PageExamples.PASS.results()), false)
                .get("opens").asBoolean());
    }
}
