// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import nocowrace.engine.replay.Replay;
import nocowrace.engine.wait.Waiter;

/**
 * A CPU's walk through the steps of its {@link Column}. Three engines run the very same steps and
 * differ only in who takes the next step, and when: {@link #run} on a real thread, {@link Replay}
 * in a given order on one thread, and an explorer in every order.
 *
 * <p>A task is run once, by one thread at a time. A sleeper counts on the tasks that {@link #run}
 * is running, and on those that were {@link #enlist enlisted}: if all of them sleep, that is a
 * deadlock. A task that no engine runs is not counted on, wherever it stands.
 */
public abstract class Task extends Waiter {

    private static final VarHandle RUNNER;

    static {
        try {
            RUNNER = MethodHandles.lookup().findVarHandle(Task.class, "runner", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Whether the next step can be taken. */
    private enum Condition {
        /** It can, unless the task sleeps or has ended. */
        SOUND,
        /** {@link #run} has returned false. */
        HUNG,
        /** A step threw. */
        BROKEN,
        /** {@link #abandon} was called. */
        ABANDONED
    }

    /** Steps between two looks at the clock; a count. Only passes that repeat get this far. */
    private static final int STEPS_PER_LOOK = 1024;

    /** What the tasks of this sample share. */
    private final transient World world;

    private final Column column;

    /** The step that comes next; null at the end. */
    private Step<?> at;

    /** The task whose steps are taken instead of this one's until it ends; null if none. */
    private Task callee;

    /** Whether another task has called this one: then that one's CPU is counted, not this one. */
    private boolean called;

    /** What the last step found, in words; for the one who watches, no part of the state. */
    private transient String note;

    private Condition condition = Condition.SOUND;
    private Enum<?> error;
    private long timeoutNanos = Long.MAX_VALUE;
    private long firstLookNanos;

    /** The thread that takes steps at this moment; null between two runs or steps. */
    private transient volatile Thread runner;

    /**
     * Makes a task that stands before its first step.
     *
     * @param world what the tasks of this sample share
     * @param column the steps it takes
     */
    protected Task(World world, Column column) {
        super(world.runQueue());
        this.world = world;
        this.column = column;
        at = column.first();
    }

    /**
     * Counts this task from now on among those that can wake others, until it ends, hangs, breaks
     * or is abandoned. Wherever several threads run tasks, all of these are enlisted before the
     * first thread begins: otherwise a task could sleep, and be called hung, before the thread of
     * another has come to {@link #run}.
     *
     * @throws IllegalStateException if it can take no step any more, or is called by another task
     */
    public final void enlist() {
        requireUsable();
        join();
    }

    /**
     * Runs to the end on the calling thread.
     *
     * @param timeout after how long without an end the task counts as hung, ns, at least 0; looked
     *        at only where it sleeps or repeats itself. A deadlock among the tasks that are run or
     *        enlisted is noticed at once
     * @return true if it ended, false if it hangs; {@link #at} then names the step
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the task has ended, hangs, is broken or abandoned, is called
     *         by another task, or is being run by another thread
     * @throws RuntimeException what a step threw: it found the state to be impossible
     */
    public final boolean run(long timeout) {
        if (timeout < 0) {
            throw new IllegalArgumentException("timeout " + timeout + " ns is negative");
        }
        claim();
        try {
            join();
            timeoutNanos = timeout;
            for (int steps = 1; at != null && condition == Condition.SOUND; steps++) {
                advance();
                if (steps % STEPS_PER_LOOK == 0 && at != null && isOverdue()) {
                    condition = Condition.HUNG;
                }
            }
        } catch (RuntimeException | Error e) {
            condition = Condition.BROKEN;
            throw e;
        } finally {
            retire();
            release();
        }
        return condition == Condition.SOUND;
    }

    /**
     * Takes one step on the calling thread; for engines that take the steps one by one.
     *
     * @throws IllegalStateException if the task has ended, is asleep, hangs, is broken or
     *         abandoned, or is run by another thread or called by another task
     * @throws RuntimeException what the step threw: it found the state to be impossible
     */
    public final void takeStep() {
        if (isAsleep()) {
            throw new IllegalStateException(this + " is asleep");
        }
        claim();
        try {
            advance();
        } catch (RuntimeException | Error e) {
            condition = Condition.BROKEN;
            retire();
            throw e;
        } finally {
            release();
        }
    }

    /** Makes the calling thread the one that takes steps; refuses where none can be taken. */
    private void claim() {
        attach();
        if (at == null || condition != Condition.SOUND || called) {
            release();
            requireUsable();
        }
    }

    private void attach() {
        if (!RUNNER.compareAndSet(this, (Thread) null, Thread.currentThread())) {
            throw new IllegalStateException(this + " is being run by " + runner);
        }
    }

    private void release() {
        RUNNER.setRelease(this, (Thread) null);
    }

    private void requireUsable() {
        if (at == null || condition != Condition.SOUND) {
            throw new IllegalStateException(this + " can take no step any more");
        }
        if (called) {
            throw new IllegalStateException(this + " is called by another task");
        }
    }

    /**
     * Gives the task up: it is no longer counted on, and no step of it is taken any more. It
     * leaves the queue in which it waits, and ends with {@link #errorIfAbandoned} if it had no
     * error. A task with a way out takes it and ends; any other keeps what it holds.
     *
     * @throws IllegalStateException if the task has ended or is abandoned already, is called by
     *         another task, or is being run
     */
    public final void abandon() {
        attach();
        try {
            if (at == null || condition == Condition.ABANDONED || called) {
                throw new IllegalStateException(this + " cannot be abandoned");
            }
            try {
                takeWayOut();
            } finally {
                retire();
            }
        } finally {
            release();
        }
    }

    private void takeWayOut() {
        if (callee != null) {
            callee.takeWayOut();
            callee = null;
        }
        leaveQueue();
        Step<?> out = condition == Condition.BROKEN ? null : wayOut();
        condition = Condition.ABANDONED;
        fail(errorIfAbandoned());
        if (out != null) {
            at = out;
            while (at != null) {
                advance();
            }
        }
    }

    /**
     * The error of a task that was given up.
     *
     * @return a constant, not null
     */
    protected Enum<?> errorIfAbandoned() {
        return Condition.ABANDONED;
    }

    /**
     * Tells how this task can end from where it stands; for {@link #abandon}.
     *
     * @return the first of some steps to the end, none of which waits; null if there are none, or
     *         if nothing is held
     */
    protected Step<?> wayOut() {
        return null;
    }

    @SuppressWarnings("unchecked") // a column lists steps of its own kind of task only
    private void advance() {
        if (callee == null) {
            note = null;
            at = column.resolve(at, ((Step<Task>) at).run(this));
            if (at == null) {
                retire();
            }
            return;
        }
        callee.advance();
        if (callee.condition == Condition.HUNG) {
            condition = Condition.HUNG;
        }
        note = callee.note;
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
     * @param task of the same world; it has not ended, and no other thread runs it
     * @throws IllegalArgumentException if the task is of another world
     * @throws IllegalStateException if the task can take no step, or is run or called already
     */
    public final void call(Task task) {
        if (task == null || task == this || task.world != world) {
            throw new IllegalArgumentException(this + " cannot call " + task
                    + ": no other task of its world");
        }
        task.requireUsable();
        if (task.runner != null) {
            throw new IllegalStateException(task + " is being run by " + task.runner);
        }
        callee = task;
        task.called = true;
        task.retire();
        task.timeoutNanos = timeoutNanos;
    }

    /**
     * Makes an ended task stand before its first step again.
     *
     * @throws IllegalStateException if it has not ended, or is called by another task
     */
    protected final void rearm() {
        requireEnded();
        at = column.first();
        error = null;
        firstLookNanos = 0;
    }

    /**
     * Refuses what only an ended task can do.
     *
     * @throws IllegalStateException if it has not ended, or is called by another task
     */
    protected final void requireEnded() {
        if (at != null || called) {
            throw new IllegalStateException(this + " has not ended");
        }
    }

    /** The last part of a wait; true when woken. Engines on one thread get here only then. */
    final boolean sleep() {
        if (schedule()) {
            return true;
        }
        condition = Condition.HUNG;
        return false;
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
     * What the tasks of this sample share.
     *
     * @return the world
     */
    public final World world() {
        return world;
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
     * @return false once the task has ended, hangs, is broken or abandoned, and while it sleeps
     */
    public final boolean isRunnable() {
        return at != null && condition == Condition.SOUND && !isAsleep();
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
        return condition == Condition.HUNG;
    }

    /**
     * Says what the current step has found or done, if it is worth telling.
     *
     * @param words a constant
     */
    public final void note(String words) {
        note = words;
    }

    /**
     * What the step that was taken last has found or done.
     *
     * @return a few words, or null if it had nothing to tell
     */
    public final String note() {
        return note;
    }

    /**
     * How it went.
     *
     * @return the first error, or null
     */
    public final Enum<?> error() {
        return error;
    }

    /**
     * Notes an error; the first one stays. For steps.
     *
     * @param reason what went wrong, not null
     */
    public final void fail(Enum<?> reason) {
        if (error == null) {
            error = reason;
        }
    }

    /**
     * Notes an error where something has failed; for steps.
     *
     * @param done whether it has not
     * @param reason the error, if it has
     * @return done
     */
    public final boolean orFail(boolean done, Enum<?> reason) {
        if (!done) {
            fail(reason);
        }
        return done;
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
    public final Step<?> after(Step<?> step) {
        return column.after(step);
    }

    /**
     * Repeats the current step, with whatever has changed.
     *
     * @return the current step
     */
    public final Step<?> again() {
        return at;
    }

    /**
     * Ends the task.
     *
     * @return no step
     */
    public static Step<?> end() {
        return null;
    }

    @Override
    public String toString() {
        String where = getClass().getSimpleName() + (at == null ? " at its end" : " at " + at());
        return condition == Condition.SOUND ? where
                : where + ", " + condition.name().toLowerCase(Locale.ROOT);
    }
}
