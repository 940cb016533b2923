// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import nocowrace.model.Protocol;
import nocowrace.model.explore.Explorer;
import nocowrace.model.task.Replay;
import nocowrace.model.task.Step;
import nocowrace.model.task.Task;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Race;
import nocowrace.stress.Scenario;

/** One cell of the table in every order of its steps. */
final class ExploredCell {

    /**
     * A step of an order.
     *
     * @param cpu which CPU takes it, from 1
     * @param step which step
     * @param note what it found or did; null if that goes without saying
     * @param asleep whether the CPU sleeps after it
     */
    record Taken(int cpu, Step<?> step, String note, boolean asleep) {
        @Override
        public String toString() {
            return "CPU" + cpu + " " + step.label() + " " + step.kernelFunction();
        }
    }

    /** Which forbidden outcome to show first, if there are several. */
    private static final List<String> GRAVEST = List.of("CORRUPT", "LOST", "ERROR", "LEAK", "HUNG");

    private final Scenario scenario;
    private final Protocol protocol;
    private final Explorer.Result result;

    ExploredCell(Scenario scenario, Protocol protocol, int maxStates) {
        this.scenario = scenario;
        this.protocol = protocol;
        result = Explorer.explore(() -> scenario.start(protocol), maxStates);
    }

    Scenario scenario() {
        return scenario;
    }

    Protocol protocol() {
        return protocol;
    }

    Explorer.Result result() {
        return result;
    }

    boolean isBroken() {
        return result.outcomes().keySet().stream().anyMatch(OutcomeId::isForbidden);
    }

    /** Whether the exploration says what the table does; an incomplete one never does. */
    boolean isAsExpected() {
        return result.complete() && isBroken() == scenario.isBroken(protocol);
    }

    /** The gravest forbidden outcome that was reached; empty if there is none. */
    Optional<String> worst() {
        return GRAVEST.stream().flatMap(fate -> result.outcomes().keySet().stream()
                .filter(id -> id.endsWith("/" + fate))).findFirst();
    }

    /** The shortest order that ends in an outcome. */
    List<Taken> order(String outcome) {
        List<Taken> order = new ArrayList<>();
        Race race = scenario.start(protocol);
        List<Task> tasks = race.tasks();
        for (int index : result.outcomes().get(outcome)) {
            Task task = tasks.get(index);
            Step<?> step = task.at();
            Replay.step(task);
            order.add(new Taken(index + 1, step, task.noteOn(step), task.isAsleep()));
        }
        return order;
    }

    @Override
    public String toString() {
        return scenario.id() + "/" + protocol.name() + " " + result.outcomes().keySet();
    }
}
