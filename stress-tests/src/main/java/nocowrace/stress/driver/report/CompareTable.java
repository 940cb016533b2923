// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import nocowrace.harness.Durations;
import nocowrace.harness.Environment;
import nocowrace.harness.Text;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Tally;
import nocowrace.stress.driver.verdict.Verdict;
import nocowrace.stress.scenario.Scenario;

/** Prints a comparison as text in 80 columns: a row per scenario, a column per protocol. */
public final class CompareTable {

    /** A border and the blanks beside it, characters. */
    private static final int BORDER = 3;

    /** From here on a number is written in thousands or millions, to fit. */
    private static final double LONG_NUMBER = 1e5;

    private CompareTable() {
    }

    /**
     * The table, and below it what a reader must know, the verdict last.
     *
     * @param results to print
     * @param verbose whether to add rates, intervals and configurations
     * @return lines of at most 80 characters
     */
    public static String render(Results results, boolean verbose) {
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder(table(results)).append(nl);
        if (verbose) {
            details(results).forEach(line -> text.append(Text.wrap(line)).append(nl));
        }
        notes(results).forEach(note -> text.append(Text.wrap(note)).append(nl));
        return text.append(Text.wrap(results.verdict())).append(nl).toString();
    }

    /** The head of a protocol's column. */
    static String head(Protocol protocol) {
        return Protocol.TABLE.contains(protocol) ? protocol.name().replace("-fix", " the fix")
                : protocol.name();
    }

    /** The columns of the table, and those of other protocols that have a cell; oldest first. */
    static List<Protocol> columns(Comparison comparison) {
        return Protocol.all().stream().filter(protocol -> Protocol.TABLE.contains(protocol)
                || comparison.cells().stream().anyMatch(cell -> cell.protocol().equals(protocol)))
                .toList();
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
            notes.add(String.format(Locale.ROOT, "%s: \"if broken\" uses the rate of %s: %s",
                    cell.scenario(), cell.protocol(), hits(cell)));
        }
        if (comparison.cells().stream().anyMatch(cell
                -> comparison.verdict(cell) == Verdict.WEAK)) {
            notes.add(comparison.enoughBudget().map(budget -> "weak: fewer than "
                    + (int) CellRun.ENOUGH_EXPECTED + " bad outcomes would be expected if it were "
                    + "broken; --budget " + Durations.text(rounded(budget)) + " should do")
                    .orElse("weak: no broken variant has shown a rate to compare with; raise "
                            + "--budget"));
        }
        results.warnings().forEach(warning -> notes.add("warning: " + warning));
        Map<Environment, String> letters = results.letters();
        letters.forEach((environment, letter) -> notes.add((letters.size() == 1 ? "on "
                : letter + ": ") + environment));
        if (letters.size() > 1) {
            comparison.all().forEach(cell -> notes.add(cell.name() + ": "
                    + String.join("; ", byEnvironment(results, cell))));
        }
        notes.add("bad: LOST, CORRUPT, ERROR, LEAK or HUNG, of so many samples; if broken: what "
                + "as many samples of the broken variant would show");
        return notes;
    }

    /** The counts of a cell in each environment, with its letter. */
    static List<String> byEnvironment(Results results, CellRun cell) {
        return results.letters().entrySet().stream()
                .filter(e -> cell.environments().containsKey(e.getKey()))
                .map(e -> e.getValue() + ": " + hits(cell.environments().get(e.getKey())))
                .toList();
    }

    private static Duration rounded(Duration budget) {
        return budget.toMinutes() < 2 ? budget : Duration.ofMinutes(budget.toMinutes() + 1);
    }

    /** Rates with their intervals, and the counts of each configuration. */
    private static List<String> details(Results results) {
        List<String> lines = new ArrayList<>();
        for (CellRun cell : results.comparison().all()) {
            lines.add(cell.name() + ": " + hits(cell) + ", " + rate(cell) + ", "
                    + seconds(cell));
            cell.configurations().forEach((name, tally)
                    -> lines.add("  " + (name.isEmpty() ? "?" : name) + ": " + hits(tally)));
        }
        return lines;
    }

    private static String table(Results results) {
        List<Protocol> protocols = columns(results.comparison());
        int columns = 1 + protocols.size(); // they and their borders make 80 characters
        int width = (Text.WIDTH - BORDER - BORDER * columns) / columns;
        List<Column> heads = new ArrayList<>(List.of(column("scenario", 2 + width)));
        protocols.forEach(protocol -> heads.add(column(head(protocol), width)));
        Object[][] data = rows(results.comparison()).entrySet().stream().map(row -> {
            List<Object> line = new ArrayList<>(List.of(row.getKey().id()));
            for (Protocol protocol : protocols) {
                CellRun cell = row.getValue().get(protocol);
                line.add(cell == null ? "not chosen" : text(results, cell));
            }
            return line.toArray();
        }).toArray(Object[][]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII, heads.toArray(Column[]::new), data);
    }

    private static Column column(String head, int width) {
        return new Column().header(head).dataAlign(HorizontalAlign.LEFT).minWidth(width + 2)
                .maxWidth(width + 2);
    }

    private static String text(Results results, CellRun cell) {
        List<String> lines = new ArrayList<>();
        lines.add(results.comparison().verdict(cell).toString());
        if (cell.samples() > 0) {
            lines.addAll(cell.badByFate());
            lines.add("of " + Tally.number(cell.samples()));
        }
        if (!cell.isExpectedBroken() && cell.samples() > 0) {
            lines.add(ifBroken(results.comparison().expectedIfBroken(cell)));
        }
        if (cell.hungForks() > 0) {
            lines.add(forks(cell.hungForks(), "hung"));
        }
        if (cell.failedForks() > 0) {
            lines.add(forks(cell.failedForks(), "failed"));
        }
        return String.join(System.lineSeparator(), lines);
    }

    /** A number of forks with what became of them. */
    static String forks(int count, String what) {
        return Text.count(count, "fork") + " " + what;
    }

    /** The power of a safe cell's samples. */
    static String ifBroken(double expected) {
        return (expected < LONG_NUMBER ? String.format(Locale.ROOT, "%,.0f", expected)
                : expected < 1e6 ? String.format(Locale.ROOT, "%.0fk", expected / 1e3)
                : String.format(Locale.ROOT, "%,.1fM", expected / 1e6)) + " if broken";
    }

    /**
     * Forbidden outcomes by fate, and samples.
     *
     * @param tally of a cell or a part of it
     * @return such as "306 ERROR, 47 LOST of 10,000"
     */
    public static String hits(Tally tally) {
        return tally.samples() == 0 ? "no samples"
                : String.join(", ", tally.badByFate()) + " of " + Tally.number(tally.samples());
    }

    /** The rate of forbidden outcomes and its 95 % interval, or an upper bound. */
    static String rate(Tally tally) {
        return tally.samples() == 0 ? "no rate" : tally.bad() == 0
                ? String.format(Locale.ROOT, "rate < %.2g (95 %%)", tally.rateUpper95())
                : String.format(Locale.ROOT, "rate %.3g, %.2g to %.2g (95 %%)", tally.rate(),
                        tally.rateLower95(), tally.rateUpper95());
    }

    /** Time and number of the forks. */
    static String seconds(Tally tally) {
        return String.format(Locale.ROOT, "%.0f s, ", tally.seconds())
                + Text.count(tally.forks(), "fork");
    }
}
