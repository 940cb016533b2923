// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import nocowrace.stress.driver.verdict.Results;

/** A comparison for people, made from a template and a {@link PageModel}. */
public enum Page {
    /** One self-contained file. Every value is escaped. */
    HTML("compare.html.mustache", Page::html),

    /** For pull requests and for the summaries of CI jobs. Every value is escaped. */
    MARKDOWN("compare.md.mustache", Page::markdown);

    /**
     * Characters that no page can show: control characters, surrogates without a partner,
     * noncharacters, and those that change the direction of the text after them.
     */
    private static final String UNFIT = "[\\p{Cc}\\p{Cs}\\uFFFE\\uFFFF"
            + "\\u202A-\\u202E\\u2066-\\u2069&&[^\\n\\t]]";

    /** Characters with a meaning in GitHub's Markdown. */
    private static final String MARKUP = "[\\\\`*_\\[\\]<>|&~$#]";

    private final Template template;

    Page(String name, Mustache.Escaper escaper) {
        try (Reader reader = open(name)) {
            template = Mustache.compiler().withEscaper(escaper).withLoader(Page::open)
                    .emptyStringIsFalse(true).compile(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader open(String name) {
        return new InputStreamReader(Page.class.getResourceAsStream(name), StandardCharsets.UTF_8);
    }

    private static String html(String raw) {
        return Escapers.HTML.escape(raw.replaceAll("\\R", "\n").replaceAll(UNFIT, "\uFFFD"));
    }

    /** Text within a line; line ends would end a table or begin a heading. */
    private static String markdown(String raw) {
        return oneLine(raw).replaceAll(MARKUP, "\\\\$0");
    }

    private static String oneLine(String raw) {
        return raw.replaceAll("\\s+", " ").replaceAll(UNFIT, "\uFFFD");
    }

    /** Code within a line of Markdown, whatever backticks it has. */
    static String code(String raw) {
        String text = oneLine(raw);
        String fence = "`";
        while (text.contains(fence)) {
            fence += "`";
        }
        return fence.length() == 1 ? fence + text + fence : fence + " " + text + " " + fence;
    }

    /**
     * Renders a page that links to no other file.
     *
     * @param results to show
     * @return the page
     */
    public String render(Results results) {
        return template.execute(new PageModel(results, List.of()).page());
    }

    /**
     * Renders a page for a folder.
     *
     * @param results to show
     * @param folder where the page will be; it links to the files that are there already
     * @return the page
     * @throws IOException if the folder cannot be read
     */
    public String render(Results results, Path folder) throws IOException {
        return template.execute(new PageModel(results, PageFile.in(folder)).page());
    }
}
