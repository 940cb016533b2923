// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.NEXT;
import static nocowrace.engine.Row.does;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
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

    private static final Table<Settle> TABLE = new Table<>();

    /** S1. Locks the whole file, as W1. */
    public static final Step<Settle> S1 = LockRange.entry(TABLE, "S1", NEXT);

    /** S2. Unlocks it. */
    public static final Step<Settle> S2 = TABLE.entry("S2",
            does("", "unlock_extent", LockRange::unlock));

    private static final Column COLUMN = TABLE.column("S1 S2");
}
