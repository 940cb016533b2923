// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.straight;

import java.util.function.BooleanSupplier;
import nocowrace.engine.wait.RunQueue;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.engine.wait.Waiter;

/** One that waits as a task does, in the same queues, and takes no steps. */
final class Cpu extends Waiter {

    /** What is said of a wait that nobody is left to end. */
    static final String HUNG = "hung";

    Cpu(RunQueue runQueue) {
        super(runQueue);
        join();
    }

    /**
     * Does all of some work on the calling thread. Once only.
     *
     * @param work what to do
     */
    void run(Runnable work) {
        try {
            work.run();
        } finally {
            retire();
        }
    }

    /**
     * Waits.
     *
     * @param queue where whoever ends the wait wakes
     * @param done looks whether the wait is over; may take what it waited for
     * @throws IllegalStateException if nobody is left who could end it
     */
    void await(WaitQueue queue, BooleanSupplier done) {
        if (done.getAsBoolean()) {
            return;
        }
        while (true) {
            queue.add(this);
            if (done.getAsBoolean()) {
                queue.remove(this);
                return;
            }
            if (!schedule()) {
                throw new IllegalStateException(HUNG);
            }
        }
    }

    /** Waits for which that matters do not occur here. */
    @Override
    protected boolean isOverdue() {
        return false;
    }
}
