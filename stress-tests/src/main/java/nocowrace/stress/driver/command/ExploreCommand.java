// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Interruption;
import nocowrace.harness.Output;
import nocowrace.harness.Regex;
import nocowrace.harness.RunFolder;
import nocowrace.harness.Text;
import nocowrace.harness.UsageException;
import nocowrace.harness.WholeNumber;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.report.Drawing;
import nocowrace.stress.driver.report.Json;
import nocowrace.stress.driver.verdict.ExploredCell;
import nocowrace.stress.scenario.Scenario;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes the steps of each cell in every order and prints what can happen. */
@Command(name = "explore", mixinStandardHelpOptions = true, versionProvider = Version.class,
        sortOptions = false,
        description = {"Takes the steps of each scenario under each protocol in every order, "
                + "to the end, and prints every outcome that can be reached.", "",
            "broken  a forbidden outcome can be reached",
            "safe    none can: every order was tried",
            "open    none was reached, but the bound on states was", ""})
public final class ExploreCommand implements Callable<Integer> {

    private static final String FILE = "explore.json";

    @Option(names = "--only", paramLabel = "REGEX", converter = Regex.class,
            description = "Cells to explore: those whose name, scenario/protocol, has a match. "
                    + "Default: all of two CPUs. Those of three take up to a minute each.")
    private Pattern only;

    @Option(names = "--diagram",
            description = "Draws, for each broken cell, the shortest order that ends worst: fewest "
                    + "switches between the CPUs, then fewest steps.")
    private boolean diagram;

    @Option(names = "--markdown", description = "Prints Markdown.")
    private boolean markdown;

