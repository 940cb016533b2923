// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import nocowrace.stress.OutcomeId;

/** The samples of some forks together. */
sealed class Tally permits CellRun {

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

    Map<String, Long> outcomes() {
        return outcomes;
    }

    long samples() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Forbidden outcomes; a count. */
    long bad() {
        return outcomes.entrySet().stream().filter(e -> OutcomeId.isForbidden(e.getKey()))
                .mapToLong(Map.Entry::getValue).sum();
    }

    /**
     * Forbidden outcomes in words, most frequent first: "306 ERROR, 47 LOST".
     *
     * @return a line for each fate; "0 bad" if there was none
     */
    List<String> badByFate() {
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

    /** A count with separators, in at most 13 characters. */
    static String number(double count) {
        return String.format(Locale.ROOT, count < 1e10 ? "%,.0f" : "%.3e", count);
    }

    double seconds() {
        return nanos / 1e9;
    }

    int forks() {
        return forks;
    }

    int hungForks() {
        return hungForks;
    }

    int failedForks() {
        return failedForks;
    }

    /** Forbidden outcomes per sample; 0 without samples. */
    double rate() {
        return samples() == 0 ? 0 : (double) bad() / samples();
    }

    /** Lower end of the rate's 95 % interval, Wilson's; 0 without hits or samples. */
    double rateLower95() {
        return bad() == 0 ? 0 : Math.max(0, centre() - half());
    }

    /**
     * Upper end of the rate's 95 % interval: the rule of three without hits, Wilson's score
     * interval with them; 1 without samples.
     */
    double rateUpper95() {
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
