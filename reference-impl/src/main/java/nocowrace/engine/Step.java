// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import nocowrace.engine.wait.WaitQueue;

/**
 * A named unit of a task: one critical section of the kernel, or less. It never blocks but in a
 * sleep, and it says which step comes next.
 *
 * <p>An <em>entry</em> is a step that a {@link Column} lists; its label is a letter and a number
 * (R4). The smaller steps of an entry carry its label, a dot and a word (R4.look).
 *
 * @param <T> the task whose step it is
 */
public final class Step<T extends Task> {

    /**
     * What a step does.
     *
     * @param <T> the task whose step it is
     */
    @FunctionalInterface
    public interface Action<T extends Task> {

        /**
         * Does the work of one critical section.
         *
         * @param task the task; only the thread that runs it calls this
         * @return the next step: one of the task's constants, {@link Task#next()} for whatever the
         *         protocol's column lists after this entry, or {@link Task#end()}
         */
        Step<?> run(T task);
    }

    private static final AtomicInteger IDS = new AtomicInteger();

    private final String label;
    private final String kernelFunction;
    private final Action<? super T> action;
    private final boolean sleep;
    private final Step<?> entry;
    private final int id;

    /** The first step of the wait to which this one belongs; this, if it is in none. */
    private final Step<?> whole;

    /** The smaller steps of an entry, by what stands behind its label; null in those. */
    private final Map<String, Step<?>> parts;

    private Step(String label, String kernelFunction, Action<? super T> action, boolean sleep,
            Step<?> entry, Step<?> whole) {
        this.label = label;
        this.kernelFunction = kernelFunction;
        this.action = action;
        this.sleep = sleep;
        this.entry = entry == null ? this : entry;
        this.whole = whole == null ? this : whole;
        id = entry == null ? IDS.getAndIncrement() : entry.id;
        parts = entry == null ? new ConcurrentHashMap<>() : null;
        if (entry != null) {
            entry.parts.put(label.substring(entry.label.length() + 1), this);
        }
    }

    /**
     * Makes an entry.
     *
     * @param <T> the task
     * @param label letter and number
     * @param kernelFunction the kernel's function whose critical section it is
     * @param action what it does
     * @return the step
     */
    public static <T extends Task> Step<T> step(String label, String kernelFunction,
            Action<? super T> action) {
        return new Step<>(label, kernelFunction, action, false, null, null);
    }

    /**
     * Makes an entry that waits, and then goes on in the column.
     *
     * @param <T> the task
     * @param label letter and number
     * @param kernelFunction the kernel's function that waits
     * @param queue where to wait
     * @param done looks whether the wait is over; may take what it waited for
     * @return the first step: a look before anything is enqueued
     */
    public static <T extends Task> Step<T> waitUntil(String label, String kernelFunction,
            Function<T, WaitQueue> queue, Predicate<T> done) {
        return waitUntil(label, kernelFunction, queue, done, Task::next);
    }

    /**
     * Makes an entry that waits.
     *
     * @param <T> the task
     * @param label letter and number
     * @param kernelFunction the kernel's function that waits
     * @param queue where to wait
     * @param done looks whether the wait is over; may take what it waited for
     * @param then what comes after it; touches nothing that is shared
     * @return the first step: a look before anything is enqueued
     */
    public static <T extends Task> Step<T> waitUntil(String label, String kernelFunction,
            Function<T, WaitQueue> queue, Predicate<T> done, Action<? super T> then) {
        return new Wait<>(queue, done, then).first(label, kernelFunction, null);
    }

    /**
     * Makes a smaller step of this entry.
     *
     * @param word what it does, one word
     * @param function the kernel's function whose critical section it is
     * @param action what it does
     * @return the step
     */
    public Step<T> sub(String word, String function, Action<? super T> action) {
        return new Step<>(label + "." + word, function, action, false, entry, null);
    }

    /**
     * Makes a wait within this entry.
     *
     * @param word what it waits for, one word
     * @param function the kernel's function that waits
     * @param queue where to wait
     * @param done looks whether the wait is over; may take what it waited for
     * @param then what comes after it; touches nothing that is shared
     * @return the first step: a look before anything is enqueued
     */
    public Step<T> subWait(String word, String function, Function<T, WaitQueue> queue,
            Predicate<T> done, Action<? super T> then) {
        return new Wait<>(queue, done, then).first(label + "." + word, function, entry);
    }

    /** The steps of one wait: look; enqueue, look again, sleep until woken, and so on. */
    private static final class Wait<T extends Task> {
        private final Function<T, WaitQueue> queue;
        private final Predicate<T> done;
        private final Action<? super T> then;
        private Step<T> enqueue;
        private Step<T> look;
        private Step<T> sleep;

        Wait(Function<T, WaitQueue> queue, Predicate<T> done, Action<? super T> then) {
            this.queue = queue;
            this.done = done;
            this.then = then;
        }

        Step<T> first(String label, String function, Step<?> entry) {
            Step<T> first = new Step<>(label, function,
                    task -> done.test(task) ? then.run(task) : enqueue, false, entry, null);
            enqueue = new Step<>(label + ".enqueue", "prepare_to_wait", task -> {
                queue.apply(task).add(task);
                return look;
            }, false, first.entry, first);
            look = new Step<>(label + ".look", function, task -> {
                if (!done.test(task)) {
                    return sleep;
                }
                queue.apply(task).remove(task);
                return then.run(task);
            }, false, first.entry, first);
            sleep = new Step<>(label + ".sleep", "schedule",
                    task -> task.sleep() ? enqueue : sleep, true, first.entry, first);
            return first;
        }
    }

    /**
     * Does the work of this step; for engines, and for a step of which it is a part.
     *
     * @param task whose turn it is
     * @return what it says comes next
     */
    public Step<?> run(T task) {
        return action.run(task);
    }

    /**
     * A smaller step of this entry.
     *
     * @param words what stands in its label behind this one's and the dot, such as sleep, or
     *        zero.look
     * @return the step that was made last with that label
     * @throws IllegalArgumentException if there is none
     */
    @SuppressWarnings("unchecked") // the steps of an entry are steps of the same kind of task
    public Step<T> part(String words) {
        Step<T> part = (Step<T>) entry.parts.get(words);
        if (part == null) {
            throw new IllegalArgumentException(label + " has no " + words + ": "
                    + entry.parts.keySet());
        }
        return part;
    }

    /**
     * The name by which the project speaks of this step.
     *
     * @return for example W4, or W4.enter
     */
    public String label() {
        return label;
    }

    /**
     * The source of what it does.
     *
     * @return name of a function of the kernel
     */
    public String kernelFunction() {
        return kernelFunction;
    }

    /**
     * Tells whether this step lasts until the task is woken.
     *
     * @return true for a sleep
     */
    public boolean isSleep() {
        return sleep;
    }

    /**
     * The step under whose label a column lists this one.
     *
     * @return this, if it is an entry itself
     */
    public Step<?> entry() {
        return entry;
    }

    /** The first step of the wait to which this one belongs; this, if it is in none. */
    Step<?> whole() {
        return whole;
    }

    /** Position of the entry in a column's table; small, unique among entries. */
    int id() {
        return id;
    }

    @Override
    public String toString() {
        return label;
    }
}
