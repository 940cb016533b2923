// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Step.step;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.model.file.Inode;

/**
 * Waits until no write to a file is in flight; the second half of a sync, after the write-back.
 *
 * <p>Kernel: {@code btrfs_wait_ordered_range()}, fs/btrfs/ordered-data.c.
 */
public final class Settle extends RangeTask {

    /**
     * Makes a wait that stands before S1.
     *
     * @param fs what it works on
     * @param inode the file
     * @throws IllegalArgumentException if it is of another file system
     */
    public Settle(FsInfo fs, Inode inode) {
        super(fs, COLUMN, inode, 0, lengthOf(inode));
    }

    /** S1. Locks the whole file, as W1. */
    public static final Step<Settle> S1 = new LockRange<Settle>("S1", Task::next).entry;

    /** S2. Unlocks it. */
    public static final Step<Settle> S2 = step("S2", "unlock_extent", Settle::unlock);

    private static final Column COLUMN = Column.of(S1, S2);

    private Step<?> unlock() {
        unlockRange();
        return next();
    }
}
