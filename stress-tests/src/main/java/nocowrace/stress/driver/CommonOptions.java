// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where a comparison's results go; the options that say so. */
final class CommonOptions {

    private static final List<String> SUFFIXES = List.of("json", "html", "md", "xml");

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "results",
            description = "Where the reports go: compare.html, .md, .json and .xml (JUnit's). "
                    + "Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Another place for the JSON; - for standard output instead of the table.")
    private String json;

    private Path copy;

    Path out() {
        return out;
    }

    /**
     * Checks the places, before the work.
     *
     * @throws Main.UsageException if one of them cannot be written
     */
    void check() {
        for (String suffix : SUFFIXES) {
            Output.writable(report(suffix));
        }
        copy = json == null || json.equals("-") ? null : Output.writable(Path.of(json));
    }

    /** Removes the reports of an earlier run: what it found is not what this one will. */
    void removeOld() throws IOException {
        for (String suffix : SUFFIXES) {
            Files.deleteIfExists(report(suffix));
        }
    }

    private Path report(String suffix) {
        return out.resolve("compare." + suffix);
    }

    /** Prints the table, or the JSON in its place. */
    void print(Results results) throws IOException {
        String table = CompareTable.render(results);
        Output.print("-".equals(json) ? CompareJson.render(results)
                : Terminal.hasColours() ? Verdict.coloured(table) : table);
    }

    /** Writes all reports. */
    void write(Results results) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        String text = CompareJson.render(results);
        files.put(report("json"), text);
        if (copy != null) {
            files.put(copy, text);
        }
        files.put(report("xml"), JUnitReport.render(results));
        files.putAll(Map.of(report("md"), Page.MARKDOWN.render(results),
                report("html"), Page.HTML.render(results)));
        for (Map.Entry<Path, String> file : files.entrySet()) {
            Output.replace(file.getKey(), file.getValue());
        }
    }
}
