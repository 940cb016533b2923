// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
import nocowrace.model.file.Inode;

/**
 * Makes another file refer to all extents of a file; from then on both are shared, and a write to
 * either goes to new space. A snapshot does the same to all files of a subvolume.
 *
 * <p>Kernel: {@code btrfs_clone()}, fs/btrfs/ioctl.c.
 */
public final class Reflink extends RangeTask {

    private final Inode to;
    private int shared;

    /**
     * Makes a reflink that stands before L1.
     *
     * @param fs what it works on
     * @param from the file
     * @param to a new file of the same length and kind, all holes, that nobody else uses yet
     * @throws IllegalArgumentException if one of them is of another file system, or they are the
     *         same, or differ in length or kind
     */
    public Reflink(FsInfo fs, Inode from, Inode to) {
        super(fs, COLUMN, from, 0, lengthOf(from));
        fs.inodes().require(to);
        if (to == from || to.blocks() != from.blocks() || to.isNodatacow() != from.isNodatacow()) {
            throw new IllegalArgumentException(to + " cannot share what " + from
                    + " has: the same file, or another length or kind");
        }
        this.to = to;
    }

    private static final Table<Reflink> TABLE = new Table<>();

    /** L1. Locks the whole file, as W1; dirty pages are written back. */
    public static final Step<Reflink> L1 = LockRange.entry(TABLE, "L1", "pages",
            asks("pages", "filemap_range_has_page", Reflink::hasNoDirtyPage, NEXT, "flush"),
            does("flush", "unlock_extent", Reflink::flush),
            asks("flushed", "btrfs_wait_ordered_range", reflink -> reflink.error() == null,
                    TOP, END));

    private boolean hasNoDirtyPage() {
        return inode.pages().nextDirty(0, remaining) == remaining;
    }

    private void flush() {
        LockRange.unlock(this);
        call(BufferedWrite.writeback(fs, inode, 0, remaining));
    }

    /** L2. Shares the extents, a block per transaction. */
    public static final Step<Reflink> L2 = TABLE.entry("L2",
            asks("", "btrfs_clone", Reflink::share, NEXT, AGAIN));

    /** True after the last block. */
    private boolean share() {
        Trees.share(fs, inode, shared, to);
        shared++;
        return shared == remaining;
    }

    /** L3. Unlocks the file. */
    public static final Step<Reflink> L3 = TABLE.entry("L3",
            does("", "unlock_extent", LockRange::unlock));

    private static final Column COLUMN = TABLE.column("L1 L2 L3");
}