    @Option(names = "--max-states", paramLabel = "N", converter = WholeNumber.class,
            defaultValue = "1000000",
            description = "Bound on distinct states per cell. Default: ${DEFAULT-VALUE}.")
    private long maxStates;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        if (maxStates < 1 || maxStates > Integer.MAX_VALUE) {
            throw new UsageException("--max-states " + maxStates + " is not in 1 to "
                    + Integer.MAX_VALUE);
        }
        if (markdown && common.isJsonPrinted()) {
            throw new UsageException("--markdown and --json - both want standard output");
        }
        List<ExploredCell> cells = new ArrayList<>();
        for (Scenario scenario : Scenario.values()) {
            for (Protocol protocol : Protocol.all()) {
                String name = scenario.id() + "/" + protocol.name();
                if (only == null ? scenario.start(protocol).tasks().size() == 2
                        : only.matcher(name).find()) {
                    cells.add(new ExploredCell(scenario, protocol));
                }
            }
        }
        if (cells.isEmpty()) {
            throw new UsageException("--only " + only + " matches no cell; the list command "
                    + "shows them");
        }
        common.check(List.of());
        try (RunFolder folder = common.open("explore");
                Interruption interruption = Interruption.install()) {
            return explore(cells, folder, interruption);
        }
    }

    private int explore(List<ExploredCell> cells, RunFolder folder, Interruption interruption)
            throws IOException {
        String date = Json.now();
        List<ExploredCell> done = new ArrayList<>();
        Map<String, CommonOptions.Contents> report = Map.of(FILE, () -> json(cells, date));
        String trouble = null;
        try (Display display = Display.on(System.err, common.isQuiet())) {
            Work.run(cells, 1, cell -> "exploring " + cell.name(),
                    cell -> cell.explore((int) maxStates),
                    cell -> {
                        done.add(cell);
                        common.write(folder, report);
                    }, display, interruption);
        } catch (IOException e) { // such as a full disk: print what there is
            trouble = e.getMessage();
        }
        if (done.size() < cells.size() && trouble == null) {
            trouble = "stopped before its time: " + done.size() + " of "
                    + Text.count(cells.size(), "cell") + " explored";
        }
        Output.print(common.isJsonPrinted() ? json(cells, date) : text(done, trouble));
        return trouble != null ? ExitCode.HARNESS_FAILED
                : isAsExpected(cells) ? ExitCode.OK : ExitCode.VERDICT_FAILED;
    }

    private static boolean isAsExpected(List<ExploredCell> cells) {
        return cells.stream().allMatch(cell -> cell.isExplored() && cell.isAsExpected());
    }

    private String text(List<ExploredCell> cells, String trouble) {
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder(markdown ? markdownTable(cells)
                : asciiTable(cells)).append(nl);
        if (diagram) {
            for (ExploredCell cell : cells) {
                cell.worst().map(outcome -> Drawing.of(cell, outcome)).ifPresent(worst -> text
                        .append(nl).append(markdown ? "### " : "").append(cell.name()).append(nl)
                        .append(nl).append(markdown ? worst.markdown() : worst.text()));
            }
            text.append(nl);
        }
        for (ExploredCell cell : cells) {
            if (!cell.isAsExpected()) {
                StringBuilder line = new StringBuilder(cell.name()).append(": ")
                        .append(cell.verdict()).append(", not as expected: expected ")
                        .append(new TreeSet<>(cell.scenario().outcomes(cell.protocol())))
                        .append(", found ").append(cell.result().outcomes().keySet());
                cell.result().failures().forEach((id, failure) ->
                        line.append("; ").append(id).append(": ").append(failure.exception()));
                cell.result().violations().keySet().forEach(invariant ->
                        line.append("; ").append(invariant.violation()));
                text.append(Text.wrap(line.toString())).append(nl);
            }
        }
        return text.append(Text.wrap(trouble != null ? "fail: " + trouble : isAsExpected(cells)
                ? "pass: every cell is as expected" : "fail: a cell is not as expected"))
                .append(nl).toString();
    }

    private static final List<String> HEADS = List.of("scenario", "protocol", "found", "states",
            "orders", "outcomes");

    /** Characters with a space on either side; with the borders they make 80. */
    private static final List<Integer> WIDTHS = List.of(20, 12, 8, 9, 9, 15);

    private static final double MILLION = 1e6;

    private static List<String> row(ExploredCell cell) {
        return List.of(cell.scenario().id(), cell.protocol().name(), cell.verdict()
                        + (cell.isAsExpected() ? "" : " WRONG"), states(cell.result().states()),
                cell.result().orders() == null ? "-"
                        : String.format(Locale.ROOT, "%.1e", cell.result().orders().doubleValue()),
                String.join(" ", cell.result().outcomes().keySet()));
    }

    /** In at most 7 characters. */
    private static String states(int states) {
        return String.format(Locale.ROOT, states < MILLION ? "%,.0f" : "%.2fM",
                states < MILLION ? (double) states : states / MILLION);
    }

    private static String asciiTable(List<ExploredCell> cells) {
        Column[] columns = HEADS.stream().map(head -> new Column().header(head)
                .maxWidth(WIDTHS.get(HEADS.indexOf(head)))
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

    /** Cells that have not been explored are omitted. */
    static String json(List<ExploredCell> cells, String date) throws IOException {
        ObjectNode root = Json.root("explore", date, Environment.here());
        root.put("verdict", isAsExpected(cells) ? "pass" : "fail");
        root.put("complete", cells.stream().allMatch(ExploredCell::isExplored));
        var array = root.putArray("cells");
        for (ExploredCell cell : cells) {
            if (!cell.isExplored()) {
                continue;
            }
            ObjectNode node = array.addObject();
            node.put("scenario", cell.scenario().id());
            node.put("protocol", cell.protocol().name());
            node.put("complete", cell.result().complete());
            node.put("states", cell.result().states());
            node.put("interleavings", cell.result().orders());
            node.set("outcomes", Json.MAPPER.valueToTree(cell.result().outcomes().keySet()));
            node.set("counterexample", Json.MAPPER.valueToTree(cell.worst().map(cell::steps)
                    .orElse(null)));
            node.set("violated", Json.MAPPER.valueToTree(cell.result().violations().keySet()));
        }
        return Json.text(root);
    }
}
