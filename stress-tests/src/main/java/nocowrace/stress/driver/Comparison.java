// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.stress.Scenario;

/** The table: all cells that were chosen, and the order in which they get their forks. */
final class Comparison {

    private final List<CellRun> cells = new ArrayList<>();

    /**
     * Broken variants that are no cells of the table, one for each scenario of which only safe
     * cells were chosen, or which no protocol of history breaks: their rates say what the samples
     * of the safe ones are worth.
     */
    private final List<CellRun> calibrations = new ArrayList<>();

    /**
     * Chooses cells.
     *
     * @param scenarios from which to choose
     * @param chosen says by a cell's name, scenario/protocol, whether it takes part
     */
    Comparison(Collection<Scenario> scenarios, Predicate<String> chosen) {
        for (Scenario scenario : scenarios) {
            List<CellRun> row = Protocol.all().stream()
                    .map(protocol -> new CellRun(scenario, protocol))
                    .filter(cell -> chosen.test(cell.name())).toList();
            cells.addAll(row);
            if (!row.isEmpty() && row.stream().noneMatch(CellRun::isExpectedBroken)) {
                calibrations.add(new CellRun(scenario, scenario.calibration()));
            }
        }
    }

    List<CellRun> cells() {
        return cells;
    }

    List<CellRun> calibrations() {
        return calibrations;
    }

    private List<CellRun> all() {
        return Stream.concat(cells.stream(), calibrations.stream()).toList();
    }

    /**
     * Gives each cell one fork, and then, while the budget lasts, the next one to whichever is
     * furthest from being certain.
     *
     * @param budget for the forks; the first round is run in any case
     * @param fork runs one fork of the named test
     * @param progress told before each fork
     */
    void run(Duration budget, Function<String, Fork> fork, Progress progress) {
        long end = System.nanoTime() + budget.toNanos();
        for (CellRun cell : all()) {
            runOne(cell, end, fork, progress);
        }
        while (System.nanoTime() - end < 0) {
            Optional<CellRun> next = all().stream().filter(cell -> !cell.isDecided())
                    .min(Comparator.comparingDouble(this::certainty));
            if (next.isEmpty()) {
                return;
            }
            runOne(next.get(), end, fork, progress);
        }
    }

    private void runOne(CellRun cell, long end, Function<String, Fork> fork, Progress progress) {
        progress.before(cell, Duration.ofNanos(end - System.nanoTime()));
        Fork result = fork.apply(cell.scenario().testName(cell.protocol()));
        cell.add(result);
        if (result.status() != Fork.Status.OK) {
            progress.trouble(cell, result);
        }
    }

    /**
     * How sure a cell is: losses seen, or losses that would have been seen, against enough of them;
     * with so much credit for each fork that one which never gets there does not starve the others.
     */
    private double certainty(CellRun cell) {
        double certainty = cell.isExpectedBroken() ? (double) cell.bad() / CellRun.ENOUGH_BAD
                : expectedIfBroken(cell) / (10 * CellRun.ENOUGH_EXPECTED);
        return Math.max(certainty, cell.forks() / 100.0);
    }

    /** What a run tells of itself while it works. */
    interface Progress {
        void before(CellRun cell, Duration left);

        void trouble(CellRun cell, Fork fork);
    }

    /**
     * How many losses a cell's samples would have shown at the lowest rate among the broken
     * variants of its scenario.
     *
     * @return a count, not whole; 0 if none of them ran or lost
     */
    double expectedIfBroken(CellRun cell) {
        return cell.samples() * all().stream()
                .filter(other -> other.scenario() == cell.scenario() && other.isExpectedBroken())
                .mapToDouble(CellRun::rate).min().orElse(0);
    }

    Verdict verdict(CellRun cell) {
        return cell.verdict(expectedIfBroken(cell));
    }

    /** 0, or the gravest of what the cells and their forks ask for. */
    int exitCode() {
        boolean failed = all().stream().anyMatch(cell -> cell.failedForks() > 0
                || cell.hungForks() > 0 && verdict(cell) != Verdict.VIOLATED);
        int verdicts = cells.stream().mapToInt(cell -> verdict(cell).exitCode()).max()
                .orElseThrow();
        return failed ? Main.HARNESS_FAILED : verdicts;
    }
}
