// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.replay;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import nocowrace.engine.Step;
import nocowrace.engine.Task;

/**
 * Runs tasks on one thread, in a given order of labels. An entry's label stands for all of its
 * steps, up to where the task goes on with another entry, ends, or falls asleep. The label of a
 * smaller step (W6.leave) stands for that step alone, and so does an entry's label with a dot after
 * it (W6.).
 *
 * <p>Where several tasks may stand at the same label, a number and a colon say which is meant:
 * {@code 2:W1} is W1 of the second task. A task can also have a {@link #name}.
 *
 * <pre>{@code
 * new Replay(relocation, write).run("W1 W2 W3  R1 R2 R3 R5 R6  W5 W8 W9 W10 W11  R7 R8 R9");
 * }</pre>
 */
public final class Replay {

    private final List<Task> tasks;

    /** By what stands before the colon: numbers from 1 on, and names. */
    private final Map<String, Task> byName = new HashMap<>();

    /**
     * Prepares tasks for replay.
     *
     * @param tasks all of them, numbered from 1 on
     * @throws IllegalArgumentException if one is null or given twice, or they are not of one
     *         world
     */
    public Replay(Task... tasks) {
        for (Task task : tasks) {
            if (task == null || task.world() != tasks[0].world() || byName.containsValue(task)) {
                throw new IllegalArgumentException(task + " among " + Arrays.toString(tasks)
                        + ": null, twice, or of another world");
            }
            byName.put(String.valueOf(byName.size() + 1), task);
        }
        this.tasks = List.of(tasks);
    }

    /**
     * Gives a task a name, for labels such as {@code reader:D1}.
     *
     * @param name a letter, then letters, digits and hyphens; no other task has it
     * @param task one of the tasks
     * @return this
     * @throws IllegalArgumentException if the name is not of that form, or taken, or the task is
     *         none of these
     */
    public Replay name(String name, Task task) {
        requireOwn(task);
        if (!name.matches("\\p{Alpha}[\\p{Alnum}-]*")) {
            throw new IllegalArgumentException("name '" + name + "' is not a letter, then letters,"
                    + " digits and hyphens");
        }
        Task other = byName.putIfAbsent(name, task);
        if (other != null && other != task) {
            throw new IllegalArgumentException("name '" + name + "' belongs to " + other);
        }
        return this;
    }

    private void requireOwn(Task task) {
        if (!tasks.contains(task)) {
            throw new IllegalArgumentException(task + " is not among " + tasks);
        }
    }

    /**
     * Takes steps in the given order.
     *
     * @param labels what to run, separated by white space
     * @return this
     * @throws IllegalArgumentException if no task has the number or name before a colon
     * @throws IllegalStateException if no task, or more than one, stands at a label, or if the one
     *         that does is asleep or can take no step
     */
    public Replay run(String labels) {
        for (String label : labels.strip().split("\\s+")) {
            runOne(label);
        }
        return this;
    }

    private void runOne(String addressed) {
        int colon = addressed.indexOf(':');
        List<Task> among = colon < 0 ? tasks : List.of(named(addressed.substring(0, colon)));
        String label = addressed.substring(colon + 1);
        boolean whole = label.indexOf('.') < 0;
        String exact = label.endsWith(".") ? label.substring(0, label.length() - 1) : label;
        List<Task> there = among.stream()
                .filter(task -> task.at() != null
                        && (whole ? task.at().entry() : task.at()).label().equals(exact))
                .toList();
        if (there.size() != 1) {
            throw new IllegalStateException(there.size() + " tasks stand at " + addressed + ": "
                    + there.stream().map(task -> tasks.indexOf(task) + 1 + ":" + label).toList()
                    + " among " + among);
        }
        Task task = there.get(0);
        Step<?> entry = task.at().entry();
        do {
            task.takeStep();
        } while (whole && task.isRunnable() && task.at().entry() == entry);
    }

    private Task named(String name) {
        Task task = byName.get(name);
        if (task == null) {
            throw new IllegalArgumentException("no task " + name + " among " + byName);
        }
        return task;
    }

    /**
     * Runs one task as far as it can go. If it has ended or is asleep already, nothing happens.
     *
     * @param task one of the tasks
     * @return this; the task has ended or is asleep
     * @throws IllegalArgumentException if the task is none of these
     */
    public Replay finish(Task task) {
        requireOwn(task);
        while (task.isRunnable()) {
            task.takeStep();
        }
        return this;
    }
}
