// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Verdict;
import nocowrace.stress.scenario.OutcomeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What compare.html and compare.md say, and that no message of a fork can break them. */
class PagesContentTest {

    private static final Fork LOSING = MadeUp.ok(Map.of("NOCOW/LOST", 10L, "NOCOW/KEPT", 990L));
    private static final Fork KEEPING = MadeUp.ok(Map.of("NOCOW/KEPT", 10_000L), "C1|C2, x");
    private static final Fork HUNG = new Fork(Fork.Status.HUNG, Map.of(), 1, "killed <b>&amp;",
            "C1", "\"actor\" \u001b[1m <script>alert(1)</script> | in Object.wait()");

    @TempDir
    private Path folder;

    /** The three cells of direct-nodatacow; both old protocols lose. */
    private static Results results(Fork afterFix) {
        return HeadlineTest.results("direct-nodatacow/", LOSING, afterFix);
    }

    private static Set<String> all(String regex, String text) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results()
                .map(match -> match.group(1)).collect(Collectors.toSet());
    }

    private static long count(String part, String text) {
        return Pattern.compile(Pattern.quote(part)).matcher(text).results().count();
    }

    @Test
    void everyFailingCellIsNamedAtTheTop() {
        Results results = PageExamples.TROUBLES.results();
        String html = Page.HTML.render(results);
        String markdown = Page.MARKDOWN.render(results);
        String top = html.substring(html.indexOf("Cells to look at"), html.indexOf("Warnings"));
        int failing = 0;
        for (CellRun cell : results.comparison().cells()) {
            Verdict verdict = results.comparison().verdict(cell);
            boolean fails = verdict.exitCode() > 0;
            failing += fails ? 1 : 0;
            assertEquals(fails, top.contains(">" + cell.name() + "</a>: <a href=\"#verdict-"
                    + verdict), cell.name());
            assertEquals(fails, markdown.contains("- " + cell.name() + ": "), cell.name());
        }
        assertEquals(6, failing);
    }

    @Test
    void incompleteRunFailsOnEveryPage() {
        Results cut = results(KEEPING).with("the disk is full");
        assertTrue(Page.HTML.render(cut).contains("<h1>Fail: the run is not complete</h1>"));
        assertTrue(Page.HTML.render(cut).contains("</b> the disk is full"));
        assertTrue(Page.MARKDOWN.render(cut).startsWith("### \u274C Fail: the run is not "));
        assertTrue(Page.MARKDOWN.render(cut).contains("** the disk is full."));
    }

    @Test
    void warningsAreOnEveryPageWithTheirMeaning() {
        Results warned = new Results(results(KEEPING).comparison(), results(KEEPING).runs(), null,
                List.of("only 1 CPU is available"));
        for (Page page : Page.values()) {
            String text = page.render(warned);
            assertTrue(text.contains("only 1 CPU is available"), text);
            assertTrue(text.contains("A warning changes no verdict."), text);
            assertFalse(page.render(results(KEEPING)).contains("A warning changes"), "none");
        }
    }

    @Test
    void htmlHasConfigurationsCommandsEnvironmentAndPower() {
        Results results = results(KEEPING);
        String html = Page.HTML.render(results);
        for (String part : List.of("C1|C2, x", "10 LOST of 1,000", "&gt; NOCOW/LOST: In place",
                "compare --only &#39;^direct-nodatacow/&#39; --budget 1m10s --seed 1",
                results.runs().get(0).environment().os(), "100 if broken", "1e-7", ">1e-1<")) {
            assertTrue(html.contains(part), part + " is missing in " + html);
        }
    }

    @Test
    void commandQuotesTheUsersExpression() {
        Run.Choice choice = new Run.Choice("a'b", 0.2, "1/1", true, 7, false);
        assertEquals("java -jar jcstress.jar compare --only 'a'\\''b' --deep --budget 1s --seed 7",
                PageModel.command(choice, choice.only()));
    }

    @Test
    void htmlEscapesWhatForksSay() {
        String html = Page.HTML.render(results(HUNG));
        assertEquals(1, count("<script", html), "only the page's own");
        assertTrue(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), html);
        assertTrue(html.contains("killed &lt;b&gt;&amp;amp;"), html);
        assertFalse(html.contains("\u001b"), "no control characters");
        String hostile = Page.HTML.render(PageExamples.TROUBLES.results());
        assertEquals(1, count("<script", hostile));
        assertTrue(hostile.contains("{{title}}"), "a message is no template");
        assertFalse(Pattern.compile("[\\p{Cc}\u202E&&[^\\n]]").matcher(hostile).find());
    }

    @ParameterizedTest
    @EnumSource
    void htmlNeedsNoOtherFile(PageExamples example) {
        String html = Page.HTML.render(example.results());
        String markup = html.replaceAll(">[^<]*", ">");
        assertEquals(Set.of("https://git.kernel.org"), all("=\"(https?://[^/\"]+)", markup));
        assertEquals(Set.of(), all("\\s(src|data|action|poster|srcset)=", markup));
        assertEquals(Set.of(), all("(<link|@import|url\\(|fetch\\(|XMLHttp)", html));
        assertTrue(html.contains("Content-Security-Policy\" content=\"default-src 'none';"));
        assertEquals(Set.of(), all(" href=\"(?!#|https://git)([^\"]*)", markup));
    }

    @ParameterizedTest
    @EnumSource
    void everyLinkWithinHtmlLeadsSomewhere(PageExamples example) {
        String html = Page.HTML.render(example.results());
        List<String> ids = Pattern.compile(" id=\"([^\"]*)\"").matcher(html).results()
                .map(match -> match.group(1)).toList();
        Set<String> missing = all(" href=\"#([^\"]*)\"", html);
        assertTrue(missing.size() > 8, missing.toString());
        missing.removeAll(ids);
        assertEquals(Set.of(), missing);
        assertEquals(ids.size(), new HashSet<>(ids).size(), "an id is there twice: " + ids);
    }

    @ParameterizedTest
    @EnumSource
    void htmlExplainsEveryVerdictAndOutcomeThatItShows(PageExamples example) {
        String html = Page.HTML.render(example.results());
        Set<String> explained = all("<dt id=\"verdict-([^\"]*)\"", html);
        Arrays.stream(Verdict.values()).forEach(verdict
                -> assertTrue(explained.contains(verdict.toString()), verdict.toString()));
        Set<String> shown = all("<a class=\"verdict\" href=\"#verdict-[^\"]*\">([^<]*)<", html);
        assertFalse(shown.isEmpty());
        assertTrue(explained.containsAll(shown), shown + " but only " + explained);
        Map<String, String> meanings = Pattern.compile("<dt id=\"outcome-\\d+\"><code>([^<]*)"
                + "</code></dt>\n<dd>([^<]*)").matcher(html).results()
                .collect(Collectors.toMap(m -> m.group(1), (MatchResult m) -> m.group(2).trim()));
        Set<String> ids = all("class=\"numbers\"><a href=\"#outcome-\\d+\"><code>([^<]*)", html);
        assertFalse(ids.isEmpty());
        ids.forEach(id -> assertEquals(OutcomeId.describe(id), meanings.get(id), id));
    }

    @Test
    void unknownOutcomeIsExplainedToo() {
        Results results = results(MadeUp.ok(Map.of("ODD<i>", 1L)));
        for (Page page : Page.values()) {
            assertTrue(page.render(results).contains("Unknown: no test is known to end so."));
        }
        assertTrue(Page.MARKDOWN.render(results).contains("- `ODD<i>`: "));
    }

    @ParameterizedTest
    @EnumSource
    void everyCommandHasACopyButton(PageExamples example) {
        Results results = example.results();
        String html = Page.HTML.render(results);
        long commands = count("<code>java -jar ", html);
        assertEquals(results.runs().size() + results.comparison().cells().stream()
                .map(CellRun::scenario).distinct().count(), commands);
        assertEquals(commands, Pattern.compile("<div class=\"command\"><code>java -jar [^<]*"
                + "</code><button type=\"button\" class=\"copy\"").matcher(html).results().count());
    }

    @Test
    void htmlLinksToTheFilesThatAreThere() throws IOException {
        Results results = results(KEEPING);
        assertFalse(Page.HTML.render(results, folder).contains("id=\"files\""), "an empty folder");
        for (String name : List.of("forks-1-of-3.jsonl", "forks #2.jsonl.gz", "compare.json",
                "compare.xml", "unrelated.txt")) {
            Files.createFile(folder.resolve(name));
        }
        assertEquals(Set.of("./forks-1-of-3.jsonl", "./forks%20%232.jsonl.gz", "./compare.json",
                "./compare.xml"), all("href=\"(\\./[^\"]*)\"",
                Page.HTML.render(results, folder)));
        assertFalse(Page.HTML.render(results, folder).contains("JCStress"));
        Files.createDirectory(folder.resolve("jcstress"));
        Files.createFile(folder.resolve("jcstress/index.html"));
        String html = Page.HTML.render(results, folder);
        assertTrue(html.contains("<a href=\"./jcstress/index.html\">jcstress/index.html</a>: "
                + "JCStress&#39;s own page. It is red even for a run that passes"), html);
    }

    @Test
    void markdownShowsAnExpectedLossAsASuccess() {
        String markdown = Page.MARKDOWN.render(results(KEEPING));
        assertTrue(markdown.startsWith("### \u2705 Pass: the old protocols lose data, as "
                + "expected, and the fix does not\n"), markdown);
        assertTrue(markdown.contains("| direct-nodatacow | "
                + "\u2705 reproduced (expected): 10 LOST of 1,000 | "
                + "\u2705 reproduced (expected): 10 LOST of 1,000 | "
                + "\u2705 clean: 0 bad of 10,000, 100 if broken |"), markdown);
        assertFalse(markdown.substring(0, markdown.indexOf("<details>")).contains("\u274C"));
        assertTrue(Page.MARKDOWN.render(results(LOSING))
                .contains("\u274C violated: 10 LOST of 1,000"));
    }

    @ParameterizedTest
    @CsvSource({"reproduced (expected)", "clean", "weak", "violated", "not-reproduced", "not-run"})
    void markdownExplainsEveryVerdict(String verdict) {
        assertTrue(Page.MARKDOWN.render(results(KEEPING)).lines().anyMatch(line
                -> line.matches("- \\*\\*\\S+ " + Pattern.quote(verdict)
                        + "\\*\\*: .+ What to do: .+")), verdict);
    }

    @Test
    void markdownHasTheDiagramAndNoEntities() {
        String markdown = Page.MARKDOWN.render(results(KEEPING));
        assertTrue(markdown.contains("**==> NOCOW/LOST: "), markdown);
        assertFalse(markdown.contains("&#39;"), markdown);
        assertTrue(markdown.contains("| C1\\|C2, x | - | - | 0 bad of 10,000 |"), markdown);
        assertTrue(markdown.contains("- `NOCOW/LOST`: In place, acknowledged, not read back. "
                + "Bad."), markdown);
    }

    /** Every row of a table has as many cells as the line under its head. */
    @ParameterizedTest
    @EnumSource
    void markdownIsWellFormed(PageExamples example) {
        String markdown = Page.MARKDOWN.render(example.results());
        int columns = 0;
        for (String line : markdown.lines().toList()) {
            int bars = line.replaceAll("\\\\.", "").replaceAll("[^|]", "").length();
            if (!line.startsWith("|")) {
                columns = 0;
            } else if (columns == 0) {
                columns = bars;
            } else {
                assertEquals(columns, bars, line);
            }
            String text = line.replaceAll("\\\\.", "").replaceAll("(`+).*?\\1", "");
            assertFalse(text.replaceAll("</?(details|summary)>", "").matches(".*<[a-zA-Z/!].*"),
                    line);
        }
        assertEquals(count("<details>", markdown), count("</details>", markdown));
        assertFalse(Pattern.compile("[\\p{Cc}\u202E&&[^\\n]]").matcher(markdown).find());
        assertFalse(Pattern.compile("(?m)^# not").matcher(markdown).find());
    }

    @Test
    void markdownCodeCanHoldBackticks() {
        assertEquals("`a|b`", Page.code("a|b"));
        assertEquals("``` a``b` ```", Page.code("a``b`"));
    }
}
