// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The overhead report in text. What matters fits a terminal of 80 columns; the detailed table is
 * as wide as it must be.
 */
final class OverheadTable {

    /** Headers of {@link #cells}. */
    static final List<String> HEADERS = List.of("benchmark", "subject", "conditions", "score",
            "x no guard", "x kernel form", "x limit", "B/op");

    /** Widths of the columns of the narrow tables, 80 in all; a space on either side counts. */
    private static final int[] TARGET_WIDTHS = {44, 21, 13};
    private static final int[] ROW_WIDTHS = {21, 17, 21, 21};

    private static final int LINE = 80;
    private static final int WIDEST = 200;
    private static final String NEW_LINE = System.lineSeparator();

    private OverheadTable() {
    }

    /** The score of a row with its unit, such as "7.25 ns/op". */
    static String score(Row row) {
        return String.format(Locale.ROOT, "%.2f %s", row.score(), row.unit());
    }

    /** What else was measured of a row; may be empty. */
    static String details(Row row) {
        List<String> details = new ArrayList<>();
        if (row.tail().length > 0) {
            details.add(String.format(Locale.ROOT, "p99 %.0f", row.tailScore()));
        }
        row.shares().forEach((what, share) -> details.add(
                String.format(Locale.ROOT, "%.2g %% %s", share * 100, what)));
        return String.join(", ", details);
    }

    /** A line in words. */
    static List<String> cells(Overhead.Line line) {
        Row row = line.row();
        String details = details(row);
        return List.of(row.benchmark(), row.subject(), row.conditions(),
                score(row) + (details.isEmpty() ? "" : ", " + details),
                words(line.againstNone()), words(line.againstKernel()),
                words(line.againstLimit()), Double.isNaN(row.bytesPerOp()) ? "-"
                        : String.format(Locale.ROOT, "%.1f", row.bytesPerOp()));
    }

    private static String words(Ratio ratio) {
        return ratio == null ? "-" : ratio.toString();
    }

    /**
     * The report.
     *
     * @param verbose with the detailed table
     */
    static String render(Overhead overhead, boolean verbose) {
        StringBuilder text = new StringBuilder();
        targets(text, overhead.claims());
        groups(overhead.lines()).forEach((title, lines) -> {
            text.append(NEW_LINE);
            wrap(text, title);
            text.append(narrow(ROW_WIDTHS, List.of("", "score", "x kernel form", "x no guard"),
                    lines.stream().map(OverheadTable::shortCells).toList())).append(NEW_LINE);
        });
        text.append(NEW_LINE);
        wrap(text, "Score: median of the forks. x kernel form, x no guard: cost relative to that "
                + "row, above 1 costs more; in brackets the 95 % interval, which needs 3 forks. "
                + "-: no such row was run under these conditions.");
        if (verbose) {
            text.append(NEW_LINE).append(table(HEADERS,
                    overhead.lines().stream().map(OverheadTable::cells).toList()))
                    .append(NEW_LINE);
        }
        for (String noisy : overhead.noisy()) {
            wrap(text, "too noisy to rank: " + noisy);
        }
        return text.toString().replaceAll(" +(?=\\R|$)", "");
    }

    private static void targets(StringBuilder text, List<Overhead.Claim> claims) {
        if (claims.isEmpty()) {
            wrap(text, "No targets: the rows that they compare were not run.");
            return;
        }
        text.append(narrow(TARGET_WIDTHS, List.of("target", "measured", "verdict"),
                claims.stream().map(claim -> List.of(claim.sentence(),
                        claim.measured().toString(), claim.answer())).toList()));
        text.append(NEW_LINE);
        if (claims.stream().anyMatch(claim -> claim.verdict().equals("open"))) {
            wrap(text, "open: the 95 % interval holds the bound, or there are too few forks.");
        }
    }

    /** Lines that are shown together, by what they have in common. */
    private static Map<String, List<Overhead.Line>> groups(List<Overhead.Line> lines) {
        Map<String, List<Overhead.Line>> groups = new LinkedHashMap<>();
        for (Overhead.Line line : lines) {
            groups.computeIfAbsent(line.row().benchmark() + ": " + line.row().conditions(),
                    any -> new ArrayList<>()).add(line);
        }
        return groups;
    }

    private static List<String> shortCells(Overhead.Line line) {
        String details = details(line.row());
        return List.of(line.row().subject(), score(line.row())
                        + (details.isEmpty() ? "" : NEW_LINE + details),
                words(line.againstKernel()), words(line.againstNone()));
    }

    /** Wraps at spaces, and inside a word only if it is longer than a line. */
    private static void wrap(StringBuilder text, String sentence) {
        text.append(AsciiTable.getTable(AsciiTable.NO_BORDERS, new Column[] {column("", LINE)},
                new Object[][] {{sentence}})).append(NEW_LINE);
    }

    private static String narrow(int[] widths, List<String> headers, List<List<String>> rows) {
        Column[] columns = new Column[widths.length];
        for (int i = 0; i < widths.length; i++) {
            columns[i] = column(headers.get(i), widths[i]).minWidth(widths[i]);
        }
        return AsciiTable.getTable(AsciiTable.NO_BORDERS, columns,
                rows.stream().map(List::toArray).toArray(Object[][]::new));
    }

    private static Column column(String header, int width) {
        return new Column().header(header.isEmpty() ? null : header)
                .maxWidth(width, OverflowBehaviour.NEWLINE).dataAlign(HorizontalAlign.LEFT)
                .headerAlign(HorizontalAlign.LEFT);
    }

    private static String table(List<String> headers, List<List<String>> rows) {
        Column[] columns = headers.stream().map(header -> new Column().header(header)
                .maxWidth(WIDEST).dataAlign(HorizontalAlign.LEFT)).toArray(Column[]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns,
                rows.stream().map(List::toArray).toArray(Object[][]::new));
    }
}
