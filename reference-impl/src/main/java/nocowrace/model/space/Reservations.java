// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

import java.util.concurrent.atomic.AtomicInteger;
import nocowrace.engine.wait.WaitQueue;

/**
 * Counts writers that have been given space in a block group and have not listed their ordered
 * extent yet. In contrast to {@link NocowWriters} the test of ro (C3) and the increment (C4) are
 * two critical sections; both lie inside the read side of groups_sem, whose write side R3 takes
 * once before it looks, so that nobody is between the two.
 *
 * <p>Kernel: {@code btrfs_inc_block_group_reservations()} and its siblings, fs/btrfs/extent-tree.c,
 * the parent of f78c436c3931.
 */
public final class Reservations {

    /** Writers between C4 and C7; a count, never negative. R3 waits for zero. */
    private final AtomicInteger count = new AtomicInteger();
    private final WaitQueue queue = new WaitQueue();

    /** C4. Called inside the read side of groups_sem. The caller owes one {@link #dec}. */
    public void inc() {
        count.incrementAndGet();
    }

    /**
     * C7.
     *
     * @return true if the count is zero now: the caller owes a wake-up of {@link #queue}
     * @throws IllegalStateException if it was zero before, and stays so
     */
    public boolean dec() {
        int left = count.decrementAndGet();
        if (left < 0) {
            count.incrementAndGet();
            throw new IllegalStateException("dec without inc: reservations would be " + left);
        }
        return left == 0;
    }

    /**
     * R3. Looks whether nobody is between C4 and C7.
     *
     * @return true if the count is zero
     */
    public boolean isZero() {
        return count.get() == 0;
    }

    /**
     * Where R3 waits.
     *
     * @return the queue that the last dec's caller wakes
     */
    public WaitQueue queue() {
        return queue;
    }
}
