// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.lincheck;

import nocowrace.engine.wait.RunQueue;
import nocowrace.engine.wait.Waiter;

/**
 * A waiter for scenarios. Most enqueue it and look, and end where a task would sleep; whether the
 * sleep would have ended they ask at rest, for Lincheck ends a park without a reason and so would
 * hide a wake-up that is missing.
 */
final class Sleeper extends Waiter {

    /** Makes one that nobody counts on. */
    Sleeper() {
        this(new RunQueue());
    }

    /**
     * Makes one of several.
     *
     * @param runQueue theirs
     */
    Sleeper(RunQueue runQueue) {
        super(runQueue);
        join();
    }

    /** In words, for an outcome: asleep is who would sleep for ever. */
    String state() {
        return isWaiting() ? "asleep" : "awake";
    }

    /** {@link #schedule} itself. */
    boolean sleep() {
        return schedule();
    }

    /** Nobody counts on this one any more. */
    void end() {
        retire();
    }

    @Override
    protected boolean isOverdue() {
        return false;
    }
}
