// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.concurrent.atomic.AtomicInteger;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;

/**
 * The counter of f78c436c3931 with the lock that it has there: a spin lock. Equal to
 * {@link nocowrace.model.space.NocowWriters} but for that, and for ro, of which it keeps its own
 * copy under its own lock, since the model's block group is locked by a monitor.
 */
final class SpinLockCounter implements NocowGuard {

    /** Looks at a taken lock before the CPU is given away; a kernel would not be preempted here. */
    private static final int SPINS = 200;

    private final BlockGroup group;

    /** 1 while somebody holds the lock. */
    private final AtomicInteger lock = new AtomicInteger();
    private final AtomicInteger writers = new AtomicInteger();

    /** Guarded by the lock. */
    private boolean readOnly;

    SpinLockCounter(BlockGroup group) {
        this.group = group;
    }

    private void lock() {
        for (int spins = 0; !lock.compareAndSet(0, 1); spins++) {
            while (lock.get() != 0) {
                if (++spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
            }
        }
    }

    private void unlock() {
        lock.setRelease(0);
    }

    @Override
    public Ticket enter(Ticket last) {
        lock();
        if (readOnly) {
            unlock();
            return Ticket.Word.REFUSED;
        }
        writers.incrementAndGet();
        unlock();
        return Ticket.Word.COUNTED;
    }

    @Override
    public boolean leave(Ticket ticket) {
        int left = writers.decrementAndGet();
        if (left < 0) {
            writers.incrementAndGet();
            throw new IllegalStateException("leave without enter: " + group + " has " + left);
        }
        return left == 0;
    }

    @Override
    public void close() {
        lock();
        readOnly = true;
        unlock();
    }

    @Override
    public void reopen() {
        lock();
        readOnly = false;
        unlock();
    }

    @Override
    public boolean isDrained() {
        return writers.get() == 0;
    }
}
