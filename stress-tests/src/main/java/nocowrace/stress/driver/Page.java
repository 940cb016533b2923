// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Scenario;

/** A comparison for people, from a template. */
enum Page {
    /** One file that needs no other; every value escaped. */
    HTML("compare.html.mustache", Escapers.HTML),

    /** For pull requests and the summaries of CI jobs; in a table a bar would begin a column. */
    MARKDOWN("compare.md.mustache", Escapers.simple(new String[][] {{"|", "\\|"}}));

    /** Shares are drawn on a logarithmic scale from 1e-7, which is nothing, to 1. */
    private static final double DECADES = 7;

    private static final int MAX_STATES = 1_000_000;

    private final Template template;

    Page(String name, Mustache.Escaper escaper) {
        try (Reader reader = new InputStreamReader(Page.class.getResourceAsStream(name),
                StandardCharsets.UTF_8)) {
            template = Mustache.compiler().withEscaper(escaper).emptyStringIsFalse(true)
                    .compile(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String render(Results results) {
        return template.execute(new Model(results).page());
    }

    /** What the templates name. */
    private record Model(Results results) {

        Map<String, Object> page() {
            Comparison comparison = results.comparison();
            Map<String, Object> page = new LinkedHashMap<>();
            page.put("verdict", results.verdict());
            page.put("heads", Protocol.all().stream().map(CompareTable::head).toList());
            page.put("notes", CompareTable.notes(results));
            page.put("severalEnvironments", results.letters().size() > 1);
            page.put("runs", results.runs().stream().map(this::run).toList());
            page.put("scenarios", CompareTable.rows(comparison).entrySet().stream()
                    .map(row -> scenario(row.getKey(), row.getValue())).toList());
            return page;
        }

        private Map<String, Object> run(Run run) {
            Run.Choice options = run.options();
            return Map.of("date", run.date(), "program", run.program(),
                    "letter", results.letters().get(run.environment()),
                    "environment", run.environment(), "shard", options.shard(),
                    "command", command(options, options.only())
                            + (options.shard().equals(Shard.WHOLE.toString()) ? ""
                            : " --shard " + options.shard()));
        }

        private static String command(Run.Choice options, String only) {
            return "java -jar jcstress.jar compare"
                    + (only == null ? "" : " --only '" + only + "'")
                    + (options.deep() ? " --deep" : "")
                    + String.format(Locale.ROOT, " --budget %.0fs", options.budgetSeconds())
                    + " --seed " + options.seed();
        }

        private Map<String, Object> scenario(Scenario scenario, Map<Protocol, CellRun> row) {
            List<CellRun> measured = results.comparison().all().stream()
                    .filter(cell -> cell.scenario() == scenario).toList();
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("name", scenario.id());
            view.put("command", command(results.runs().get(0).options(),
                    "^" + scenario.id() + "/"));
            view.put("cells", Protocol.all().stream()
                    .map(protocol -> row.containsKey(protocol) ? cell(row.get(protocol), Set.of())
                            : Map.of("verdict", "not chosen", "head",
                                    CompareTable.head(protocol))).toList());
            Set<String> ids = new TreeSet<>();
            measured.forEach(cell -> {
                ids.addAll(cell.outcomes().keySet());
                ids.addAll(scenario.outcomes(cell.protocol()));
            });
            view.put("measured", measured.stream().map(cell -> cell(cell, ids)).toList());
            view.put("configurations", configurations(measured));
            view.put("diagrams", measured.stream()
                    .filter(cell -> cell.isExpectedBroken() || cell.bad() > 0)
                    .flatMap(cell -> diagram(cell).stream()).toList());
            return view;
        }

        private Map<String, Object> cell(CellRun cell, Set<String> ids) {
            Comparison comparison = results.comparison();
            Verdict verdict = comparison.verdict(cell);
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("head", headOf(cell));
            view.put("name", cell.name());
            view.put("verdict", verdict.toString());
            view.put("failing", verdict.exitCode() > 0);
            view.put("hits", CompareTable.hits(cell));
            view.put("rate", CompareTable.rate(cell));
            view.put("ifBroken", cell.isExpectedBroken() || cell.samples() == 0 ? null
                    : CompareTable.ifBroken(comparison.expectedIfBroken(cell)));
            view.put("seconds", CompareTable.seconds(cell));
            view.put("outcomes", outcomes(cell, ids));
            view.put("environments", CompareTable.byEnvironment(results, cell));
            view.put("troubles", cell.troubles().stream().map(fork -> Map.of(
                    "text", fork.status() + " (" + fork.configuration() + "): " + fork.message(),
                    "stack", fork.stack() == null ? "" : fork.stack())).toList());
            return view;
        }

        private static String headOf(CellRun cell) {
            String head = CompareTable.head(cell.protocol());
            return head == null ? cell.protocol() + " (calibration)" : head;
        }

        /** How many of each, kept first. */
        private static List<Map<String, Object>> outcomes(CellRun cell, Set<String> ids) {
            return Stream.concat(ids.stream().filter(id -> !OutcomeId.isForbidden(id)),
                    ids.stream().filter(OutcomeId::isForbidden)).map(id -> {
                        long count = cell.outcomes().getOrDefault(id, 0L);
                        double share = cell.samples() == 0 ? 0 : (double) count / cell.samples();
                        Map<String, Object> view = new LinkedHashMap<>();
                        view.put("id", id);
                        view.put("meaning", OutcomeId.describe(id));
                        view.put("forbidden", OutcomeId.isForbidden(id));
                        view.put("count", String.format(Locale.ROOT, "%,d", count));
                        view.put("percent", count == 0 ? 0 : Math.max(1,
                                Math.round(100 * (1 + Math.log10(share) / DECADES))));
                        return view;
                    }).toList();
        }

        /** A row for each configuration, a column for each cell that was measured. */
        private static List<Map<String, Object>> configurations(List<CellRun> measured) {
            Set<String> names = new TreeSet<>();
            measured.forEach(cell -> names.addAll(cell.configurations().keySet()));
            return names.stream().map(name -> {
                List<String> hits = new ArrayList<>();
                for (CellRun cell : measured) {
                    Tally tally = cell.configurations().get(name);
                    hits.add(tally == null ? "-" : CompareTable.hits(tally));
                }
                return Map.<String, Object>of("configuration", name, "hits", hits);
            }).collect(Collectors.toList());
        }

        /** The shortest order that loses, found now; there is none for what the model denies. */
        private static List<Map<String, Object>> diagram(CellRun cell) {
            ExploredCell explored = new ExploredCell(cell.scenario(), cell.protocol());
            explored.explore(MAX_STATES);
            return explored.worst().map(explored::diagram).map(diagram -> Map.<String, Object>of(
                    "name", cell.name(), "text", diagram.text(),
                    "markdown", diagram.markdown())).stream().toList();
        }
    }
}
