// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.util.ArrayList;
import java.util.List;
import nocowrace.harness.Environment;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.straight.StraightRace;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * One cell: its stress test, its straight line if there is one, and what the forks of both have
 * shown. Fork i of the one ran beside fork i of the other, and so when the machine was as busy.
 */
public final class MeasuredCell {

    private static final double CONFIDENCE = 0.95;

    /** The rule of three, as in {@link Tally#rateUpper95}. */
    private static final double MOST_IF_NONE = 3;

    private final CellRun run;
    private final Tally straightLine = new Tally();

    /** [fork], in the order in which they ran; those that failed too. */
    private final List<Fork> tests = new ArrayList<>();
    private final List<Fork> straights = new ArrayList<>();

    /**
     * Creates a cell without measurements.
     *
     * @param run the cell, without forks
     */
    public MeasuredCell(CellRun run) {
        this.run = run;
    }

    /**
     * A number and its 95 % interval.
     *
     * @param value NaN if there is none
     * @param low NaN if there is none
     * @param high NaN if there is none
     */
    public record Estimate(double value, double low, double high) {
    }

    /** The cell, with the forks of its test. */
    public CellRun run() {
        return run;
    }

    /** What the forks of the straight line have shown. */
    public Tally straightLine() {
        return straightLine;
    }

    /** Whether the stress test has a straight-line version. */
    public boolean hasStraightLine() {
        return StraightRace.isWritten(run.scenario());
    }

    /**
     * Counts in two forks that ran one after the other.
     *
     * @param test of the stress test
     * @param straight of the straight line; null if there is none
     * @param environment where they ran
     */
    public void add(Fork test, Fork straight, Environment environment) {
        run.add(test, environment);
        tests.add(test);
        if (straight != null) {
            straightLine.add(straight);
            straights.add(straight);
        }
    }

    /** Whether every fork that there should be has brought samples, and there is one at least. */
    public boolean isWhole() {
        return run.forks() > 0 && run.troubles().isEmpty()
                && straightLine.forks() == (hasStraightLine() ? run.forks() : 0)
                && straightLine.failedForks() + straightLine.hungForks() == 0;
    }

    /** Samples per second of the test, by fork. */
    public DescriptiveStatistics rates() {
        return rates(tests);
    }

    /** Samples per second of the straight line, by fork. */
    public DescriptiveStatistics straightRates() {
        return rates(straights);
    }

    private static DescriptiveStatistics rates(List<Fork> forks) {
        return new DescriptiveStatistics(forks.stream().filter(MeasuredCell::hasSamples)
                .mapToDouble(MeasuredCell::rate).toArray());
    }

    private static boolean hasSamples(Fork fork) {
        return fork.status() == Fork.Status.OK;
    }

    private static double rate(Fork fork) {
        Tally tally = new Tally();
        tally.add(fork);
        return tally.samples() / tally.seconds();
    }

    /**
     * What tasks, steps and columns cost: samples per second of the straight line over those of the
     * test. Geometric mean over the pairs of forks, with Student's interval for the logarithms.
     *
     * @param cells which pairs
     * @return above 1 if they cost samples; no value without a pair, no interval with less than 3
     */
    public static Estimate cost(List<MeasuredCell> cells) {
        DescriptiveStatistics logs = new DescriptiveStatistics();
        cells.forEach(cell -> cell.addLogsTo(logs));
        double half = logs.getN() < 3 ? Double.NaN : new TDistribution(logs.getN() - 1)
                .inverseCumulativeProbability((1 + CONFIDENCE) / 2)
                * logs.getStandardDeviation() / Math.sqrt(logs.getN());
        return new Estimate(Math.exp(logs.getMean()), Math.exp(logs.getMean() - half),
                Math.exp(logs.getMean() + half));
    }

    private void addLogsTo(DescriptiveStatistics logs) {
        for (int i = 0; i < straights.size(); i++) {
            if (hasSamples(tests.get(i)) && hasSamples(straights.get(i))) {
                logs.addValue(Math.log(rate(straights.get(i)) / rate(tests.get(i))));
            }
        }
    }

    /** The cost of this cell's steps. */
    public Estimate cost() {
        return cost(List.of(this));
    }

    /**
     * How long iterations run until they show a loss, in the mean, s: their time over the losses.
     * The interval is that of a Poisson count, so it takes losses for independent; forks differ by
     * more than that.
     *
     * @return without losses no value, and only a lower end
     */
    public Estimate secondsPerLoss() {
        double seconds = run.seconds();
        long losses = run.bad();
        if (losses == 0) {
            return new Estimate(Double.NaN, seconds / MOST_IF_NONE, Double.NaN);
        }
        double fewest = new ChiSquaredDistribution(2.0 * losses)
                .inverseCumulativeProbability((1 - CONFIDENCE) / 2) / 2;
        double most = new ChiSquaredDistribution(2.0 * losses + 2)
                .inverseCumulativeProbability((1 + CONFIDENCE) / 2) / 2;
        return new Estimate(seconds / losses, seconds / most, seconds / fewest);
    }
}
