// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import nocowrace.harness.Environment;
import nocowrace.stress.Scenario;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page as a browser lays it out, on a desk and on a telephone. Breaks if the matrix is not
 * there or anything is wider than the window. Skipped where there is no Chromium.
 */
class PageTest {

    /** A wide stack line and a long message, which must not widen the page. */
    private static final String LONG = "at " + "nocowrace.model.".repeat(40);

    /**
     * Loads the page in a frame of the given width, since windows have a least width; opens all
     * that can be opened, and lists what stands out on the right or is cut off.
     */
    private static final String PROBE = """
            <iframe id="frame" style="border:0;width:%dpx;height:9000px" srcdoc="%s"></iframe>
            <pre id="found"></pre>
            <script>
            const frame = document.getElementById('frame');
            frame.onload = () => {
              const page = frame.contentDocument;
              page.querySelectorAll('details').forEach(d => d.open = true);
              const width = page.documentElement.clientWidth;
              const wide = [...page.querySelectorAll('body *')].filter(e => !e.closest('pre > *')
                  && !e.parentElement.closest('.scroll')
                  && (e.getBoundingClientRect().right > width + 0.5
                  || e.matches('td, th, .bar *') && e.scrollWidth > e.clientWidth + 1));
              document.getElementById('found').textContent = 'FOUND' + JSON.stringify({
                width: width,
                scrollWidth: page.documentElement.scrollWidth,
                wide: wide.map(e => e.tagName + '.' + e.className + ': '
                    + e.textContent.substring(0, 40)),
                rows: [...page.querySelectorAll('.matrix tbody tr')].map(r =>
                    [...r.querySelectorAll('.verdict')].map(v => v.textContent)),
                colours: [...new Set([...page.querySelectorAll('.matrix td')].map(c =>
                    getComputedStyle(c).backgroundColor))].length,
                bars: page.querySelectorAll('.fill.forbidden').length,
                diagrams: page.querySelectorAll('section pre').length
              }) + 'END';
            };
            </script>
            """;

    @TempDir
    private Path directory;

    private static Optional<Path> chromium() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(place -> Path.of(place, name)))
                .filter(Files::isExecutable).findFirst();
    }

    private static Fork fork(String test) {
        if (test.contains("DirectPrealloc.AfterFix")) {
            return new Fork(Fork.Status.HUNG, Map.of(), 1, LONG, "tiered", LONG + "\n" + LONG);
        }
        if (test.contains("DirectCow.BeforeFix")) {
            return new Fork(Fork.Status.FAILED, Map.of(), 1, LONG.replace(".", ""));
        }
        return MadeUp.ok(test.endsWith("AfterFix")
                ? Map.of("NOCOW/KEPT", 123_456_789L, "COW/KEPT", 5L)
                : Map.of("NOCOW/LOST", 123_456L, "NOCOW/KEPT", 123_456_789L));
    }

    private JsonNode look(Path chromium, String html, int width)
            throws IOException, InterruptedException {
        Path page = directory.resolve("probe.html");
        Files.writeString(page, PROBE.formatted(width,
                html.replace("&", "&amp;").replace("\"", "&quot;")));
        Path out = directory.resolve("dom.txt");
        Process process = new ProcessBuilder(chromium.toString(), "--headless", "--no-sandbox",
                "--disable-gpu", "--hide-scrollbars",
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

    @Test
    void theMatrixIsThereAndNothingIsWiderThanTheWindow() throws Exception {
        Optional<Path> chromium = chromium();
        if (chromium.isEmpty()) {
            System.out.println("PageTest is skipped: there is no Chromium on the PATH");
        }
        Assumptions.assumeTrue(chromium.isPresent(), "no Chromium on the PATH");
        Comparison comparison = new Comparison(Scenario.TABLE, name -> true);
        MadeUp.run(comparison, Duration.ZERO, PageTest::fork);
        comparison.cells().get(0).add(fork("V4_6"), MadeUp.ELSEWHERE);
        Results results = new Results(comparison, List.of(
                MadeUp.run("a", Environment.here(), comparison, comparison),
                MadeUp.run("b", MadeUp.ELSEWHERE, comparison, comparison)));
        String html = Page.HTML.render(results);
        for (int width : new int[] {1280, 400}) {
            JsonNode found = look(chromium.get(), html, width);
            assertEquals(width, found.get("width").asInt(), found.toPrettyString());
            assertEquals(width, found.get("scrollWidth").asInt(), found.toPrettyString());
            assertEquals(0, found.get("wide").size(), found.toPrettyString());
            assertEquals(6, found.get("rows").size());
            for (int row = 0; row < 6; row++) {
                for (int column = 0; column < 3; column++) {
                    assertEquals(comparison.verdict(comparison.cells().get(3 * row + column))
                            .toString(), found.get("rows").get(row).get(column).asText());
                }
            }
            assertTrue(found.get("colours").asInt() >= 3, found.toPrettyString());
            assertTrue(found.get("bars").asInt() > 6, found.toPrettyString());
            assertTrue(found.get("diagrams").asInt() >= 6, found.toPrettyString());
        }
    }
}
