// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import nocowrace.harness.Environment;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.scenario.Scenario;

/** One cell of the table, scenario and protocol, and what its forks have shown so far. */
public final class CellRun extends Tally {

    /**
     * A cell without a forbidden outcome is clean if its samples would have shown at least so many
     * at the rate of the scenario's broken variant; a count.
     */
    public static final double ENOUGH_EXPECTED = 50;

    /** Forks without samples that are kept with their messages and stack dumps; a count. */
    private static final int MOST_TROUBLES = 20;

    /** Forbidden outcomes after which a broken cell's rate is known well enough; a count. */
    static final long ENOUGH_BAD = 200;

    private final Scenario scenario;
    private final Protocol protocol;
    private final Map<String, Tally> configurations = new TreeMap<>();
    private final Map<Environment, Tally> environments = new LinkedHashMap<>();
    private final List<Fork> troubles = new ArrayList<>();

    CellRun(Scenario scenario, Protocol protocol) {
        this.scenario = scenario;
        this.protocol = protocol;
    }

    /** The scenario, which is the row of the table. */
    public Scenario scenario() {
        return scenario;
    }

    /** The protocol, which is the column of the table. */
    public Protocol protocol() {
        return protocol;
    }

    /** The test as JCStress runs it. */
    public Scenario.Test test() {
        return scenario.test(protocol);
    }

    /** The name of the cell: scenario/protocol. */
    public String name() {
        return scenario.id() + "/" + protocol.name();
    }

    /** Whether the table expects a forbidden outcome. */
    public boolean isExpectedBroken() {
        return scenario.isBroken(protocol);
    }

    /**
     * Adds the samples of a fork.
     *
     * @param fork its result
     * @param environment where it ran
     */
    public void add(Fork fork, Environment environment) {
        add(fork);
        configurations.computeIfAbsent(fork.configuration(), c -> new Tally()).add(fork);
        environments.computeIfAbsent(environment, e -> new Tally()).add(fork);
        if (fork.status() != Fork.Status.OK && troubles.size() < MOST_TROUBLES) {
            troubles.add(fork);
        }
    }

    /** By configuration, in alphabetical order. */
    public Map<String, Tally> configurations() {
        return configurations;
    }

    /** By where it ran. */
    public Map<Environment, Tally> environments() {
        return environments;
    }

    /** The first forks without samples; {@link #hungForks} and {@link #failedForks} count all. */
    public List<Fork> troubles() {
        return troubles;
    }

    /** Tells whether more forks could only repeat what is known. */
    boolean isDecided() {
        return isExpectedBroken() && bad() >= ENOUGH_BAD;
    }

    /**
     * Judges the cell.
     *
     * @param expectedIfBroken forbidden outcomes that its samples would have shown if it were as
     *        broken as the rarest broken variant of its scenario; a count
     */
    Verdict verdict(double expectedIfBroken) {
        if (samples() == 0) {
            return hungForks() > 0 && !isExpectedBroken() ? Verdict.VIOLATED : Verdict.NOT_RUN;
        }
        if (!scenario.outcomes(protocol).containsAll(outcomes().keySet())) {
            return Verdict.VIOLATED; // no order of the steps explains this
        }
        if (isExpectedBroken()) {
            return bad() > 0 ? Verdict.REPRODUCED : Verdict.NOT_REPRODUCED;
        }
        if (bad() > 0 || hungForks() > 0) {
            return Verdict.VIOLATED;
        }
        return expectedIfBroken >= ENOUGH_EXPECTED ? Verdict.CLEAN : Verdict.WEAK;
    }
}
