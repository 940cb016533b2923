// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import com.samskivert.mustache.Mustache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.harness.Durations;
import nocowrace.harness.Text;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.fork.Shard;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Verdict;
import nocowrace.stress.scenario.OutcomeId;

/**
 * What the templates of a comparison name.
 *
 * @param results to show
 * @param files to which the page links
 */
record PageModel(Results results, List<PageFile> files) {

    /** With more runs than this, their list is folded. */
    private static final int FEW_RUNS = 5;

    Map<String, Object> page() {
        Comparison comparison = results.comparison();
        Headline headline = new Headline(results);
        List<String> ids = ids();
        Function<String, String> anchor = id -> "outcome-" + (1 + ids.indexOf(id));
        List<PageScenario> scenarios = CompareTable.rows(comparison).entrySet().stream()
                .map(row -> new PageScenario(results, row.getKey(), row.getValue(), anchor))
                .toList();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("code", (Mustache.Lambda) (text, out) -> out.write(Page.code(text.execute())));
        page.put("title", headline.title());
        page.put("passes", headline.isPass());
        page.put("sentences", headline.sentences());
        page.put("lookAt", headline.failing().stream().map(this::lookAt).toList());
        page.put("trouble", results.trouble());
        page.put("warnings", results.warnings());
        page.put("heads", CompareTable.columns(comparison).stream().map(CompareTable::head)
                .toList());
        page.put("legend", Arrays.stream(Verdict.values())
                .map(verdict -> Legend.of(verdict).view(comparison)).toList());
        page.put("hasUnchosen", scenarios.stream().anyMatch(PageScenario::hasUnchosen));
        page.put("hasCalibrations", !comparison.calibrations().isEmpty());
        page.put("ids", ids.stream().map(id -> outcome(id, anchor.apply(id))).toList());
        page.put("scenarios", scenarios.stream().map(PageScenario::view).toList());
        page.put("ticks", PageScenario.ticks());
        page.put("files", files.stream().map(file -> Map.of("name", file.name(),
                "href", file.href(), "about", file.about())).toList());
        putRuns(page);
        return page;
    }

    private void putRuns(Map<String, Object> page) {
        page.put("runCount", Text.count(results.runs().size(), "run"));
        page.put("fewRuns", results.runs().size() <= FEW_RUNS);
        page.put("runs", results.runs().stream().map(this::run).toList());
    }

    /** All outcomes that the page shows: those that were seen, and those that could have been. */
    private List<String> ids() {
        Stream<String> ids = results.comparison().all().stream().flatMap(PageScenario::ids);
        return List.copyOf(ids.collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Map<String, Object> outcome(String id, String anchor) {
        String meaning = OutcomeId.describe(id);
        return Map.of("id", id, "anchor", anchor, "bad", OutcomeId.isForbidden(id), "meaning",
                meaning.isEmpty() ? "Unknown: no test is known to end so." : meaning);
    }

    private Map<String, Object> lookAt(CellRun cell) {
        List<String> what = new ArrayList<>(List.of(CompareTable.hits(cell)));
        if (cell.hungForks() > 0) {
            what.add(CompareTable.forks(cell.hungForks(), "hung"));
        }
        if (cell.failedForks() > 0) {
            what.add(CompareTable.forks(cell.failedForks(), "failed"));
        }
        Verdict verdict = results.comparison().verdict(cell);
        return Map.of("name", cell.name(), "scenario", cell.scenario().id(), "verdict",
                verdict.toString(), "marked", Legend.of(verdict).marked(),
                "what", String.join(", ", what));
    }

    private Map<String, Object> run(Run run) {
        Run.Choice options = run.options();
        return Map.of("date", run.date(), "program", run.program(),
                "letter", results.letters().get(run.environment()),
                "environment", run.environment().toString(),
                "command", command(options, options.only())
                        + (options.shard().equals(Shard.WHOLE.toString()) ? ""
                        : " --shard " + options.shard()));
    }

    /** The command that repeats a run, or a part of it. */
    static String command(Run.Choice options, String only) {
        Duration budget = Duration.ofMillis(Math.max(1, Math.round(options.budgetSeconds() * 1e3)));
        return "java -jar jcstress.jar compare"
                + (only == null ? "" : " --only '" + only.replace("'", "'\\''") + "'")
                + (options.deep() ? " --deep" : "")
                + " --budget " + Durations.text(budget) + " --seed " + options.seed();
    }
}
