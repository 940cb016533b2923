// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import nocowrace.stress.driver.MeasuredCell.Estimate;
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
record Throughput(List<MeasuredCell> cells, String date, Environment environment, int warmUp,
        boolean stopped) {

    private static final double THOUSAND = 1e3;
    private static final MathContext THREE_DIGITS = new MathContext(3);

    /** 0 if all has run; there is no verdict. */
    int exitCode() {
        return !stopped && cells.stream().allMatch(MeasuredCell::isWhole) ? 0
                : Main.HARNESS_FAILED;
    }

    /** How the JVMs were set up; more than one only if pinning was refused half way. */
    private String configuration() {
        return cells.stream().flatMap(cell -> cell.run().configurations().keySet().stream())
                .distinct().collect(Collectors.joining("; "));
    }

    // ---- the table ----

    String text() {
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder(AsciiTable.getTable(
                AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, new Column[] {
                    new Column().header("test").dataAlign(HorizontalAlign.LEFT),
                    new Column().header("1000 samples/s"), new Column().header("straight line"),
                    new Column().header("cost"), new Column().header("time to first loss")},
                cells.stream().map(Throughput::row).toArray(Object[][]::new))).append(nl);
        notes().forEach(note -> text.append(note).append(nl));
        return text.toString();
    }

    private List<String> notes() {
        String forks = cells.stream().map(cell -> cell.run().forks()).sorted().distinct()
                .map(String::valueOf).collect(Collectors.joining(" or "));
        return List.of(
                "samples/s: median (least to most) of the forks' iterations; forks: " + forks,
                "cost: samples/s of the straight line over those of the test; 1 is none; of all: "
                        + text(MeasuredCell.cost(cells), 1, ""),
                "time to first loss: mean, of running iterations; [..]: 95 % intervals",
                "each fork: " + configuration() + "; " + warmUp + " x " + Forks.ITERATION_MILLIS
                        + " ms that do not count, then one that does",
                "on " + environment,
                exitCode() == 0 ? "all has run; nothing is judged"
                        : stopped ? "stopped before its time" : "something did not run");
    }

    private static Object[] row(MeasuredCell cell) {
        boolean straight = cell.hasStraightLine();
        return new Object[] {cell.run().name(), rates(cell.rates()),
            straight ? rates(cell.straightRates()) : "-", straight ? text(cell.cost(), 1, "") : "-",
            cell.run().isExpectedBroken() ? loss(cell) : "-"};
    }

    private static String rates(DescriptiveStatistics rates) {
        return rates.getN() == 0 ? "not run" : digits(rates.getPercentile(50) / THOUSAND) + " ("
                + digits(rates.getMin() / THOUSAND) + " to " + digits(rates.getMax() / THOUSAND)
                + ")";
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
        if (Double.isNaN(estimate.value())) {
            return "not run";
        }
        String value = digits(scale * estimate.value()) + unit;
        return Double.isNaN(estimate.low()) ? value : value + " [" + digits(scale * estimate.low())
                + ", " + digits(scale * estimate.high()) + "]";
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, "%s",
                new BigDecimal(value).round(THREE_DIGITS).toPlainString());
    }

    // ---- JSON ----

    String json() throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("command", "throughput");
        root.put("complete", exitCode() == 0);
        ObjectNode where = root.putObject("environment");
        where.put("date", date);
        where.setAll(mapper.<ObjectNode>valueToTree(environment));
        where.put("version", Main.Version.program());
        root.put("configuration", configuration());
        root.put("warmUp", warmUp);
        put(root, "cost", MeasuredCell.cost(cells));
        ArrayNode array = root.putArray("cells");
        for (MeasuredCell cell : cells) {
            ObjectNode node = array.addObject();
            node.put("scenario", cell.run().scenario().id());
            node.put("protocol", cell.run().protocol().name());
            node.put("expected", cell.run().isExpectedBroken() ? "broken" : "safe");
            put(node, cell.run(), cell.rates());
            if (cell.hasStraightLine()) {
                put(node.putObject("straightLine"), cell.straightLine(), cell.straightRates());
                put(node, "cost", cell.cost());
            } else {
                node.putNull("straightLine");
            }
            if (cell.run().isExpectedBroken()) {
                put(node, "secondsPerLoss", cell.secondsPerLoss());
            }
            node.set("troubles", mapper.valueToTree(cell.run().troubles()));
        }
        return mapper.writeValueAsString(root) + System.lineSeparator();
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
