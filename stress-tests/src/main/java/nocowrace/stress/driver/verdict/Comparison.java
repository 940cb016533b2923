// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.UsageException;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.Shard;
import nocowrace.stress.scenario.Scenario;

/** The table: all cells that were chosen, and the order in which they get their forks. */
public final class Comparison {

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
     * Chooses cells of the table's protocols.
     *
     * @param scenarios from which to choose
     * @param chosen says by a cell's name, scenario/protocol, whether it takes part
     */
    public Comparison(Collection<Scenario> scenarios, Predicate<String> chosen) {
        this(scenarios, Protocol.TABLE, chosen);
    }

    private Comparison(Collection<Scenario> scenarios, List<Protocol> protocols,
            Predicate<String> chosen) {
        this(new ArrayList<>(), new ArrayList<>());
        for (Scenario scenario : scenarios) {
            protocols.stream().map(protocol -> new CellRun(scenario, protocol))
                    .filter(cell -> chosen.test(cell.name())).forEach(cells::add);
        }
        calibrate(cells);
    }

    /**
     * The user's choice.
     *
     * @param only which cells, by name; null for those of the table
     * @return their cells, without forks
     * @throws UsageException if none of them has tests
     */
    public static Comparison chosen(Pattern only) {
        Comparison chosen = only == null ? new Comparison(Scenario.TABLE, name -> true)
                : new Comparison(Arrays.stream(Scenario.values()).filter(Scenario::isStressed)
                        .toList(), Protocol.all(), name -> only.matcher(name).find());
        if (chosen.cells.isEmpty()) {
            throw new UsageException("--only " + only + " matches no cell that has tests; the "
                    + "list command shows them");
        }
        return chosen;
    }

    /** Every cell that can be measured, by name; without forks. */
    static Map<String, CellRun> known() {
        Map<String, CellRun> known = new LinkedHashMap<>();
        for (Scenario scenario : Scenario.values()) {
            if (scenario.isStressed()) {
                Stream.concat(Protocol.all().stream(), Stream.of(scenario.calibration())).distinct()
                        .map(protocol -> new CellRun(scenario, protocol))
                        .forEach(cell -> known.put(cell.name(), cell));
            }
        }
        return known;
    }

    /**
     * Cells by name, for results that are read back.
     *
     * @param known all cells, with what has been read of their forks
     * @param cells names, scenario/protocol
     * @param calibrations names of those that were measured beside them; those that are among the
     *        cells are left out
     * @throws UsageException if there is no such cell
     */
    static Comparison of(Map<String, CellRun> known, Set<String> cells,
            Set<String> calibrations) {
        Set<String> unknown = new TreeSet<>(cells);
        unknown.addAll(calibrations);
        unknown.removeAll(known.keySet());
        if (!unknown.isEmpty() || cells.isEmpty()) {
            throw new UsageException("this program has no cells " + unknown);
        }
        return new Comparison(known.values().stream().filter(cell -> cells.contains(cell.name()))
                .toList(), known.values().stream().filter(cell -> !cells.contains(cell.name())
                        && calibrations.contains(cell.name())).toList());
    }

    /**
     * One machine's part. Its calibrations are its own, so that it can judge for itself: broken
     * cells of the same scenario that another part has, or as in the constructor.
     *
     * @param shard which part
     * @return its cells; may have none
     */
    public Comparison part(Shard shard) {
        if (shard.count() == 1) {
            return this;
        }
        Comparison part = new Comparison(shard.of(cells), new ArrayList<>());
        part.calibrate(cells);
        return part;
    }

