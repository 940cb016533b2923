// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A comparison as JSON, with the keys that other programs read. */
final class CompareJson {

    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT);

    private CompareJson() {
    }

    static String render(Comparison comparison) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("command", "compare");
        root.put("verdict", comparison.exitCode() == 0 ? "pass" : "fail");
        ObjectNode environment = root.putObject("environment");
        environment.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        environment.put("os",
                System.getProperty("os.name") + " " + System.getProperty("os.version"));
        environment.put("arch", System.getProperty("os.arch"));
        environment.put("cpus", Runtime.getRuntime().availableProcessors());
        environment.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        environment.put("version", new Main.Version().getVersion()[0]);
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
        return MAPPER.writeValueAsString(root) + System.lineSeparator();
    }

    private static void put(ObjectNode node, CellRun cell) {
        node.put("scenario", cell.scenario().id());
        node.put("protocol", cell.protocol().name());
        node.put("samples", cell.samples());
        node.set("outcomes", MAPPER.valueToTree(cell.outcomes()));
        node.put("bad", cell.bad());
        node.put("seconds", cell.seconds());
        node.put("hints", false);
        node.put("rateUpper95", cell.rateUpper95());
        node.put("hungForks", cell.hungForks());
        node.put("failedForks", cell.failedForks());
    }
}
