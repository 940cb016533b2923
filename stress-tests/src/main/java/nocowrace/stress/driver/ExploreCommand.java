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
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
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
                    + "Default: all of two CPUs. Those of three take up to a minute each.")
    private Pattern only;

    @Option(names = "--diagram",
            description = "Draws, for each broken cell, the shortest order that ends worst: fewest "
                    + "switches between the CPUs, then fewest steps.")
    private boolean diagram;

    @Option(names = "--markdown", description = "Prints Markdown.")
    private boolean markdown;

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
        if (markdown && "-".equals(json)) {
            throw new Main.UsageException("--markdown and --json - both want standard output");
        }
        List<ExploredCell> cells = new ArrayList<>();
        for (Scenario scenario : Scenario.values()) {
            for (Protocol protocol : Protocol.all()) {
                String name = scenario.id() + "/" + protocol.name();
                if (only == null ? scenario.start(protocol).tasks().size() == 2
                        : only.matcher(name).find()) {
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
        StringBuilder text = new StringBuilder(markdown ? markdownTable(cells)
                : asciiTable(cells)).append(nl);
        if (diagram) {
            for (ExploredCell cell : cells) {
                cell.worst().map(cell::diagram).ifPresent(worst -> text
                        .append(nl).append(markdown ? "### " : "").append(cell.name()).append(nl)
                        .append(nl).append(markdown ? worst.markdown() : worst.text()));
            }
            text.append(nl);
        }
        for (ExploredCell cell : cells) {
            if (!cell.isAsExpected()) {
                text.append(cell.name()).append(": expected ")
                        .append(new TreeSet<>(cell.scenario().outcomes(cell.protocol())))
                        .append(", found ").append(cell.result().outcomes().keySet());
                cell.result().violations().keySet().forEach(invariant ->
                        text.append("; ").append(invariant.violation()));
                text.append(nl);
            }
        }
        boolean pass = cells.stream().allMatch(ExploredCell::isAsExpected);
        return text.append(pass ? "pass: every cell is as expected" : "fail: not as expected")
                .append(nl).toString();
    }

    private static final List<String> HEADS = List.of("scenario", "protocol", "found", "states",
            "orders", "outcomes");

    private static List<String> row(ExploredCell cell) {
        return List.of(cell.scenario().id(), cell.protocol().name(), cell.verdict(),
                String.format(Locale.ROOT, "%,d", cell.result().states()),
                cell.result().orders() == null ? "-"
                        : String.format(Locale.ROOT, "%.1e", cell.result().orders().doubleValue()),
                String.join(" ", cell.result().outcomes().keySet()));
    }

    private static String asciiTable(List<ExploredCell> cells) {
        Column[] columns = HEADS.stream().map(head -> new Column().header(head).maxWidth(40)
                .dataAlign(head.equals("states") || head.equals("orders") ? HorizontalAlign.RIGHT
                        : HorizontalAlign.LEFT)).toArray(Column[]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns,
                cells.stream().map(cell -> row(cell).toArray()).toArray(Object[][]::new));
    }

    private static String markdownTable(List<ExploredCell> cells) {
        return Stream.concat(Stream.of(HEADS, Collections.nCopies(HEADS.size(), "---")),
                        cells.stream().map(ExploreCommand::row))
                .map(row -> "| " + String.join(" | ", row) + " |" + System.lineSeparator())
                .collect(Collectors.joining());
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
            node.set("counterexample", mapper.valueToTree(cell.worst().map(cell::steps)
                    .orElse(null)));
            node.set("violated", mapper.valueToTree(cell.result().violations().keySet()));
        }
        return mapper.writeValueAsString(root) + System.lineSeparator();
    }
}
