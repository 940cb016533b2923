// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import nocowrace.harness.Environment;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Tally;

/** A comparison as JSON, with the keys that other programs read. */
public final class CompareJson {

    private CompareJson() {
    }

    /**
     * The contents of the file.
     *
     * @param results to write
     * @return JSON that compare.schema.json describes
     * @throws IOException if a value cannot be written as JSON
     */
    public static String render(Results results) throws IOException {
        Comparison comparison = results.comparison();
        Run first = results.runs().get(0);
        ObjectNode root = Json.root("compare", first.date(), first.environment());
        root.put("verdict", results.exitCode() == 0 ? "pass" : "fail");
        root.put("trouble", results.trouble());
        root.set("warnings", Json.MAPPER.valueToTree(results.warnings()));
        root.set("runs", Json.MAPPER.valueToTree(results.runs()));
        ArrayNode cells = root.putArray("cells");
        for (CellRun cell : comparison.cells()) {
            ObjectNode node = cells.addObject();
            put(node, cell);
            node.put("expected", cell.isExpectedBroken() ? "broken" : "safe");
            node.put("verdict", comparison.verdict(cell).toString());
            if (cell.isExpectedBroken()) {
                node.putNull("expectedIfBroken");
            } else {
                node.put("expectedIfBroken", comparison.expectedIfBroken(cell));
            }
        }
        ArrayNode calibrations = root.putArray("calibrations");
        for (CellRun cell : comparison.calibrations()) {
            put(calibrations.addObject(), cell);
        }
        return Json.text(root);
    }

    private static void put(ObjectNode node, CellRun cell) {
        node.put("scenario", cell.scenario().id());
        node.put("protocol", cell.protocol().name());
        put(node, (Tally) cell);
        node.set("outcomes", Json.MAPPER.valueToTree(cell.outcomes()));
        node.put("hints", false);
        node.put("rate", cell.rate());
        node.put("rateLower95", cell.rateLower95());
        node.put("rateUpper95", cell.rateUpper95());
        ArrayNode configurations = node.putArray("configurations");
        cell.configurations().forEach((name, tally) ->
                put(configurations.addObject().put("configuration", name), tally));
        ArrayNode environments = node.putArray("environments");
        for (Map.Entry<Environment, Tally> e : cell.environments().entrySet()) {
            put(environments.addObject().put("environment", e.getKey().toString()), e.getValue());
        }
        node.set("troubles", Json.MAPPER.valueToTree(cell.troubles()));
    }

    /** What is counted. */
    static void put(ObjectNode node, Tally tally) {
        node.put("samples", tally.samples());
        node.put("bad", tally.bad());
        node.put("seconds", tally.seconds());
        node.put("forks", tally.forks());
        node.put("hungForks", tally.hungForks());
        node.put("failedForks", tally.failedForks());
    }
}
