// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nocowrace.engine.diagram.Diagram;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.ExploredCell;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Tally;
import nocowrace.stress.driver.verdict.Verdict;
import nocowrace.stress.scenario.OutcomeId;
import nocowrace.stress.scenario.Scenario;

/** What the templates name of a scenario: its row of the table and its section of the page. */
final class PageScenario {

    /** Shares are drawn on a logarithmic axis from 1e-7 to 1. */
    private static final int DECADES = 7;

    private static final int MAX_STATES = 1_000_000;

    /** By cell; both pages of a run have the same. */
    private static final Map<String, Diagram> DIAGRAMS = new ConcurrentHashMap<>();

    private final Results results;
    private final Scenario scenario;
    private final Map<Protocol, CellRun> row;
    private final Function<String, String> anchor;
    private final List<CellRun> measured;

    /**
     * Makes a row.
     *
     * @param results to show
     * @param scenario of the row
     * @param row the chosen cells
     * @param anchor where the page explains an outcome
     */
    PageScenario(Results results, Scenario scenario, Map<Protocol, CellRun> row,
            Function<String, String> anchor) {
        this.results = results;
        this.scenario = scenario;
        this.row = row;
        this.anchor = anchor;
        measured = results.comparison().all().stream()
                .filter(cell -> cell.scenario() == scenario).toList();
    }

    boolean hasUnchosen() {
        return row.size() < Protocol.TABLE.size();
    }

    /** The outcomes that were seen in a cell, and those that it can reach. */
    static Stream<String> ids(CellRun cell) {
        return Stream.concat(cell.outcomes().keySet().stream(),
                cell.scenario().outcomes(cell.protocol()).stream());
    }

    /** The labels of the axis and where they are, in per cent of its width. */
    static List<Map<String, Object>> ticks() {
        return IntStream.rangeClosed(0, DECADES).mapToObj(i -> Map.<String, Object>of(
                "label", i == DECADES ? "1" : "1e-" + (DECADES - i),
                "at", 100 * i / DECADES)).toList();
    }

    Map<String, Object> view() {
        Set<String> ids = new TreeSet<>();
        measured.forEach(cell -> ids(cell).forEach(ids::add));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("scenario", scenario.id());
        view.put("command", PageModel.command(results.runs().get(0).options(),
                "^" + scenario.id() + "/"));
        view.put("cells", CompareTable.columns(results.comparison()).stream()
                .map(protocol -> row.containsKey(protocol) ? summary(row.get(protocol))
                        : Map.of("verdict", "not-chosen", "head", CompareTable.head(protocol)))
                .toList());
        view.put("measured", measured.stream().map(cell -> detail(cell, ids)).toList());
        Set<String> configurations = new TreeSet<>();
        measured.forEach(cell -> configurations.addAll(cell.configurations().keySet()));
        view.put("configurations", table(configurations, Function.identity(),
                CellRun::configurations));
        view.put("machines", results.letters().size() == 1 ? List.of()
                : table(results.letters().keySet(), results.letters()::get,
                        CellRun::environments));
        view.put("diagrams", measured.stream().filter(PageScenario::hasDiagram)
                .map(PageScenario::diagram).toList());
        return view;
    }

    /** What the table says of a cell. */
    private Map<String, Object> summary(CellRun cell) {
        Comparison comparison = results.comparison();
        Verdict verdict = comparison.verdict(cell);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("head", CompareTable.head(cell.protocol()) != null
                && comparison.cells().contains(cell) ? CompareTable.head(cell.protocol())
                : cell.protocol() + " (calibration)");
        view.put("cell", cell.name());
        view.put("verdict", verdict.toString());
        view.put("marked", Legend.of(verdict).marked());
        view.put("failing", verdict.exitCode() > 0);
        view.put("expected", cell.isExpectedBroken() ? "expected to lose data"
                : "expected to keep data");
        view.put("hits", CompareTable.hits(cell));
        view.put("rate", CompareTable.rate(cell));
        view.put("ifBroken", cell.isExpectedBroken() || cell.samples() == 0 ? null
                : CompareTable.ifBroken(comparison.expectedIfBroken(cell)));
        view.put("diagram", hasDiagram(cell) ? diagramAnchor(cell) : null);
        view.put("hung", cell.hungForks() == 0 ? null
                : CompareTable.forks(cell.hungForks(), "hung"));
        view.put("failed", cell.failedForks() == 0 ? null
                : CompareTable.forks(cell.failedForks(), "failed"));
        return view;
    }

    /** What the section of the scenario says of a cell. */
    private Map<String, Object> detail(CellRun cell, Set<String> ids) {
        Map<String, Object> view = summary(cell);
        view.put("seconds", CompareTable.seconds(cell));
        view.put("outcomes", Stream.concat(
                ids.stream().filter(id -> !OutcomeId.isForbidden(id)),
                ids.stream().filter(OutcomeId::isForbidden))
                .map(id -> outcome(cell, id)).toList());
        view.put("troubles", cell.troubles().stream().map(fork -> Map.of(
                "text", fork.status() + " (" + fork.configuration() + "): " + fork.message(),
                "stack", fork.stack() == null ? "" : fork.stack())).toList());
        int more = cell.hungForks() + cell.failedForks() - cell.troubles().size();
        view.put("moreTroubles", more == 0 ? null : more + " more like these");
        return view;
    }

    /** How often an outcome was seen in a cell, and the bar for that. */
    private Map<String, Object> outcome(CellRun cell, String id) {
        long count = cell.outcomes().getOrDefault(id, 0L);
        double share = count == 0 ? 0 : (double) count / cell.samples();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", id);
        view.put("anchor", anchor.apply(id));
        view.put("bad", OutcomeId.isForbidden(id));
        view.put("possible", scenario.outcomes(cell.protocol()).contains(id));
        view.put("count", Tally.number(count));
        view.put("share", count == 0 ? "" : String.format(Locale.ROOT, "%.2g", share));
        view.put("percent", count == 0 ? 0
                : Math.max(1, Math.round(100 * (1 + Math.log10(share) / DECADES))));
        return view;
    }

    /** A row for each key, a column for each cell that was measured. */
    private <K> List<Map<String, Object>> table(Collection<K> keys, Function<K, String> name,
            Function<CellRun, Map<K, Tally>> tallies) {
        return keys.stream().map(key -> {
            List<String> hits = new ArrayList<>();
            for (CellRun cell : measured) {
                Tally tally = tallies.apply(cell).get(key);
                hits.add(tally == null ? "-" : CompareTable.hits(tally));
            }
            return Map.<String, Object>of("key", name.apply(key), "hits", hits);
        }).toList();
    }

    /** Whether the model has an order that loses; it has none for what it denies. */
    private static boolean hasDiagram(CellRun cell) {
        return cell.isExpectedBroken();
    }

    private static String diagramAnchor(CellRun cell) {
        return "diagram-" + cell.name();
    }

    private static Map<String, Object> diagram(CellRun cell) {
        Diagram diagram = DIAGRAMS.computeIfAbsent(cell.name(), name -> shortest(cell));
        return Map.of("cell", cell.name(), "anchor", diagramAnchor(cell),
                "text", diagram.text(), "markdown", diagram.markdown());
    }

    /** Finds the shortest order that loses; takes up to some seconds. */
    private static Diagram shortest(CellRun cell) {
        ExploredCell explored = new ExploredCell(cell.scenario(), cell.protocol());
        explored.explore(MAX_STATES);
        return Drawing.of(explored, explored.worst().orElseThrow());
    }
}
