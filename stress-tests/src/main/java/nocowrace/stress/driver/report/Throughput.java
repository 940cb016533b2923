// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.stream.Collectors;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Text;
import nocowrace.stress.driver.fork.Forks;
import nocowrace.stress.driver.verdict.MeasuredCell.Estimate;
import nocowrace.stress.driver.verdict.MeasuredCell;
import nocowrace.stress.driver.verdict.Tally;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * What a run of the throughput command has measured, as a table and as JSON.
 *
 * @param cells at least one
 * @param date when it began, ISO 8601
 * @param environment where
 * @param warmUp iterations of each fork that did not count, a number
 * @param stopped whether the user stopped it
 */
public record Throughput(List<MeasuredCell> cells, String date, Environment environment, int warmUp,
        boolean stopped) {

    /** Of the JSON; in version 1 there was a second measurement of each cell. */
    private static final int VERSION = 2;

    private static final double THOUSAND = 1e3;
    private static final String NL = System.lineSeparator();
    private static final MathContext THREE_DIGITS = new MathContext(3);
    private static final MathContext TWO_DIGITS = new MathContext(2);

    /** 0 if all has run; there is no verdict. */
    public int exitCode() {
        return !stopped && cells.stream().allMatch(MeasuredCell::isWhole) ? 0
                : ExitCode.HARNESS_FAILED;
    }

    /** How the JVMs were set up; more than one only if pinning was refused half way. */
    private String configuration() {
        return cells.stream().flatMap(cell -> cell.run().configurations().keySet().stream())
                .distinct().collect(Collectors.joining("; "));
    }

    // ---- the table ----

    /** The table, and below it what a reader must know. */
    public String text() {
        StringBuilder text = new StringBuilder(AsciiTable.getTable(
                AsciiTable.BASIC_ASCII, new Column[] {
                    new Column().header("test").dataAlign(HorizontalAlign.LEFT).maxWidth(40),
                    column("samples", 13), column("first loss", 14)},
                cells.stream().map(Throughput::row).toArray(Object[][]::new))).append(NL);
        notes().forEach(note -> text.append(Text.wrap(note)).append(NL));
        return text.toString();
    }

    private static Column column(String head, int width) {
        return new Column().header(head).maxWidth(width);
    }

    private List<String> notes() {
        String forks = cells.stream().map(cell -> cell.run().forks()).sorted().distinct()
                .map(String::valueOf).collect(Collectors.joining(" or "));
        return List.of(
                "samples: 1000 per second in the forks' iterations, median and range; forks: "
                        + forks,
                "first loss: mean running time until it; [..]: 95 % intervals",
                "each fork: " + configuration() + "; " + warmUp + " x " + Forks.ITERATION_MILLIS
                        + " ms that do not count, then one that does",
                "on " + environment,
                exitCode() == 0 ? "all has run; nothing is judged"
                        : stopped ? "stopped before its time" : "something did not run");
    }

    private static Object[] row(MeasuredCell cell) {
        return new Object[] {cell.run().name(), rates(cell.rates()),
            cell.run().isExpectedBroken() ? loss(cell) : "-"};
    }

    private static String rates(DescriptiveStatistics rates) {
        return rates.getN() == 0 ? "not run" : digits(rates.getPercentile(50) / THOUSAND) + NL
                + digits(rates.getMin() / THOUSAND, TWO_DIGITS) + "-"
                + digits(rates.getMax() / THOUSAND, TWO_DIGITS);
    }

    private static String loss(MeasuredCell cell) {
        Estimate loss = cell.secondsPerLoss();
        if (cell.run().samples() == 0) {
            return "not run";
        }
        if (cell.run().bad() == 0) {
            return "> " + digits(loss.low()) + " s";
        }
        return loss.value() < 1 ? text(loss, THOUSAND, " ms") : text(loss, 1, " s");
    }

    private static String text(Estimate estimate, double scale, String unit) {
        return digits(scale * estimate.value()) + unit + NL + "["
                + digits(scale * estimate.low(), TWO_DIGITS) + ", "
                + digits(scale * estimate.high(), TWO_DIGITS) + "]";
    }

    private static String digits(double value) {
        return digits(value, THREE_DIGITS);
    }

    private static String digits(double value, MathContext digits) {
        return new BigDecimal(value).round(digits).stripTrailingZeros().toPlainString();
    }

    // ---- JSON ----

    /**
     * The contents of the JSON file.
     *
     * @return JSON that throughput.schema.json describes
     * @throws IOException if a value cannot be written as JSON
     */
    public String json() throws IOException {
        ObjectNode root = Json.root("throughput", date, environment);
        root.put("version", VERSION);
        root.put("complete", exitCode() == 0);
        root.put("configuration", configuration());
        root.put("warmUp", warmUp);
        ArrayNode array = root.putArray("cells");
        for (MeasuredCell cell : cells) {
            ObjectNode node = array.addObject();
            node.put("scenario", cell.run().scenario().id());
            node.put("protocol", cell.run().protocol().name());
            node.put("expected", cell.run().isExpectedBroken() ? "broken" : "safe");
            put(node, cell.run(), cell.rates());
            if (cell.run().isExpectedBroken()) {
                put(node, "secondsPerLoss", cell.secondsPerLoss());
            }
            node.set("troubles", Json.MAPPER.valueToTree(cell.run().troubles()));
        }
        return Json.text(root);
    }

    private static void put(ObjectNode node, Tally tally, DescriptiveStatistics rates) {
        CompareJson.put(node, tally);
        node.putPOJO("outcomes", tally.outcomes());
        put(node, "samplesPerSecond", rates.getPercentile(50));
        node.putPOJO("samplesPerSecondByFork", rates.getValues());
    }

    private static void put(ObjectNode node, String key, Estimate estimate) {
        put(node, key, estimate.value());
        put(node, key + "Lower95", estimate.low());
        put(node, key + "Upper95", estimate.high());
    }

    /** JSON has no NaN. */
    private static void put(ObjectNode node, String key, double value) {
        node.put(key, Double.isNaN(value) ? null : (Double) value);
    }
}
