// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file beside a page, to which the page links.
 *
 * @param name relative to the page
 * @param about what it is
 */
record PageFile(String name, String about) {

    private static final Map<String, String> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put("forks.*\\.jsonl(\\.gz)?", "the raw data: the result of each fork, as it ended; "
                + "the report command reads it");
        KINDS.put("compare\\.json", "the numbers of this page, for programs");
        KINDS.put("compare\\.xml", "the verdicts as JUnit's XML, for CI engines");
        KINDS.put("compare\\.md", "this page as Markdown, for pull requests and CI summaries");
        KINDS.put("jcstress/index\\.html", "JCStress's own page. It is red even for a run that "
                + "passes: JCStress counts every lost write as a failure, and does not know "
                + "which variants must lose data");
    }

    /** The files in a folder that this program has written, in a fixed order. */
    static List<PageFile> in(Path folder) throws IOException {
        List<String> names = new ArrayList<>(List.of("jcstress/index.html"));
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString()).sorted().forEach(names::add);
        }
        names.removeIf(name -> !Files.isRegularFile(folder.resolve(name)));
        return KINDS.entrySet().stream().flatMap(kind -> names.stream()
                .filter(name -> name.matches(kind.getKey()))
                .map(name -> new PageFile(name, kind.getValue()))).toList();
    }

    /** The address relative to the page. */
    String href() {
        try {
            return new URI(null, null, "./" + name, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
