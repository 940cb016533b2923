// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import nocowrace.model.Protocol;
import nocowrace.stress.Scenario;

/** Prints a comparison as text: a row per scenario, a column per protocol. */
final class CompareTable {

    /** Column heads; a protocol without one is a mistake that shows at once. */
    private static final Map<Protocol, String> HEADS = Map.of(Protocol.V4_6, "v4.6",
            Protocol.BEFORE_FIX, "before the fix", Protocol.AFTER_FIX, "after the fix");

    private CompareTable() {
    }

    static String render(Comparison comparison) {
        Map<Scenario, Map<Protocol, CellRun>> rows = new LinkedHashMap<>();
        for (CellRun cell : comparison.cells()) {
            rows.computeIfAbsent(cell.scenario(), s -> new LinkedHashMap<>())
                    .put(cell.protocol(), cell);
        }
        List<Column> heads = new ArrayList<>();
        heads.add(new Column().header("scenario").dataAlign(HorizontalAlign.LEFT));
        for (Protocol protocol : Protocol.all()) {
            heads.add(new Column().header(HEADS.get(protocol)).dataAlign(HorizontalAlign.LEFT));
        }
        Object[][] data = rows.entrySet().stream().map(row -> {
            List<Object> line = new ArrayList<>();
            line.add(row.getKey().id());
            for (Protocol protocol : Protocol.all()) {
                CellRun cell = row.getValue().get(protocol);
                line.add(cell == null ? "not chosen" : text(comparison, cell));
            }
            return line.toArray();
        }).toArray(Object[][]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII, heads.toArray(Column[]::new), data);
    }

    private static String text(Comparison comparison, CellRun cell) {
        StringBuilder text = new StringBuilder(comparison.verdict(cell).toString());
        text.append(String.format(Locale.ROOT, "%n%,d/%,d lost", cell.bad(), cell.samples()));
        text.append(String.format("%n")).append(rate(cell));
        if (!cell.isExpectedBroken() && cell.samples() > 0) {
            text.append(String.format(Locale.ROOT, "%n%,.0f if broken",
                    comparison.expectedIfBroken(cell)));
        }
        if (cell.hungForks() + cell.failedForks() > 0) {
            text.append(String.format("%n%d hung, %d failed forks", cell.hungForks(),
                    cell.failedForks()));
        }
        return text.toString();
    }

    private static String rate(CellRun cell) {
        if (cell.samples() == 0) {
            return "no samples";
        }
        return cell.bad() == 0
                ? String.format(Locale.ROOT, "rate < %.2g (95 %%)", cell.rateUpper95())
                : String.format(Locale.ROOT, "rate %.3g", cell.rate());
    }
}
