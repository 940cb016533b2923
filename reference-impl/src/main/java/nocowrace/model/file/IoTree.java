// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.file;

import nocowrace.engine.wait.WaitQueue;

/**
 * Locked ranges of a file; also its page locks. Whoever cannot lock a range waits on {@link #queue}
 * and tries again. A range lock is held across steps. Lock: this monitor.
 *
 * <p>Kernel: {@code lock_extent()}, {@code struct extent_io_tree}, fs/btrfs/extent_io.c.
 */
public final class IoTree {

    /** [blocks], true where some task holds the lock. */
    private final boolean[] locked;
    private final WaitQueue queue = new WaitQueue();

    IoTree(int blocks) {
        locked = new boolean[blocks];
    }

    /**
     * Locks a range if all of it is free.
     *
     * @param block first file block
     * @param blocks file blocks, a count, at least 1
     * @return true: the caller owes one {@link #unlock} of the same range
     * @throws IllegalArgumentException if the range is empty or not within the file
     */
    public synchronized boolean tryLock(int block, int blocks) {
        if (block < 0 || blocks < 1 || blocks > locked.length - block) {
            throw new IllegalArgumentException(blocks + " blocks from block " + block
                    + " of " + locked.length);
        }
        for (int i = block; i < block + blocks; i++) {
            if (locked[i]) {
                return false;
            }
        }
        for (int i = block; i < block + blocks; i++) {
            locked[i] = true;
        }
        return true;
    }

    /**
     * Unlocks a range and wakes those who wait.
     *
     * @param block first file block
     * @param blocks file blocks, a count
     * @throws IllegalStateException if a block of it is not locked; nothing is changed
     */
    public void unlock(int block, int blocks) {
        synchronized (this) {
            for (int i = block; i < block + blocks; i++) {
                if (!locked[i]) {
                    throw new IllegalStateException("file block " + i + " is not locked");
                }
            }
            for (int i = block; i < block + blocks; i++) {
                locked[i] = false;
            }
        }
        queue.wakeAll();
    }

    /**
     * Where to wait for a range.
     *
     * @return the queue that every unlock wakes
     */
    public WaitQueue queue() {
        return queue;
    }

    /**
     * For checks at rest.
     *
     * @return true if nothing is locked
     */
    public synchronized boolean isFree() {
        for (boolean block : locked) {
            if (block) {
                return false;
            }
        }
        return true;
    }
}
