// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

import java.util.ArrayList;
import java.util.List;

/**
 * The ordered extents of one inode, looked up by file range. COMPLETE is set here, in the same
 * critical section that takes the ordered extent out. Lock: this monitor.
 *
 * <p>Kernel: {@code btrfs_inode->ordered_tree}, fs/btrfs/ordered-data.c. A list instead of a tree:
 * few writes to one file are in flight at a time.
 */
public final class InodeOrderedExtents {

    private OrderedExtent first;

    /**
     * Adds one, before it is listed for all roots.
     *
     * @param ordered a new one
     * @throws IllegalStateException if one in flight overlaps it: the range was not locked
     */
    public synchronized void add(OrderedExtent ordered) {
        OrderedExtent other = lookup(ordered.block(), ordered.blocks());
        if (other != null) {
            throw new IllegalStateException(ordered + " overlaps " + other);
        }
        ordered.nextOfInode = first;
        first = ordered;
    }

    /**
     * Finds one that a write to a file range has to wait for.
     *
     * @param block first file block
     * @param blocks file blocks, a count
     * @return one that overlaps, or null
     */
    public synchronized OrderedExtent lookup(int block, int blocks) {
        OrderedExtent ordered = first;
        while (ordered != null && !ordered.overlapsFile(block, blocks)) {
            ordered = ordered.nextOfInode;
        }
        return ordered;
    }

    /**
     * For checks.
     *
     * @return those in flight, newest first
     */
    public synchronized List<OrderedExtent> inFlight() {
        List<OrderedExtent> all = new ArrayList<>();
        for (OrderedExtent ordered = first; ordered != null; ordered = ordered.nextOfInode) {
            all.add(ordered);
        }
        return all;
    }

    /**
     * Takes one out and completes it. Waiters are woken by the caller, later.
     *
     * @param ordered one that was added
     * @throws IllegalStateException if it is not, or no longer, in here
     */
    public synchronized void complete(OrderedExtent ordered) {
        if (first == ordered) {
            first = ordered.nextOfInode;
        } else {
            OrderedExtent before = first;
            while (before != null && before.nextOfInode != ordered) {
                before = before.nextOfInode;
            }
            if (before == null) {
                throw new IllegalStateException(ordered + " is not in flight");
            }
            before.nextOfInode = ordered.nextOfInode;
        }
        ordered.nextOfInode = null;
        ordered.complete();
    }
}
