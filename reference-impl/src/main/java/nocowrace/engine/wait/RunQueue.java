// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.wait;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the tasks that could still wake a sleeper: those that an engine runs, or is going to run,
 * and that do not sleep. When the count is zero, all sleepers will sleep for ever, and that is
 * known at once and for certain, without a clock.
 *
 * <p>Kernel: the idea of {@code rq->nr_running}, kernel/sched/sched.h; the hung task report is
 * kernel/hung_task.c, which has to guess by time.
 */
public final class RunQueue {

    /** Enlisted and not asleep; a count, never negative. */
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
     * @return true if every enlisted task sleeps
     */
    public boolean isIdle() {
        return running.get() == 0;
    }
}
