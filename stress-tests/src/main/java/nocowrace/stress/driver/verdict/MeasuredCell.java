// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.util.ArrayList;
import java.util.List;
import nocowrace.harness.Environment;
import nocowrace.stress.driver.fork.Fork;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/** One cell: its stress test, and what the forks of it have shown. */
public final class MeasuredCell {

    private static final double CONFIDENCE = 0.95;

    /** The rule of three, as in {@link Tally#rateUpper95}. */
    private static final double MOST_IF_NONE = 3;

    private final CellRun run;

    /** [fork], in the order in which they ran; those that failed too. */
    private final List<Fork> tests = new ArrayList<>();

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

    /**
     * Adds a fork.
     *
     * @param test of the stress test
     * @param environment where it ran
     */
    public void add(Fork test, Environment environment) {
        run.add(test, environment);
        tests.add(test);
    }

    /** Whether there is at least one fork, and each has brought samples. */
    public boolean isWhole() {
        return run.forks() > 0 && run.troubles().isEmpty();
    }

    /** Samples per second of the test, by fork. */
    public DescriptiveStatistics rates() {
        return new DescriptiveStatistics(tests.stream().filter(MeasuredCell::hasSamples)
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
