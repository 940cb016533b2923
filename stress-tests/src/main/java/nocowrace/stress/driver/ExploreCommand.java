// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import nocowrace.model.Protocol;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Scenario;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Takes the steps of each cell in every order and prints what can happen. */
@Command(name = "explore", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        sortOptions = false,
        description = {"Takes the steps of each scenario under each protocol in every order, "
                + "to the end, and prints every outcome that can be reached.", "",
            "broken  a forbidden outcome can be reached",
            "safe    none can: every order was tried",
            "open    none was reached, but the bound on states was", ""})
final class ExploreCommand implements Callable<Integer> {

    @Option(names = "--only", paramLabel = "REGEX",
            description = "Cells to explore: those whose name, scenario/protocol, has a match. "
                    + "Default: all.")
    private Pattern only;

    @Option(names = "--diagram",
            description = "Draws, for each broken cell, the shortest order that ends worst: fewest "
                    + "switches between the CPUs, then fewest steps.")
    private boolean diagram;

    @Option(names = "--max-states", paramLabel = "N", defaultValue = "1000000",
            description = "Bound on distinct states per cell. Default: ${DEFAULT-VALUE}.")
    private int maxStates;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Writes the JSON there; - for standard output instead of the table.")
    private String json;

    @Override
    public Integer call() throws IOException {
        if (maxStates < 1) {
            throw new Main.UsageException("--max-states " + maxStates + " is less than 1");
        }
        Path file = json == null || json.equals("-") ? null : Output.writable(Path.of(json));
        List<ExploredCell> cells = new ArrayList<>();
        for (Scenario scenario : Scenario.values()) {
            for (Protocol protocol : Protocol.all()) {
                String name = scenario.id() + "/" + protocol.name();
                if (only == null || only.matcher(name).find()) {
                    System.err.println("exploring " + name);
                    cells.add(new ExploredCell(scenario, protocol, maxStates));
                }
            }
        }
        if (cells.isEmpty()) {
            throw new Main.UsageException("--only " + only + " matches no cell; the list command "
                    + "shows them");
        }
        if (file != null) {
            Output.replace(file, json(cells));
        }
        Output.print("-".equals(json) ? json(cells) : text(cells));
        return cells.stream().allMatch(ExploredCell::isAsExpected) ? 0 : Main.VERDICT_FAILED;
    }

    private String text(List<ExploredCell> cells) {
        String nl = System.lineSeparator();
        Object[][] rows = cells.stream().map(cell -> new Object[] {
            cell.scenario().id(), cell.protocol().name(), verdict(cell),
            String.format(Locale.ROOT, "%,d", cell.result().states()),
            cell.result().orders() == null ? "-"
                    : String.format(Locale.ROOT, "%.1e", cell.result().orders().doubleValue()),
            String.join(" ", cell.result().outcomes().keySet())}).toArray(Object[][]::new);
        StringBuilder text = new StringBuilder(AsciiTable.getTable(
                AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, new Column[] {
                    new Column().header("scenario").dataAlign(HorizontalAlign.LEFT),
                    new Column().header("protocol").dataAlign(HorizontalAlign.LEFT),
                    new Column().header("found").dataAlign(HorizontalAlign.LEFT),
                    new Column().header("states"),
                    new Column().header("orders"),
                    new Column().header("outcomes").dataAlign(HorizontalAlign.LEFT)
                            .maxWidth(40)}, rows)).append(nl);
        if (diagram) {
            for (ExploredCell cell : cells) {
                cell.worst().ifPresent(worst -> text.append(nl).append(cell.scenario()).append('/')
                        .append(cell.protocol()).append(nl).append(nl)
                        .append(Diagram.render(cell.order(worst), worst + ": "
                                + OutcomeId.describe(worst))));
            }
        }
        boolean pass = cells.stream().allMatch(ExploredCell::isAsExpected);
        return text.append(pass ? "pass: every cell is as expected" : "fail: not as expected")
                .append(nl).toString();
    }

    private static String verdict(ExploredCell cell) {
        String found = cell.isBroken() ? "broken" : cell.result().complete() ? "safe" : "open";
        return cell.isAsExpected() ? found : found + ", not as expected";
    }

    private static String json(List<ExploredCell> cells) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("command", "explore");
        root.put("verdict", cells.stream().allMatch(ExploredCell::isAsExpected) ? "pass" : "fail");
        var array = root.putArray("cells");
        for (ExploredCell cell : cells) {
            ObjectNode node = array.addObject();
            node.put("scenario", cell.scenario().id());
            node.put("protocol", cell.protocol().name());
            node.put("complete", cell.result().complete());
            node.put("states", cell.result().states());
            node.put("interleavings", cell.result().orders());
            node.set("outcomes", mapper.valueToTree(cell.result().outcomes().keySet()));
            node.set("counterexample", mapper.valueToTree(cell.worst()
                    .map(worst -> cell.order(worst).stream().map(Object::toString).toList())
                    .orElse(null)));
        }
        return mapper.writeValueAsString(root) + System.lineSeparator();
    }
}
