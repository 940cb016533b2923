// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import java.util.List;

/**
 * Runs tasks on one thread, in a given order of labels. An entry's label stands for all of its
 * steps, up to where the task goes on with another entry, ends, or falls asleep. The label of a
 * smaller step (W6.leave) stands for that step alone, and so does an entry's label with a dot after
 * it (W6.).
 *
 * <pre>{@code
 * new Replay(relocation, write).run("W1 W2 W3  R1 R2 R3 R5 R6  W5 W8 W9 W10 W11  R7 R8 R9");
 * }</pre>
 */
public final class Replay {

    private final List<Task> tasks;

    /**
     * Prepares tasks for replay.
     *
     * @param tasks all of them; no two may stand at the same label when it is called
     */
    public Replay(Task... tasks) {
        this.tasks = List.of(tasks);
    }

    /**
     * Takes steps in the given order.
     *
     * @param labels what to run, separated by white space
     * @return this
     * @throws IllegalStateException if no task, or more than one, stands at a label, or if the one
     *         that does is asleep
     */
    public Replay run(String labels) {
        for (String label : labels.strip().split("\\s+")) {
            runOne(label);
        }
        return this;
    }

    private void runOne(String label) {
        boolean whole = label.indexOf('.') < 0;
        String exact = label.endsWith(".") ? label.substring(0, label.length() - 1) : label;
        List<Task> there = tasks.stream()
                .filter(task -> task.at() != null
                        && (whole ? task.at().entry() : task.at()).label().equals(exact))
                .toList();
        if (there.size() != 1) {
            throw new IllegalStateException(there.size() + " tasks stand at " + label + ": "
                    + tasks);
        }
        Task task = there.get(0);
        if (task.isAsleep()) {
            throw new IllegalStateException(task + " is asleep");
        }
        Step<?> entry = task.at().entry();
        do {
            task.takeStep();
        } while (whole && task.isRunnable() && task.at().entry() == entry);
    }

    /**
     * Takes one step of a task.
     *
     * @param task one that is runnable
     * @throws IllegalStateException if it has ended or is asleep
     */
    public static void step(Task task) {
        if (!task.isRunnable()) {
            throw new IllegalStateException(task + " cannot take a step");
        }
        task.takeStep();
    }

    /**
     * Runs one task as far as it can go.
     *
     * @param task one of the tasks
     * @return this; the task has ended or is asleep
     */
    public Replay finish(Task task) {
        while (task.isRunnable()) {
            task.takeStep();
        }
        return this;
    }
}
