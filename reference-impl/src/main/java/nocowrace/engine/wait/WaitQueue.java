// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.wait;

/**
 * The tasks that wait for one condition. Lock: this monitor, a leaf: nothing else is taken under
 * it.
 *
 * <p>Whoever waits: {@link #add}, look at the condition, then {@link #remove} and go on, or
 * {@link Waiter#schedule sleep} and begin again. Whoever makes the condition true does so first and
 * calls {@link #wakeAll} afterwards.
 *
 * <p>Kernel: {@code wait_queue_head_t}, include/linux/wait.h. Not modelled: the hashed table of
 * queues that unrelated waiters share, of which only spurious wake-ups would show.
 */
public final class WaitQueue {

    /**
     * Newest waiter, or null. Written under the lock. wakeAll reads it without: the waiter writes
     * it before it looks at the condition, the waker reads it after it has made the condition true,
     * so at least one of the two sees the other (store buffering, forbidden by volatile).
     */
    private volatile Waiter head;

    /**
     * Enqueue: from here a wake-up ends the wait. A waiter that is queued already stays as it is.
     *
     * @param waiter the caller's own task
     * @throws IllegalStateException if it waits on another queue
     */
    public synchronized void add(Waiter waiter) {
        if (waiter.queue == null) {
            waiter.queue = this;
            waiter.nextInQueue = head;
            waiter.prepareToWait();
            head = waiter;
        } else if (waiter.queue != this) {
            throw new IllegalStateException(waiter + " waits on another queue already");
        }
    }

    /**
     * Ends a wait whose look succeeded.
     *
     * @param waiter the caller's own task; need not be queued any more
     * @throws IllegalStateException if it waits on another queue
     */
    public synchronized void remove(Waiter waiter) {
        if (waiter.queue != null && waiter.queue != this) {
            throw new IllegalStateException(waiter + " waits on another queue");
        }
        waiter.finishWait();
        if (waiter.queue != this) {
            return;
        }
        if (head == waiter) {
            head = waiter.nextInQueue;
        } else {
            Waiter before = head;
            while (before.nextInQueue != waiter) {
                before = before.nextInQueue;
            }
            before.nextInQueue = waiter.nextInQueue;
        }
        unlink(waiter);
    }

    /** Wakes everybody who is queued, and empties the queue. */
    public void wakeAll() {
        if (head != null) {
            wakeQueued();
        }
    }

    private synchronized void wakeQueued() {
        for (Waiter waiter = head; waiter != null; ) {
            Waiter next = waiter.nextInQueue;
            unlink(waiter);
            waiter.wake();
            waiter = next;
        }
        head = null;
    }

    private static void unlink(Waiter waiter) {
        waiter.queue = null;
        waiter.nextInQueue = null;
    }

    /**
     * For tests and for checks at rest.
     *
     * @return true if nobody waits
     */
    public boolean isEmpty() {
        return head == null;
    }
}
