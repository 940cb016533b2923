// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.stress.Scenario;

/** The table: all cells that were chosen, and the order in which they get their forks. */
final class Comparison {

    /** Advised budgets are so many times what the rates seen so far ask for. */
    private static final double MARGIN = 1.5;

    private final List<CellRun> cells;

    /**
     * Broken variants that are no cells of the table, one for each scenario of which only safe
     * cells are here, or which no protocol of history breaks: their rates say what the samples of
     * the safe ones are worth.
     */
    private final List<CellRun> calibrations;

    private final Environment here = Environment.here();

    private Comparison(List<CellRun> cells, List<CellRun> calibrations) {
        this.cells = cells;
        this.calibrations = calibrations;
    }

    /**
     * Chooses cells.
     *
     * @param scenarios from which to choose
     * @param chosen says by a cell's name, scenario/protocol, whether it takes part
     */
    Comparison(Collection<Scenario> scenarios, Predicate<String> chosen) {
        this(new ArrayList<>(), new ArrayList<>());
        for (Scenario scenario : scenarios) {
            Protocol.all().stream().map(protocol -> new CellRun(scenario, protocol))
                    .filter(cell -> chosen.test(cell.name())).forEach(cells::add);
        }
        calibrate(cells);
    }

    /**
     * The user's choice.
     *
     * @param only which cells, by name; null for those of the table
     * @throws Main.UsageException if none of them has tests
     */
    static Comparison chosen(Pattern only) {
        Comparison chosen = only == null ? new Comparison(Scenario.TABLE, name -> true)
                : new Comparison(Arrays.stream(Scenario.values()).filter(Scenario::isStressed)
                        .toList(), name -> only.matcher(name).find());
        if (chosen.cells.isEmpty()) {
            throw new Main.UsageException("--only " + only + " matches no cell that has tests; the "
                    + "list command shows them");
        }
        return chosen;
    }

    /**
     * Cells by name, for results that are read back.
     *
     * @param cells names, scenario/protocol
     * @param calibrations names of those that were measured beside them; those that are among the
     *        cells are left out
     * @throws Main.UsageException if there is no such cell
     */
    static Comparison of(Set<String> cells, Set<String> calibrations) {
        List<CellRun> known = Arrays.stream(Scenario.values()).filter(Scenario::isStressed)
                .flatMap(scenario -> Stream.concat(Protocol.all().stream(),
                                Stream.of(scenario.calibration())).distinct()
                        .map(protocol -> new CellRun(scenario, protocol))).toList();
        Set<String> unknown = new TreeSet<>(cells);
        unknown.addAll(calibrations);
        known.forEach(cell -> unknown.remove(cell.name()));
        if (!unknown.isEmpty() || cells.isEmpty()) {
            throw new Main.UsageException("this program has no cells " + unknown);
        }
        return new Comparison(known.stream().filter(cell -> cells.contains(cell.name())).toList(),
                known.stream().filter(cell -> calibrations.contains(cell.name())
                        && !cells.contains(cell.name())).toList());
    }

    /**
     * One machine's part. Its calibrations are its own, so that it can judge for itself: broken
     * cells of the same scenario that another part has, or as in the constructor.
     */
    Comparison part(Shard shard) {
        if (shard.count() == 1) {
            return this;
        }
        Comparison part = new Comparison(shard.of(cells), new ArrayList<>());
        part.calibrate(cells);
        return part;
    }

    private void calibrate(List<CellRun> whole) {
        for (Scenario scenario : new LinkedHashSet<>(cells.stream().map(CellRun::scenario)
                .toList())) {
            if (brokenOf(scenario, cells).isEmpty()) {
                calibrations.add(new CellRun(scenario, brokenOf(scenario, whole)
                        .map(CellRun::protocol).orElse(scenario.calibration())));
            }
        }
    }

    /** The last broken cell of a scenario. */
    private static Optional<CellRun> brokenOf(Scenario scenario, List<CellRun> among) {
        return among.stream().filter(cell -> cell.scenario() == scenario)
                .filter(CellRun::isExpectedBroken).reduce((first, last) -> last);
    }

