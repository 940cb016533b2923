// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The fix: counts the writers in a block group, and lets them in while it is not read-only.
 *
 * <p>Kernel: {@code btrfs_inc_nocow_writers()}, {@code btrfs_dec_nocow_writers()},
 * {@code btrfs_wait_nocow_writers()}, fs/btrfs/extent-tree.c, f78c436c3931 (v4.7).
 *
 * <p>Open to subclasses, so that each part of it can be taken out and the damage seen.
 */
public class NocowWriters implements NocowGuard {
    /*
     * The test of ro and the increment are one critical section of the group's lock, and R1 raises
     * ro under the same lock, so one of the two comes first. If the writer does, the count is above
     * zero before R4 can look. If R1 does, the writer sees ro. Test outside the lock and both can
     * read the old value (store buffering): the loss is back.
     *
     * Leaving needs no lock: after R1 the count only falls.
     */

    /** Whose ro decides and whose lock is taken. */
    protected final BlockGroup group;

    /**
     * Writers between W4 and W6; a count, never negative. W4 adds, under the group's lock, while it
     * is writable; W6 subtracts, without it. R4 waits for zero.
     */
    protected final AtomicInteger writers = new AtomicInteger();

    /**
     * Counts the writers of a group.
     *
     * @param group whose ro decides and whose lock is taken
     */
    public NocowWriters(BlockGroup group) {
        this.group = group;
    }

    @Override
    public Ticket enter(Ticket last) {
        synchronized (group) {
            if (group.isReadOnly()) {
                return Ticket.Word.REFUSED;
            }
            writers.incrementAndGet();
            return Ticket.Word.COUNTED;
        }
    }

    @Override
    public boolean leave(Ticket ticket) {
        int left = writers.decrementAndGet();
        if (left < 0) {
            writers.incrementAndGet();
            throw new IllegalStateException("leave without enter: nocow_writers of " + group
                    + " would be " + left);
        }
        return left == 0;
    }

    @Override
    public boolean isDrained() {
        return writers.get() == 0;
    }

    @Override
    public String toString() {
        return "nocow_writers " + writers;
    }
}
