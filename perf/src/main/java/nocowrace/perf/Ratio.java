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
 * @param value ratio of the geometric means
 * @param low lower end of the 95 % interval; NaN if there are fewer than 3 forks
 * @param high its upper end
 */
record Ratio(double value, double low, double high) {

    private static final double CONFIDENCE = 0.95;

    /**
     * One row against another; null if one of them is null. With as many forks of both the i-th
     * ones are compared, which ran near each other if the forks were interleaved.
     */
    static Ratio of(Row own, Row other) {
        if (own == null || other == null) {
            return null;
        }
        double sign = own.moreIsBetter() ? -1 : 1;
        if (own.forks().length != other.forks().length) {
            return ofUnpaired(logs(Arrays.stream(own.forks()), sign),
                    logs(Arrays.stream(other.forks()), sign));
        }
        SummaryStatistics logs = logs(IntStream.range(0, own.forks().length)
                .mapToDouble(i -> own.forks()[i] / other.forks()[i]), sign);
        return of(logs.getMean(), error(logs), logs.getN() - 1);
    }

    /** A row by itself, in its unit; null if it is null. */
    static Ratio ofOne(Row row) {
        if (row == null) {
            return null;
        }
        SummaryStatistics logs = logs(Arrays.stream(row.forks()), 1);
        return of(logs.getMean(), error(logs), logs.getN() - 1);
    }

    /** With the degrees of freedom of the smaller: no interval is narrower than it should be. */
    private static Ratio ofUnpaired(SummaryStatistics own, SummaryStatistics other) {
        return of(own.getMean() - other.getMean(), Math.hypot(error(own), error(other)),
                Math.min(own.getN(), other.getN()) - 1);
    }

    /** Something that does not scatter. */
    static Ratio exactly(double value) {
        return new Ratio(value, value, value);
    }

    private static SummaryStatistics logs(DoubleStream values, double sign) {
        SummaryStatistics logs = new SummaryStatistics();
        values.forEach(value -> logs.addValue(sign * Math.log(value)));
        return logs;
    }

    /** Standard error of the mean. */
    private static double error(SummaryStatistics logs) {
        return logs.getStandardDeviation() / Math.sqrt(logs.getN());
    }

    private static Ratio of(double log, double error, long degreesOfFreedom) {
        double half = degreesOfFreedom < 2 ? Double.NaN : error
                * new TDistribution(degreesOfFreedom)
                        .inverseCumulativeProbability((1 + CONFIDENCE) / 2);
        return new Ratio(Math.exp(log), Math.exp(log - half), Math.exp(log + half));
    }

    /** Whether the interval leaves no doubt about being at most a bound, or above it. */
    boolean isDecided(double bound) {
        return high <= bound || low > bound;
    }

    /** Whether the ends of the interval differ by at most this share of the lower one. */
    boolean isWithin(double share) {
        return high / low - 1 <= share;
    }

    /** Three digits that say something, and the interval if there is one. */
    @Override
    public String toString() {
        return Double.isNaN(low) || low == high ? digits(value)
                : digits(value) + " [" + digits(low) + ", " + digits(high) + "]";
    }

    private static String digits(double number) {
        return String.format(Locale.ROOT, number < 10 ? "%.2f" : number < 100 ? "%.1f" : "%.0f",
                number);
    }
}
