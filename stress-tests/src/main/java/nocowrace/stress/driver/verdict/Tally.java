// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.scenario.OutcomeId;

/** The samples of some forks together. */
public sealed class Tally permits CellRun {

    /** The normal distribution's two-sided 95 % point. */
    private static final double Z = 1.96;

    private final Map<String, Long> outcomes = new TreeMap<>();
    private long nanos;
    private int forks;
    private int hungForks;
    private int failedForks;

    /** Adds the samples of a fork. */
    void add(Fork fork) {
        fork.outcomes().forEach((id, count) -> outcomes.merge(id, count, Long::sum));
        nanos += fork.nanos();
        forks++;
        switch (fork.status()) {
            case OK -> { }
            case HUNG -> hungForks++;
            case FAILED -> failedForks++;
            default -> throw new IllegalStateException(fork.toString());
        }
    }

    /** Samples by outcome id, in alphabetical order. */
    public Map<String, Long> outcomes() {
        return outcomes;
    }

    /** All samples; a count. */
    public long samples() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Forbidden outcomes; a count. */
    public long bad() {
        return outcomes.entrySet().stream().filter(e -> OutcomeId.isForbidden(e.getKey()))
                .mapToLong(Map.Entry::getValue).sum();
    }

    /**
     * Forbidden outcomes in words, most frequent first: "306 ERROR, 47 LOST".
     *
     * @return a line for each fate; "0 bad" if there was none
     */
    public List<String> badByFate() {
        Map<String, Long> fates = new TreeMap<>();
        outcomes.forEach((id, count) -> {
            if (OutcomeId.isForbidden(id)) {
                fates.merge(id.substring(id.indexOf('/') + 1), count, Long::sum);
            }
        });
        return fates.isEmpty() ? List.of("0 bad") : fates.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(fate -> number(fate.getValue()) + " " + fate.getKey()).toList();
    }

    /**
     * A count with separators.
     *
     * @param count at least 0
     * @return at most 13 characters
     */
    public static String number(double count) {
        return String.format(Locale.ROOT, count < 1e10 ? "%,.0f" : "%.3e", count);
    }

    /** Time of the forks, s. */
    public double seconds() {
        return nanos / 1e9;
    }

    /** All forks; a count. */
    public int forks() {
        return forks;
    }

    /** Forks that were killed because they hung; a count. */
    public int hungForks() {
        return hungForks;
    }

    /** Forks that ended without samples in any other way; a count. */
    public int failedForks() {
        return failedForks;
    }

    /** Forbidden outcomes per sample; 0 without samples. */
    public double rate() {
        return samples() == 0 ? 0 : (double) bad() / samples();
    }

    /** Lower end of the rate's 95 % interval, Wilson's; 0 without hits or samples. */
    public double rateLower95() {
        return bad() == 0 ? 0 : Math.max(0, centre() - half());
    }

    /**
     * Upper end of the rate's 95 % interval: the rule of three without hits, Wilson's score
     * interval with them; 1 without samples.
     */
    public double rateUpper95() {
        if (samples() == 0) {
            return 1;
        }
        return Math.min(1, bad() == 0 ? 3.0 / samples() : centre() + half());
    }

    private double centre() {
        double n = samples();
        return (rate() + Z * Z / (2 * n)) / (1 + Z * Z / n);
    }

    private double half() {
        double n = samples();
        return Z * Math.sqrt(rate() * (1 - rate()) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n);
    }
}
