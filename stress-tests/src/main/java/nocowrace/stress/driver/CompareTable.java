// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.time.Duration;
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

    /** The table, and below it what a reader must know, the verdict last. */
    static String render(Results results) {
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder(table(results)).append(nl);
        notes(results).forEach(note -> text.append(note).append(nl));
        return text.append(results.verdict()).append(nl).toString();
    }

    /** What a protocol's column is called. */
    static String head(Protocol protocol) {
        return HEADS.get(protocol);
    }

    /** The cells by row and column. */
    static Map<Scenario, Map<Protocol, CellRun>> rows(Comparison comparison) {
        Map<Scenario, Map<Protocol, CellRun>> rows = new LinkedHashMap<>();
        for (CellRun cell : comparison.cells()) {
            rows.computeIfAbsent(cell.scenario(), s -> new LinkedHashMap<>())
                    .put(cell.protocol(), cell);
        }
        return rows;
    }

    /** What a reader of any of the tables must know; a line each. */
    static List<String> notes(Results results) {
        List<String> notes = new ArrayList<>();
        Comparison comparison = results.comparison();
        for (CellRun cell : comparison.calibrations()) {
            notes.add(String.format(Locale.ROOT,
                    "%s: \"if broken\" by the rate of %s, %,d/%,d lost",
                    cell.scenario(), cell.protocol(), cell.bad(), cell.samples()));
        }
        if (comparison.cells().stream().anyMatch(cell
                -> comparison.verdict(cell) == Verdict.WEAK)) {
            notes.add(comparison.enoughBudget().map(budget -> "weak: for "
                    + (int) CellRun.ENOUGH_EXPECTED + " losses if broken, --budget " + text(budget)
                    + " should do").orElse("weak: no losing variant has a rate to go by; raise "
                    + "--budget"));
        }
        Map<Environment, String> letters = results.letters();
        letters.forEach((environment, letter) -> notes.add((letters.size() == 1 ? "on "
                : letter + ": ") + environment));
        notes.add("no hints: the steps run at their natural speed");
        return notes;
    }

    private static String text(Duration budget) {
        return budget.toMinutes() < 2 ? budget.toSeconds() + "s" : budget.toMinutes() + 1 + "m";
    }

    private static String table(Results results) {
        List<Column> heads = new ArrayList<>();
        heads.add(new Column().header("scenario").dataAlign(HorizontalAlign.LEFT));
        for (Protocol protocol : Protocol.all()) {
            heads.add(new Column().header(head(protocol)).dataAlign(HorizontalAlign.LEFT));
        }
        Object[][] data = rows(results.comparison()).entrySet().stream().map(row -> {
            List<Object> line = new ArrayList<>();
            line.add(row.getKey().id());
            for (Protocol protocol : Protocol.all()) {
                CellRun cell = row.getValue().get(protocol);
                line.add(cell == null ? "not chosen" : text(results, cell));
            }
            return line.toArray();
        }).toArray(Object[][]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII, heads.toArray(Column[]::new), data);
    }

    private static String text(Results results, CellRun cell) {
        List<String> lines = new ArrayList<>();
        lines.add(results.comparison().verdict(cell).toString());
        lines.add(hits(cell));
        lines.addAll(rate(cell));
        if (!cell.isExpectedBroken() && cell.samples() > 0) {
            lines.add(String.format(Locale.ROOT, "%,.0f if broken",
                    results.comparison().expectedIfBroken(cell)));
        }
        if (cell.hungForks() + cell.failedForks() > 0) {
            lines.add(cell.hungForks() + " HUNG, " + cell.failedForks() + " failed forks");
        }
        if (results.letters().size() > 1) {
            results.letters().forEach((environment, letter) -> {
                if (cell.environments().containsKey(environment)) {
                    lines.add(letter + ": " + hits(cell.environments().get(environment)));
                }
            });
        }
        return String.join(System.lineSeparator(), lines);
    }

    /** Losses and samples. */
    static String hits(Tally tally) {
        return String.format(Locale.ROOT, "%,d/%,d lost", tally.bad(), tally.samples());
    }

    /** The rate and its 95 % interval, or what it is less than. */
    static List<String> rate(Tally tally) {
        if (tally.samples() == 0) {
            return List.of("no samples");
        }
        return tally.bad() == 0
                ? List.of(String.format(Locale.ROOT, "rate < %.2g (95 %%)", tally.rateUpper95()))
                : List.of(String.format(Locale.ROOT, "rate %.3g", tally.rate()),
                        String.format(Locale.ROOT, "%.2g to %.2g (95 %%)", tally.rateLower95(),
                                tally.rateUpper95()));
    }
}
