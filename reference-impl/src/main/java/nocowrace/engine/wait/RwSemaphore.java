// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.wait;

/**
 * A read/write lock that a task holds across steps: many readers or one writer. It never blocks:
 * whoever cannot have it waits on {@link #queue} and tries again. Lock: this monitor.
 *
 * <p>Kernel: {@code struct rw_semaphore}, kernel/locking/rwsem.c. Not modelled: fairness.
 */
public final class RwSemaphore {

    /** Readers inside, or -1 for a writer. */
    private int holders;
    private final WaitQueue queue = new WaitQueue();

    /**
     * Takes the read side if no writer is inside.
     *
     * @return true: the caller owes one {@link #upRead}
     */
    public synchronized boolean tryDownRead() {
        if (holders < 0) {
            return false;
        }
        holders++;
        return true;
    }

    /**
     * Takes the write side if nobody is inside.
     *
     * @return true: the caller owes one {@link #upWrite}
     */
    public synchronized boolean tryDownWrite() {
        if (holders != 0) {
            return false;
        }
        holders = -1;
        return true;
    }

    /**
     * Leaves the read side and wakes those who wait.
     *
     * @throws IllegalStateException if no reader is inside
     */
    public void upRead() {
        synchronized (this) {
            if (holders <= 0) {
                throw new IllegalStateException("up_read without a reader: holders is " + holders);
            }
            holders--;
        }
        queue.wakeAll();
    }

    /**
     * Leaves the write side and wakes those who wait.
     *
     * @throws IllegalStateException if no writer is inside
     */
    public void upWrite() {
        synchronized (this) {
            if (holders != -1) {
                throw new IllegalStateException("up_write without a writer: holders is " + holders);
            }
            holders = 0;
        }
        queue.wakeAll();
    }

    /**
     * Where to wait for a change.
     *
     * @return the queue that every release wakes
     */
    public WaitQueue queue() {
        return queue;
    }

    /**
     * For checks at rest.
     *
     * @return true if nobody is inside
     */
    public synchronized boolean isFree() {
        return holders == 0;
    }
}
