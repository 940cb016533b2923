// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.util.Map;
import java.util.TreeMap;
import nocowrace.model.Protocol;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Scenario;

/** One cell of the table, scenario and protocol, and what its forks have shown so far. */
final class CellRun {

    /** Losses that the broken variant's rate would have given, from which on none means none. */
    static final double ENOUGH_EXPECTED = 50;

    /** Forbidden outcomes after which a broken cell's rate is known well enough; a count. */
    static final long ENOUGH_BAD = 200;

    private final Scenario scenario;
    private final Protocol protocol;
    private final Map<String, Long> outcomes = new TreeMap<>();
    private long nanos;
    private int forks;
    private int hungForks;
    private int failedForks;

    CellRun(Scenario scenario, Protocol protocol) {
        this.scenario = scenario;
        this.protocol = protocol;
    }

    Scenario scenario() {
        return scenario;
    }

    Protocol protocol() {
        return protocol;
    }

    String name() {
        return scenario.id() + "/" + protocol.name();
    }

    boolean isExpectedBroken() {
        return scenario.isBroken(protocol);
    }

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

    /** Tells whether more forks could only repeat what is known. */
    boolean isDecided() {
        return isExpectedBroken() && bad() >= ENOUGH_BAD;
    }

    Map<String, Long> outcomes() {
        return outcomes;
    }

    long samples() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }

    long bad() {
        return outcomes.entrySet().stream().filter(e -> OutcomeId.isForbidden(e.getKey()))
                .mapToLong(Map.Entry::getValue).sum();
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

    /**
     * Upper end of the rate's 95 % interval: the rule of three without hits, Wilson's score
     * interval with them; 1 without samples.
     */
    double rateUpper95() {
        long n = samples();
        if (n == 0) {
            return 1;
        }
        if (bad() == 0) {
            return Math.min(1, 3.0 / n);
        }
        double z = 1.96;
        double p = rate();
        double centre = p + z * z / (2 * n);
        double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
        return Math.min(1, (centre + half) / (1 + z * z / n));
    }

    /**
     * Judges the cell.
     *
     * @param expectedIfBroken losses that its samples would have shown if it were as broken as the
     *        rarest broken variant of its scenario
     */
    Verdict verdict(double expectedIfBroken) {
        if (samples() == 0) {
            return hungForks > 0 && !isExpectedBroken() ? Verdict.VIOLATED : Verdict.NOT_RUN;
        }
        if (!scenario.outcomes(protocol).containsAll(outcomes.keySet())) {
            return Verdict.VIOLATED; // no order of the steps explains this
        }
        if (isExpectedBroken()) {
            return bad() > 0 ? Verdict.REPRODUCED : Verdict.NOT_REPRODUCED;
        }
        if (bad() > 0 || hungForks > 0) {
            return Verdict.VIOLATED;
        }
        return expectedIfBroken >= ENOUGH_EXPECTED ? Verdict.CLEAN : Verdict.WEAK;
    }
}
