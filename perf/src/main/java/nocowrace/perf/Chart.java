// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.samskivert.mustache.Mustache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/**
 * A chart for each set of conditions, as SVG text: a bar for each subject, and the floors and
 * limits. The bar ends at the score, a dot is a fork. Lengths are in units of the SVG; one is
 * about a pixel on a phone.
 *
 * @param name of its file, without ".svg"
 * @param title the benchmark
 * @param subtitle lines: the conditions
 * @param bars from top to bottom
 * @param height of all
 */
record Chart(String name, String title, List<Text> subtitle, List<Bar> bars, int height) {

    private static final int WIDTH = 360; // as in chart.mustache
    private static final int MARGIN = 6;
    private static final int LINE = 16;
    private static final int BAR_STEP = 38;
    private static final int BAR_OFFSET = 6;
    private static final int DOT_OFFSET = 6;
    /** The scale ends at most at so many times the longest bar, lest one fork dwarf all bars. */
    private static final double ROOM = 1.25;
    private static final int LABEL_CHARS = 30;
    private static final int SUBTITLE_CHARS = 54;
    private static final int NAME_CHARS = 100;

    private static final Mustache.Compiler TEMPLATES = Mustache.compiler();

    /**
     * A line of text.
     *
     * @param y its base line
     * @param text may be cut
     */
    record Text(int y, String text) {
    }

    /**
     * A bar.
     *
     * @param label what was measured
     * @param score with its unit
     * @param kind "guard" or "limit"
     * @param textY base line of its label
     * @param y of its upper edge
     * @param dotY of the forks' centres
     * @param length from the left margin
     * @param dots [forks]
     */
    record Bar(String label, String score, String kind, int textY, int y, int dotY, String length,
            List<Dot> dots) {
    }

    /**
     * A fork.
     *
     * @param x of its centre
     * @param kind "fork", or "beyond" if it lies beyond the right edge and is shown there
     */
    record Dot(String x, String kind) {
    }

    /** Those of a run; a set of conditions with one row has none. */
    static List<Chart> of(List<Overhead.Line> lines) {
        List<Row> rows = lines.stream().map(Overhead.Line::row).toList();
        Map<String, List<Row>> byChart = new LinkedHashMap<>();
        rows.stream().filter(row -> !row.params().isEmpty()).forEach(row -> byChart
                .computeIfAbsent(row.benchmark() + " " + row.conditions() + " " + row.unit(),
                        any -> rows.stream()
                        .filter(other -> other.params().isEmpty() && other.isBeside(row))
                        .collect(Collectors.toCollection(ArrayList::new)))
                .add(row));
        Set<String> names = new LinkedHashSet<>();
        List<Chart> charts = new ArrayList<>();
        for (List<Row> together : byChart.values()) {
            if (together.size() > 1) {
                charts.add(of(together, names));
            }
        }
        return charts;
    }

    private static Chart of(List<Row> rows, Set<String> names) {
        Row last = rows.get(rows.size() - 1); // the limits come first and have other conditions
        List<Text> subtitle = new ArrayList<>();
        int y = MARGIN + LINE;
        for (String line : wrapped(last.conditions() + (last.moreIsBetter()
                ? "; longer is better" : "; shorter is better"))) {
            y += LINE;
            subtitle.add(new Text(y, line));
        }
        double longest = Math.min(ROOM * rows.stream().mapToDouble(Row::score).max().orElseThrow(),
                rows.stream().flatMapToDouble(row -> Arrays.stream(row.forks())).max()
                        .orElseThrow());
        List<Bar> bars = new ArrayList<>();
        for (Row row : rows) {
            bars.add(bar(row, y + LINE + MARGIN, longest));
            y += BAR_STEP;
        }
        return new Chart(name(last.benchmark() + " " + last.conditions(), names),
                last.benchmark(), subtitle, bars, y + LINE + MARGIN);
    }

    private static Bar bar(Row row, int y, double longest) {
        return new Bar(cut(row.subject(), LABEL_CHARS), cut(OverheadTable.score(row), LABEL_CHARS),
                row.params().isEmpty() ? "limit" : "guard", y, y + BAR_OFFSET,
                y + BAR_OFFSET + DOT_OFFSET, length(row.score(), longest),
                Arrays.stream(row.forks()).mapToObj(fork -> dot(fork, longest)).toList());
    }

    private static Dot dot(double fork, double longest) {
        return fork > longest ? new Dot(number(WIDTH - MARGIN / 2.0), "beyond")
                : new Dot(number(MARGIN + scaled(fork, longest)), "fork");
    }

    private static double scaled(double value, double longest) {
        return longest > 0 ? value / longest * (WIDTH - 2 * MARGIN) : 0;
    }

    private static String length(double value, double longest) {
        return number(scaled(value, longest));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "\u2026";
    }

    private static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            String shown = cut(word, SUBTITLE_CHARS);
            if (line.length() > 0 && line.length() + 1 + shown.length() > SUBTITLE_CHARS) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(shown);
        }
        lines.add(line.toString());
        return lines;
    }

    /** A file name that no other chart has: characters that a file system may refuse are gone. */
    private static String name(String title, Set<String> names) {
        String plain = title.replaceAll("[^A-Za-z0-9_]+", "-");
        plain = plain.substring(0, Math.min(plain.length(), NAME_CHARS));
        String name = plain;
        for (int i = 2; !names.add(name); i++) {
            name = plain + "-" + i;
        }
        return name;
    }

    /** The SVG element, to be put into a page that has its styles. */
    String svg() {
        return TEMPLATES.compile(Templates.text("chart.mustache")).execute(this);
    }

    /** A file of its own, with its styles. */
    String file() {
        return svg().replaceFirst(">", Matcher.quoteReplacement(">\n<style>\n"
                + Templates.text("chart.css") + "</style>"));
    }
}
