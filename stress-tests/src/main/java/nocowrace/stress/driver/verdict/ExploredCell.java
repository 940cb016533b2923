// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import nocowrace.engine.Step;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.Protocol;
import nocowrace.stress.scenario.Fate;
import nocowrace.stress.scenario.OutcomeId;
import nocowrace.stress.scenario.Race;
import nocowrace.stress.scenario.Scenario;

/** One cell of the table in every order of its steps. */
public final class ExploredCell {

    /** Which forbidden outcome to show first, if there are several. */
    private static final List<Fate> GRAVEST = List.of(Fate.CORRUPT, Fate.LOST, Fate.ERROR,
            Fate.LEAK, Fate.HUNG);

    private final Scenario scenario;
    private final Protocol protocol;
    private volatile Explorer.Result result;

    /**
     * Creates a cell that is not explored yet.
     *
     * @param scenario its row
     * @param protocol its column
     */
    public ExploredCell(Scenario scenario, Protocol protocol) {
        this.scenario = scenario;
        this.protocol = protocol;
    }

    /**
     * Takes the steps in every order; once.
     *
     * @param maxStates bound on distinct states; a count
     */
    public void explore(int maxStates) {
        result = Explorer.explore(() -> scenario.start(protocol), maxStates);
    }

    /** The scenario, which is the row of the table. */
    public Scenario scenario() {
        return scenario;
    }

    /** The protocol, which is the column of the table. */
    public Protocol protocol() {
        return protocol;
    }

    /** The name of the cell: scenario/protocol. */
    public String name() {
        return scenario.id() + "/" + protocol.name();
    }

    /** Whether {@link #explore} has ended; the methods below need it. */
    public boolean isExplored() {
        return result != null;
    }

    /** What the explorer found; null before. */
    public Explorer.Result result() {
        return result;
    }

    boolean isBroken() {
        return result.outcomes().keySet().stream().anyMatch(OutcomeId::isForbidden);
    }

    /** What was found, in a word. */
    public String verdict() {
        return isBroken() ? "broken" : result.complete() ? "safe" : "open";
    }

    /**
     * Whether the exploration says exactly what the table does, and each invariant holds in every
     * state of a safe cell; an incomplete one never does.
     */
    public boolean isAsExpected() {
        return result.complete() && result.outcomes().keySet().equals(scenario.outcomes(protocol))
                && (isBroken() || result.violations().isEmpty());
    }

    /** The gravest forbidden outcome that was reached; empty if there is none. */
    public Optional<String> worst() {
        return GRAVEST.stream().flatMap(fate -> result.outcomes().keySet().stream()
                .filter(id -> id.endsWith("/" + fate))).findFirst();
    }

    /**
     * The shortest order that ends in an outcome.
     *
     * @param outcome the id of one that was reached
     * @return CPU, label and kernel function of each step
     */
    public List<String> steps(String outcome) {
        List<String> steps = new ArrayList<>();
        Race race = scenario.start(protocol);
        for (Explorer.Move move : result.outcomes().get(outcome)) {
            Step<?> step = race.tasks().get(move.task()).at();
            steps.add("CPU" + (move.task() + 1) + " " + step.label() + " "
                    + step.function());
            try {
                move.take(race);
            } catch (RuntimeException e) { // the last step of an order that ends so
                return steps;
            }
        }
        return steps;
    }
}
