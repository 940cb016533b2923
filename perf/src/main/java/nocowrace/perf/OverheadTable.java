// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The overhead report in text. */
final class OverheadTable {

    private OverheadTable() {
    }

    /** Headers of {@link #cells}. */
    static final List<String> HEADERS = List.of("benchmark", "subject", "conditions", "score",
            "x no guard", "x kernel form", "x limit", "B/op");

    /** A line in words. */
    static List<String> cells(Overhead.Line line) {
        Row row = line.row();
        String score = String.format(Locale.ROOT, "%.2f %s", row.score(), row.unit());
        if (row.tail().length > 0) {
            score += String.format(Locale.ROOT, ", p99 %.0f", row.tailScore());
        }
        for (Map.Entry<String, Double> share : row.shares().entrySet()) {
            score += String.format(Locale.ROOT, ", %.2g %% %s", share.getValue() * 100,
                    share.getKey());
        }
        return List.of(row.benchmark(), row.subject(), row.conditions(), score,
                words(line.againstNone()), words(line.againstKernel()),
                words(line.againstLimit()), Double.isNaN(row.bytesPerOp()) ? "-"
                        : String.format(Locale.ROOT, "%.1f", row.bytesPerOp()));
    }

    /** A claim in words. */
    static List<String> cells(Overhead.Claim claim) {
        return List.of(claim.what(), claim.bound() == null ? "-" : String.valueOf(claim.bound()),
                claim.measured().toString(), claim.verdict());
    }

    private static String words(Ratio ratio) {
        return ratio == null ? "-" : ratio.toString();
    }

    static String render(Overhead overhead) {
        StringBuilder text = new StringBuilder();
        text.append(table(HEADERS, overhead.lines().stream().map(OverheadTable::cells).toList()));
        text.append(System.lineSeparator()).append("Score: median of the forks. Ratios: cost, with "
                + "the 95 % interval over the forks; below 3 forks there is none.");
        if (!overhead.claims().isEmpty()) {
            text.append(System.lineSeparator()).append(System.lineSeparator()).append(table(
                    List.of("target", "at most", "measured", "verdict"),
                    overhead.claims().stream().map(OverheadTable::cells).toList()));
        }
        for (String noisy : overhead.noisy()) {
            text.append(System.lineSeparator()).append("too noisy to rank: ").append(noisy);
        }
        return text.toString();
    }

    private static String table(List<String> headers, List<List<String>> rows) {
        Column[] columns = headers.stream().map(header -> new Column().header(header)
                .maxWidth(200).dataAlign(HorizontalAlign.LEFT)).toArray(Column[]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns,
                rows.stream().map(row -> row.toArray()).toArray(Object[][]::new));
    }
}
