// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.wait;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.locks.LockSupport;

/**
 * One that can sleep on a {@link WaitQueue} until it is woken: the sleeping half of a task.
 *
 * <p>Waiting has three parts, as in the kernel: <em>enqueue</em> ({@link WaitQueue#add}), <em>look
 * again</em> at the condition, <em>sleep</em> ({@link #schedule}). A wake-up that falls anywhere
 * after the enqueue is seen by the sleep, which then returns at once. A wake-up that is missing or
 * comes too early lets the waiter sleep for ever: nothing here polls the condition.
 *
 * <p>Kernel: {@code prepare_to_wait()}, {@code schedule()}, {@code try_to_wake_up()}, kernel/sched.
 */
public abstract class Waiter {
    /*
     * state:  RUNNING -> WAITING   enqueue
     *         WAITING -> ASLEEP    schedule, not woken since the enqueue
     *         WAITING -> RUNNING   woken before it slept, or the look succeeded
     *         ASLEEP  -> RUNNING   woken
     *         ASLEEP  -> WAITING   gave up: no waker is left, or it took too long
     *
     * The run queue's count must never be below the number of enlisted waiters that can act, or a
     * sleeper would be called hung while its waker is still on the way. So wake() counts the
     * sleeper before it makes it runnable, and takes that back if the waiter was not asleep. The
     * waker itself is counted all the while. A waiter that gives up counts itself again, and its
     * owner retires it: a wake-up that comes later finds it not asleep and changes no count.
     */
    private static final int RUNNING = 0;
    private static final int WAITING = 1;
    private static final int ASLEEP = 2;

    /** Looks at the state before parking; a count. Hand-overs between two CPUs take fewer. */
    private static final int SPINS = 200;

    /** Longest park between two looks at the run queue, ns. */
    private static final long PARK_NANOS = 50_000;

    private static final AtomicIntegerFieldUpdater<Waiter> STATE
            = AtomicIntegerFieldUpdater.newUpdater(Waiter.class, "state");

    private volatile int state = RUNNING;
    private final RunQueue runQueue;

    /** Whether the run queue counts this waiter; no part of the state. */
    private transient boolean enlisted;

    /** Whom to unpark. Published by the change to ASLEEP. */
    private transient Thread thread;

    /** Next waiter of the same queue; guarded by that queue. */
    Waiter nextInQueue;

    /** The queue that holds this waiter, or null; guarded by that queue. */
    WaitQueue queue;

    /**
     * Makes a waiter that is not counted.
     *
     * @param runQueue whose members can wake each other
     */
    protected Waiter(RunQueue runQueue) {
        this.runQueue = runQueue;
    }

    /** Counts this waiter among those that can act, until it retires. */
    protected final void join() {
        if (!enlisted) {
            enlisted = true;
            runQueue.activate();
        }
    }

    /** Ends this waiter's part: no sleeper counts on a wake-up from it any more. */
    protected final void retire() {
        if (enlisted) {
            enlisted = false;
            runQueue.deactivate();
        }
    }

    /** Takes this waiter, which is not asleep, out of the queue in which it waits, if any. */
    protected final void leaveQueue() {
        WaitQueue waitsIn = queue;
        if (waitsIn != null) {
            waitsIn.remove(this);
        }
    }

    /**
     * Tells whether a sleep would last: enqueued and not woken since.
     *
     * @return true between an enqueue and the wake-up
     */
    public final boolean isWaiting() {
        return state != RUNNING;
    }

    /** Legal only for the waiter's own thread, under the queue's lock. */
    final void prepareToWait() {
        state = WAITING;
    }

    /** Legal only for the waiter's own thread, which is not asleep. */
    final void finishWait() {
        state = RUNNING;
    }

    /** Ends the wait; called under the queue's lock. */
    final void wake() {
        runQueue.activate();
        if (STATE.getAndSet(this, RUNNING) == ASLEEP) {
            LockSupport.unpark(thread);
        } else {
            runQueue.deactivate();
        }
    }

    /**
     * Sleeps on the calling thread until woken, if not woken since the enqueue. The caller is
     * enlisted, or acts for a waiter that is.
     *
     * @return true when woken; false if that can never happen, because every other enlisted waiter
     *         sleeps too, or if {@link #isOverdue} says that it took too long
     */
    protected final boolean schedule() {
        thread = Thread.currentThread();
        if (!STATE.compareAndSet(this, WAITING, ASLEEP)) {
            return true;
        }
        runQueue.deactivate();
        for (int looks = 0; state == ASLEEP; looks++) {
            if (looks < SPINS) {
                Thread.onSpinWait();
            } else if (runQueue.isIdle() || isOverdue()) {
                runQueue.activate();
                if (STATE.compareAndSet(this, ASLEEP, WAITING)) {
                    return false;
                }
                runQueue.deactivate(); // woken meanwhile, and counted by the waker
            } else {
                LockSupport.parkNanos(this, PARK_NANOS);
            }
        }
        return true;
    }

    /**
     * A last bound for waits that logic cannot decide.
     *
     * @return true if this waiter has been at work for longer than it may
     */
    protected abstract boolean isOverdue();
}
