// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import nocowrace.model.wait.Waiter;

/**
 * A CPU's walk through the steps of its {@link Column}. Three engines run the very same steps and
 * differ only in who takes the next step, and when: {@link #run} on a real thread, {@link Replay}
 * in a given order on one thread, and an explorer in every order.
 *
 * <p>A task is run once, by one thread.
 */
public abstract class Task extends Waiter {

    /** Steps between two looks at the clock; a count. Only passes that repeat get this far. */
    private static final int STEPS_PER_LOOK = 1024;

    /** What the tasks of the file system share. */
    protected final FsInfo fs;

    private final Column column;

    /** The step that comes next; null at the end. */
    private Step<?> at;

    /** The task whose steps are taken instead of this one's until it ends; null if none. */
    private Task callee;

    /** Whether another task has called this one: then that one's CPU is counted, not this one. */
    private boolean called;

    /** What a step found, in words, and which; for the one who watches, no part of the state. */
    private transient String note;
    private transient Step<?> noted;

    private boolean hung;
    private Errno error;
    private long timeoutNanos = Long.MAX_VALUE;
    private long firstLookNanos;

    /**
     * Makes a task that stands before its first step. Until it ends, others count on it to wake
     * them.
     *
     * @param fs what it works on
     * @param column the steps it takes
     */
    protected Task(FsInfo fs, Column column) {
        super(fs.runQueue());
        this.fs = fs;
        this.column = column;
        at = column.first();
    }

    /**
     * Runs to the end on the calling thread.
     *
     * @param timeout after how long without an end the task counts as hung, ns, looked at only
     *        where it sleeps or repeats itself; a deadlock among the file system's tasks is noticed
     *        at once
     * @return true if it ended, false if it hangs
     * @throws RuntimeException if a step found the state to be impossible; others no longer count
     *         on this task then
     */
    public final boolean run(long timeout) {
        timeoutNanos = timeout;
        attachThread();
        boolean broken = true;
        try {
            for (int steps = 1; at != null && !hung; steps++) {
                takeStep();
                if (steps % STEPS_PER_LOOK == 0 && isOverdue()) {
                    hung = true;
                }
            }
            broken = false;
        } finally {
            if (broken) {
                retire();
            }
        }
        return !hung;
    }

    /** Takes one step. */
    @SuppressWarnings("unchecked") // a column lists steps of its own kind of task only
    final void takeStep() {
        if (callee == null) {
            noted = null;
            at = column.resolve(at, ((Step<Task>) at).run(this));
            if (at == null && !called) {
                retire();
            }
            return;
        }
        callee.takeStep();
        hung |= callee.hung;
        note = callee.note;
        noted = callee.noted;
        if (callee.at == null) {
            if (callee.error != null) {
                fail(callee.error);
            }
            callee = null;
        }
    }

    /**
     * Takes all steps of another task on this CPU, before this task goes on. Its error, if it ends
     * with one, becomes this task's.
     *
     * @param task a new one
     * @param then the step after it
     * @return then
     */
    protected final Step<?> call(Task task, Step<?> then) {
        callee = task;
        task.called = true;
        task.retire();
        task.attachThreadOf(this);
        task.timeoutNanos = timeoutNanos;
        return then;
    }

    /**
     * Makes an ended task stand before its first step again.
     *
     * @throws IllegalStateException if it has not ended
     */
    protected final void rearm() {
        if (at != null || called) {
            throw new IllegalStateException(this + " has not ended");
        }
        at = column.first();
        error = null;
        firstLookNanos = 0;
        unretire();
    }

    /** The last part of a wait. Engines on one thread never get here before the wake-up. */
    final void sleep() {
        if (!schedule()) {
            hung = true;
        }
    }

    @Override
    protected final boolean isOverdue() {
        long now = System.nanoTime();
        if (firstLookNanos == 0) {
            firstLookNanos = now;
        }
        return now - firstLookNanos > timeoutNanos;
    }

    /**
     * The step that comes next; that of the called task, while there is one.
     *
     * @return null once the task has ended
     */
    public final Step<?> at() {
        return callee == null ? at : callee.at();
    }

    /**
     * What it works on.
     *
     * @return what the tasks of the file system share
     */
    public final FsInfo fs() {
        return fs;
    }

    /**
     * The task whose steps are taken on this CPU.
     *
     * @return this one, or the one that it has called, and so on
     */
    public final Task innermost() {
        return callee == null ? this : callee.innermost();
    }

    /**
     * Tells whether a step can be taken now.
     *
     * @return false once the task has ended, or while it sleeps
     */
    public final boolean isRunnable() {
        return at != null && !isAsleep();
    }

    /**
     * Tells whether the task sleeps until somebody wakes it.
     *
     * @return true if it stands in a sleep and has not been woken
     */
    public final boolean isAsleep() {
        return callee == null ? at != null && at.isSleep() && isWaiting() : callee.isAsleep();
    }

    /**
     * Tells whether the task will never end.
     *
     * @return true after a {@link #run} that returned false
     */
    public final boolean isHung() {
        return hung;
    }

    /**
     * Says what the current step has found or done, if it is worth telling.
     *
     * @param words a constant
     */
    protected final void note(String words) {
        note = words;
        noted = at;
    }

    /**
     * What a step that was just taken has found or done.
     *
     * @param step the step
     * @return a few words, or null if it had nothing to tell
     */
    public final String noteOn(Step<?> step) {
        return noted == step ? note : null;
    }

    /**
     * How it went.
     *
     * @return the first error, or null
     */
    public final Errno error() {
        return error;
    }

    /**
     * Notes an error; the first one stays. For steps.
     *
     * @param errno what went wrong
     */
    public final void fail(Errno errno) {
        if (error == null) {
            error = errno;
        }
    }

    /**
     * Goes on in the column; for steps.
     *
     * @return the step that the column lists after the entry of the current one
     */
    public final Step<?> next() {
        return column.after(at);
    }

    /**
     * Tells what the column lists after some entry.
     *
     * @param step a step of this column
     * @return what follows its entry; null at the end of a branch
     */
    protected final Step<?> after(Step<?> step) {
        return column.after(step);
    }

    /**
     * Repeats the current step, with whatever has changed.
     *
     * @return the current step
     */
    protected final Step<?> again() {
        return at;
    }

    /**
     * Ends the task.
     *
     * @return no step
     */
    protected static Step<?> end() {
        return null;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + (at == null ? " at its end" : " at " + at());
    }
}
