// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

import java.util.ArrayList;
import java.util.List;

/**
 * All ordered extents of the file system, in the order in which they were listed. Relocation waits
 * for those over its block group (R5). Lock: this monitor.
 *
 * <p>Kernel: {@code root->ordered_extents}, fs/btrfs/ordered-data.c. Not modelled: one list per
 * root, and the private list from which a second waiter cannot see.
 */
public final class OrderedExtents {

    private OrderedExtent first;
    private OrderedExtent last;

    /** Additions still to fail; a count. Fault injection, as failslab would. */
    private volatile int failures;

    /**
     * Fault injection: lets the next creations fail for want of memory.
     *
     * @param count how many, at least 0
     * @throws IllegalArgumentException if the count is negative
     */
    public void failNext(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("count " + count + " is negative");
        }
        failures = count;
    }

    /**
     * Tells whether memory for a new ordered extent is to be had; consumes an injected failure.
     *
     * @return false if its creation must fail
     */
    public boolean canCreate() {
        if (failures == 0) {
            return true;
        }
        synchronized (this) {
            if (failures > 0) {
                failures--;
                return false;
            }
            return true;
        }
    }

    /**
     * Lists an ordered extent: from here a {@link #snapshot} contains it.
     *
     * @param ordered a new one
     * @throws IllegalStateException if it is listed already
     */
    public synchronized void add(OrderedExtent ordered) {
        if (ordered.listedIn != null) {
            throw new IllegalStateException(ordered + " is listed already");
        }
        ordered.listedIn = this;
        ordered.previous = last;
        if (last == null) {
            first = ordered;
        } else {
            last.next = ordered;
        }
        last = ordered;
    }

    /**
     * Unlists a complete one.
     *
     * @param ordered one that was added
     * @throws IllegalStateException if it is not, or no longer, in here
     */
    public synchronized void remove(OrderedExtent ordered) {
        if (ordered.listedIn != this) {
            throw new IllegalStateException(ordered + " is not listed here");
        }
        ordered.listedIn = null;
        if (ordered.previous == null) {
            first = ordered.next;
        } else {
            ordered.previous.next = ordered.next;
        }
        if (ordered.next == null) {
            last = ordered.previous;
        } else {
            ordered.next.previous = ordered.previous;
        }
        ordered.previous = null;
        ordered.next = null;
    }

    /**
     * Collects those whose place on the disk overlaps a range. One that is added later is not in
     * it: that is why a writer must list its ordered extent before it leaves the guard.
     *
     * @param start logical address, bytes
     * @param length bytes
     * @return those listed now, oldest first
     */
    public synchronized List<OrderedExtent> snapshot(long start, long length) {
        if (first == null) {
            return List.of();
        }
        List<OrderedExtent> found = new ArrayList<>();
        for (OrderedExtent ordered = first; ordered != null; ordered = ordered.next) {
            if (ordered.overlapsDisk(start, length)) {
                found.add(ordered);
            }
        }
        return found;
    }

    /**
     * For checks at rest.
     *
     * @return true if no write is in flight
     */
    public synchronized boolean isEmpty() {
        return first == null;
    }
}