    List<CellRun> cells() {
        return cells;
    }

    List<CellRun> calibrations() {
        return calibrations;
    }

    /** The cells, and then the calibrations. */
    List<CellRun> all() {
        return Stream.concat(cells.stream(), calibrations.stream()).toList();
    }

    /**
     * How to run.
     *
     * @param budget for the forks; the first rounds are run in any case
     * @param seed of the order of the cells
     * @param rounds forks that every cell gets; at least 1
     */
    record Plan(Duration budget, long seed, int rounds) {
    }

    /** Runs one fork of a test; the turn counts from 0 and says which configuration. */
    interface Runner {
        Fork run(String test, int turn);
    }

    /** What a run tells of itself while it works, and is told. */
    interface Listener {
        /** A fork begins. */
        void before(CellRun cell, Duration left);

        /** It has ended, and its cell has its result. */
        void after(CellRun cell, Fork fork) throws IOException;

        /** Whether to end now; the fork that ends with it is not counted. */
        boolean isStopped();
    }

    /**
     * Gives each cell its rounds, in random order, and then, while the budget lasts, the next fork
     * to whichever is furthest from being certain.
     *
     * @param plan how long and in which order
     * @param runner runs a fork
     * @param listener told of each fork
     * @throws IOException if the listener throws it; the cells keep what they have
     */
    void run(Plan plan, Runner runner, Listener listener) throws IOException {
        long start = System.nanoTime();
        long end = start + plan.budget.toNanos();
        List<CellRun> order = new ArrayList<>(all());
        Random random = new Random(plan.seed);
        int due = plan.rounds * order.size();
        for (int round = 0; round < plan.rounds; round++) {
            Collections.shuffle(order, random);
            for (CellRun cell : order) {
                long soFar = System.nanoTime() - start;
                int done = plan.rounds * order.size() - due;
                runOne(cell, Math.max(end, start + soFar + (done == 0 ? 0 : soFar / done * due)),
                        runner, listener);
                due--;
            }
        }
        while (System.nanoTime() - end < 0 && !listener.isStopped()) {
            Optional<CellRun> next = order.stream().filter(cell -> !cell.isDecided())
                    .min(Comparator.comparingDouble(this::certainty));
            if (next.isEmpty()) {
                return;
            }
            runOne(next.get(), end, runner, listener);
        }
    }

    /** All cells of a scenario go through the configurations in the same order. */
    private void runOne(CellRun cell, long end, Runner runner, Listener listener)
            throws IOException {
        if (listener.isStopped()) {
            return;
        }
        listener.before(cell, Duration.ofNanos(end - System.nanoTime()));
        Fork fork = runner.run(cell.scenario().testName(cell.protocol()),
                cell.scenario().ordinal() + cell.forks());
        if (!listener.isStopped()) {
            cell.add(fork, here);
            listener.after(cell, fork);
        }
    }

    /**
     * Adds a result that was read back.
     *
     * @param name its cell, scenario/protocol
     * @param fork the result
     * @param environment where it ran
     */
    void add(String name, Fork fork, Environment environment) {
        all().stream().filter(cell -> cell.name().equals(name)).findFirst().orElseThrow()
                .add(fork, environment);
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

    /**
     * The budget that would make the weak cells clean, by the rates seen so far.
     *
     * @return empty if no cell is weak, or one of them has no rate to go by
     */
    Optional<Duration> enoughBudget() {
        double seconds = all().stream().mapToDouble(CellRun::seconds).sum();
        boolean weak = false;
        for (CellRun cell : cells) {
            if (verdict(cell) == Verdict.WEAK) {
                weak = true;
                seconds += cell.seconds()
                        * (CellRun.ENOUGH_EXPECTED / expectedIfBroken(cell) - 1);
            }
        }
        double limit = Duration.ofDays(30).toSeconds();
        return weak && seconds * MARGIN < limit
                ? Optional.of(Duration.ofSeconds((long) Math.ceil(seconds * MARGIN)))
                : Optional.empty();
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
