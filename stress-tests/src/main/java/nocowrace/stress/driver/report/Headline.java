// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Text;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Verdict;
import nocowrace.stress.scenario.Fate;
import nocowrace.stress.scenario.Scenario;

/** The result of a comparison in plain words; true for any choice of cells. */
final class Headline {

    private final Results results;
    private final Comparison comparison;
    private final List<CellRun> cells;

    Headline(Results results) {
        this.results = results;
        comparison = results.comparison();
        cells = comparison.cells();
    }

    boolean isPass() {
        return results.exitCode() == ExitCode.OK;
    }

    /** The whole in a line. */
    String title() {
        return isPass() ? "Pass: " + passed() : "Fail: " + String.join(", ", failures());
    }

    private String passed() {
        boolean fix = has(cell -> cell.protocol().equals(Protocol.AFTER_FIX));
        List<CellRun> losing = with(Verdict.REPRODUCED);
        if (losing.isEmpty()) {
            return cells.stream().allMatch(cell -> cell.protocol().equals(Protocol.AFTER_FIX))
                    ? "with the fix, no data was lost" : "no data was lost where none should be";
        }
        Set<Protocol> protocols = losing.stream().map(CellRun::protocol)
                .collect(Collectors.toSet());
        boolean one = protocols.size() == 1;
        boolean data = protocols.stream().allMatch(protocol -> losing.stream()
                .anyMatch(cell -> cell.protocol().equals(protocol) && losesData(cell)));
        return (one ? "the protocol \u201c" + CompareTable.head(losing.get(0).protocol())
                + "\u201d " : "the old protocols ")
                + (data ? one ? "loses data" : "lose data" : one ? "fails" : "fail")
                + ", as expected" + (fix ? ", and the fix does not" : "");
    }

    private static boolean losesData(CellRun cell) {
        return cell.outcomes().entrySet().stream().anyMatch(outcome -> outcome.getValue() > 0
                && Stream.of(Fate.LOST, Fate.CORRUPT)
                        .anyMatch(fate -> outcome.getKey().endsWith("/" + fate)));
    }

    private List<String> failures() {
        List<String> failures = new ArrayList<>();
        if (results.trouble() != null) {
            failures.add("the run is not complete");
        }
        int wrong = with(Verdict.VIOLATED).size() + with(Verdict.NOT_REPRODUCED).size();
        add(failures, wrong, "is not as expected", "are not as expected");
        add(failures, with(Verdict.WEAK).size(), "has too few samples", "have too few samples");
        add(failures, with(Verdict.NOT_RUN).size(), "did not run", "did not run");
        int failed = comparison.all().stream().mapToInt(CellRun::failedForks).sum();
        int hung = comparison.all().stream().mapToInt(CellRun::hungForks).sum();
        if (failed > 0) {
            failures.add(CompareTable.forks(failed, "failed"));
        }
        if (hung > 0) {
            failures.add(CompareTable.forks(hung, "hung"));
        }
        return failures;
    }

    private void add(List<String> failures, int count, String one, String several) {
        if (count > 0) {
            boolean first = failures.stream().noneMatch(words -> words.contains(" of "));
            failures.add(count + (first ? " of " + Text.count(cells.size(), "cell") : "") + " "
                    + (count == 1 ? one : several));
        }
    }

    /** What was measured, a sentence each. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        long table = cells.stream().filter(cell -> Scenario.TABLE.contains(cell.scenario()))
                .count();
        int whole = Scenario.TABLE.size() * Protocol.TABLE.size();
        if (table < whole) {
            sentences.add("This is not the whole table: " + table + " of its " + whole + " cells "
                    + (table == 1 ? "was" : "were") + " chosen.");
        }
        long broken = cells.stream().filter(CellRun::isExpectedBroken).count();
        sentences.add(broken == 0 ? "No cell that is expected to lose data was chosen."
                : "Of " + Text.count(broken, "cell") + " expected to lose data, "
                        + with(Verdict.REPRODUCED).size() + " showed a bad outcome, such as lost "
                        + "data.");
        long safe = cells.size() - broken;
        sentences.add(safe == 0 ? "No cell that is expected to keep data was chosen."
                : "Of " + Text.count(safe, "cell") + " expected to keep data, "
                        + with(Verdict.CLEAN).size() + " showed no bad outcome in enough samples "
                        + "to tell.");
        if (!has(cell -> cell.protocol().equals(Protocol.AFTER_FIX))) {
            sentences.add("The fix is not among the chosen cells.");
        }
        return sentences;
    }

    /** The cells that make the run fail: not as expected, not run, or with forks that failed. */
    List<CellRun> failing() {
        return comparison.all().stream().filter(cell -> isOfTable(cell)
                && comparison.verdict(cell).exitCode() > 0
                || cell.failedForks() > 0 || cell.hungForks() > 0).toList();
    }

    private boolean isOfTable(CellRun cell) {
        return cells.contains(cell);
    }

    private boolean has(Predicate<CellRun> condition) {
        return cells.stream().anyMatch(condition);
    }

    private List<CellRun> with(Verdict verdict) {
        return cells.stream().filter(cell -> comparison.verdict(cell) == verdict).toList();
    }
}
