// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.wait;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the tasks that could still wake somebody: those that have neither ended nor gone to sleep.
 * When the count is zero, whoever sleeps will sleep for ever, and that is known at once and for
 * certain, without a clock.
 *
 * <p>Kernel: the idea of {@code rq->nr_running}, kernel/sched/sched.h; the hung task report is
 * kernel/hung_task.c, which has to guess by time.
 */
public final class RunQueue {

    /** Tasks neither ended nor asleep; a count, never negative. */
    private final AtomicInteger running = new AtomicInteger();

    void activate() {
        running.incrementAndGet();
    }

    void deactivate() {
        running.decrementAndGet();
    }

    /**
     * Tells whether nobody is left who could wake a sleeper.
     *
     * @return true if every task has ended or sleeps
     */
    public boolean isIdle() {
        return running.get() == 0;
    }
}
