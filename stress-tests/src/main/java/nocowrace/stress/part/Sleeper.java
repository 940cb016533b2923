// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import nocowrace.engine.wait.RunQueue;
import nocowrace.engine.wait.Waiter;

/**
 * A waiter that ends where a task would sleep. The arbiter asks whether the sleep would have ended:
 * that is logic, not time.
 */
final class Sleeper extends Waiter {

    Sleeper() {
        super(new RunQueue());
    }

    /** In words, for an outcome: asleep is who would sleep for ever. */
    String state() {
        return isWaiting() ? "asleep" : "awake";
    }

    @Override
    protected boolean isOverdue() {
        return false;
    }
}