    /**
     * The same cells and forks without those of other shards; the calibrations stay.
     *
     * @param names of the cells that stay
     * @return those cells
     */
    public Comparison restrictedTo(Collection<String> names) {
        return new Comparison(cells.stream().filter(cell -> names.contains(cell.name())).toList(),
                calibrations);
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

    /** The cells of the table that were chosen. */
    public List<CellRun> cells() {
        return cells;
    }

    /** The broken variants that are measured beside them. */
    public List<CellRun> calibrations() {
        return calibrations;
    }

    /** The cells, and then the calibrations. */
    public List<CellRun> all() {
        return Stream.concat(cells.stream(), calibrations.stream()).toList();
    }

    /**
     * How to run.
     *
     * @param budget for the forks; the first rounds are run in any case
     * @param seed of the order of the cells
     * @param rounds forks that every cell gets; at least 1
     * @param fork what the first one may take, since nothing is known of it yet
     * @param clock ns, from any start
     */
    public record Plan(Duration budget, long seed, int rounds, Duration fork, LongSupplier clock) {
        /**
         * Creates a plan with the system's clock and a guess of what the first fork takes.
         *
         * @param budget for the forks; the first rounds are run in any case
         * @param seed of the order of the cells
         * @param rounds forks that every cell gets; at least 1
         */
        public Plan(Duration budget, long seed, int rounds) {
            this(budget, seed, rounds, Duration.ofSeconds(2), System::nanoTime);
        }
    }

    /** Runs one fork of a test; the turn counts from 0 and says which configuration. */
    public interface Runner {
        Fork run(Scenario.Test test, int turn);
    }

    /** Hears of the progress, and may stop it. */
    public interface Listener {
        /** A fork begins; so much time is left, or a little less. */
        void before(CellRun cell, Duration left);

        /** It has ended, and its cell has its result. */
        void after(CellRun cell, Fork fork) throws IOException;

        /** Whether to end now; the fork that ends with it is not counted. */
        boolean isStopped();
    }

    /**
     * Gives each cell its rounds, in random order, and then, while the budget lasts, the next fork
     * to the cell that is furthest from being certain. Forks that a resumed run had before count.
     *
     * @param plan how long and in which order
     * @param runner runs a fork
     * @param listener told of each fork
     * @throws IOException if the listener throws it; the cells keep what they have
     */
    public void run(Plan plan, Runner runner, Listener listener) throws IOException {
        Remaining remaining = new Remaining(plan, due(plan));
        List<CellRun> order = new ArrayList<>(all());
        Random random = new Random(plan.seed);
        for (int round = 0; round < plan.rounds; round++) {
            Collections.shuffle(order, random);
            for (CellRun cell : order) {
                if (cell.forks() <= round) {
                    runOne(cell, remaining, runner, listener);
                }
            }
        }
        while (!remaining.isOver() && !listener.isStopped()) {
            Optional<CellRun> next = order.stream().filter(cell -> !cell.isDecided())
                    .min(Comparator.comparingDouble(this::certainty));
            if (next.isEmpty()) {
                return;
            }
            runOne(next.get(), remaining, runner, listener);
        }
    }

    /** Forks of the rounds that have not been run; a count. */
    private int due(Plan plan) {
        return all().stream().mapToInt(cell -> Math.max(0, plan.rounds - cell.forks())).sum();
    }

    /** The time that is left: rather too much than too little. */
    private static final class Remaining {

        private final Plan plan;
        private final long end;
        private int due;
        private int done;
        private long spent;
        private long longest;

        Remaining(Plan plan, int due) {
            this.plan = plan;
            this.due = due;
            end = plan.clock.getAsLong() + plan.budget.toNanos();
        }

        void add(long nanos) {
            due--;
            done++;
            spent += nanos;
            longest = Math.max(longest, nanos);
        }

        boolean isOver() {
            return plan.clock.getAsLong() - end >= 0;
        }

        /** The last fork begins before the end, and may be as long as the longest. */
        Duration left() {
            long fork = done == 0 ? plan.fork.toNanos() : longest;
            double mean = done == 0 ? plan.fork.toNanos()
                    : (double) spent / done * (1 + 1 / Math.sqrt(done));
            long rounds = (long) (Math.max(0, due) * mean);
            return Duration.ofNanos(Math.max(rounds, end - plan.clock.getAsLong()) + fork);
        }
    }

    /** All cells of a scenario go through the configurations in the same order. */
    private void runOne(CellRun cell, Remaining remaining, Runner runner, Listener listener)
            throws IOException {
        if (listener.isStopped()) {
            return;
        }
        listener.before(cell, remaining.left());
        long start = remaining.plan.clock.getAsLong();
        Fork fork = runner.run(cell.test(), cell.scenario().ordinal() + cell.forks());
        remaining.add(remaining.plan.clock.getAsLong() - start);
        if (!listener.isStopped()) {
            cell.add(fork, here);
            listener.after(cell, fork);
        }
    }

    /**
     * How certain a cell is: forbidden outcomes seen, or those that would have been seen, over
     * enough of them. Each fork adds a little, so that a cell which never becomes certain does not
     * starve the others.
     */
    private double certainty(CellRun cell) {
        double certainty = cell.isExpectedBroken() ? (double) cell.bad() / CellRun.ENOUGH_BAD
                : expectedIfBroken(cell) / (10 * CellRun.ENOUGH_EXPECTED);
        return Math.max(certainty, cell.forks() / 100.0);
    }

    /**
     * How many forbidden outcomes a cell's samples would have shown at the lowest rate among the
     * broken variants of its scenario.
     *
     * @param cell one of the cells or calibrations
     * @return a count, not whole; 0 if none of them ran or showed one
     */
    public double expectedIfBroken(CellRun cell) {
        return cell.samples() * all().stream()
                .filter(other -> other.scenario() == cell.scenario() && other.isExpectedBroken())
                .mapToDouble(CellRun::rate).min().orElse(0);
    }

    /**
     * Judges a cell by its own samples and by the rates of the broken cells.
     *
     * @param cell one of the cells or calibrations
     * @return its verdict
     */
    public Verdict verdict(CellRun cell) {
        return cell.verdict(expectedIfBroken(cell));
    }

    /**
     * The budget that would make the weak cells clean, by the rates seen so far.
     *
     * @return empty if no cell is weak, or one of them has no rate to go by
     */
    public Optional<Duration> enoughBudget() {
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
    public int exitCode() {
        boolean failed = all().stream().anyMatch(cell -> cell.failedForks() > 0
                || cell.hungForks() > 0 && verdict(cell) != Verdict.VIOLATED);
        int verdicts = cells.stream().mapToInt(cell -> verdict(cell).exitCode()).max()
                .orElseThrow();
        return failed ? ExitCode.HARNESS_FAILED : verdicts;
    }
}
