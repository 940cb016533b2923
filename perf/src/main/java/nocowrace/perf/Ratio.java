// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * What one row costs against another: above 1 it costs more, be it in time or in throughput. Or a
 * row by itself.
 *
 * @param value geometric mean of the ratios of the i-th forks, which ran near each other if the
 *        forks were interleaved
 * @param low lower end of the 95 % interval; NaN if there are fewer than 3 forks
 * @param high its upper end
 */
record Ratio(double value, double low, double high) {

    private static final double CONFIDENCE = 0.95;

    /** One row against another; null if one of them is null. */
    static Ratio of(Row own, Row other) {
        return own == null || other == null ? null : ofLogs(IntStream
                .range(0, Math.min(own.forks().length, other.forks().length))
                .mapToDouble(i -> Math.log(own.forks()[i] / other.forks()[i]))
                .map(log -> own.moreIsBetter() ? -log : log));
    }

    /** A row by itself, in its unit; null if it is null. */
    static Ratio ofOne(Row row) {
        return row == null ? null : ofLogs(Arrays.stream(row.forks()).map(Math::log));
    }

    /** Something that does not scatter. */
    static Ratio exactly(double value) {
        return new Ratio(value, value, value);
    }

    private static Ratio ofLogs(DoubleStream values) {
        SummaryStatistics logs = new SummaryStatistics();
        values.forEach(logs::addValue);
        double value = Math.exp(logs.getMean());
        if (logs.getN() < 3) {
            return new Ratio(value, Double.NaN, Double.NaN);
        }
        double half = new TDistribution(logs.getN() - 1)
                .inverseCumulativeProbability((1 + CONFIDENCE) / 2)
                * logs.getStandardDeviation() / Math.sqrt(logs.getN());
        return new Ratio(value, Math.exp(logs.getMean() - half), Math.exp(logs.getMean() + half));
    }

    /** Whether the interval leaves no doubt about being at most a bound, or above it. */
    boolean isDecided(double bound) {
        return high <= bound || low > bound;
    }

    /** Whether the ends of the interval differ by at most this share of the lower one. */
    boolean isWithin(double share) {
        return high / low - 1 <= share;
    }

    @Override
    public String toString() {
        return Double.isNaN(low) || low == high ? String.format(Locale.ROOT, "%.2f", value)
                : String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", value, low, high);
    }
}
