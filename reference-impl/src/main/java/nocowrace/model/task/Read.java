// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.file.Inode;
import nocowrace.model.file.PageCache;
import nocowrace.model.space.BlockGroup;

/**
 * Reads one block of a file: from a dirty page, else from the disk. The range stays locked to the
 * end of I/O.
 *
 * <p>Kernel: {@code btrfs_direct_IO()}, fs/btrfs/inode.c; checksums as in
 * {@code btrfs_readpage_end_io_hook()}.
 */
public final class Read extends RangeTask {

    /**
     * Result where the pointer leads into a removed block group, or the checksum does not match.
     */
    public static final long UNREADABLE = -1;

    private long item;
    private long result;

    /**
     * Makes a read that stands before D1.
     *
     * @param fs what it works on
     * @param inode the file
     * @param block file block, in [0, inode.blocks())
     * @throws IllegalArgumentException if the file is of another file system, or has no such block
     */
    public Read(FsInfo fs, Inode inode, int block) {
        super(fs, COLUMN, inode, block, 1);
    }

    /**
     * What was read.
     *
     * @return the stamp; {@link Disk#BLANK} in a hole or in booked space that was never written;
     *         {@link #UNREADABLE}; meaningful once the task has ended
     */
    public long result() {
        return result;
    }

    private static final Table<Read> TABLE = new Table<>();

    /** D1. Locks the range, as W1; a dirty page gives the answer at once. */
    public static final Step<Read> D1 = LockRange.entry(TABLE, "D1", "page",
            asks("page", "find_get_page", Read::readPage, "D4", NEXT));

    private boolean readPage() {
        result = inode.pages().get(block);
        return result != PageCache.CLEAN;
    }

    /** D2. Finds where the block lies: in the cached extent map, else in the file tree. */
    public static final Step<Read> D2 = TABLE.entry("D2",
            asks("", "btrfs_get_extent", Read::lookUpCached, NEXT, "read"),
            does("read", "btrfs_lookup_file_extent", Read::readRecorded));

    private boolean lookUpCached() {
        item = inode.cached().get(block);
        return item != FileExtents.HOLE;
    }

    private void readRecorded() {
        synchronized (inode.recorded()) {
            item = inode.recorded().get(block);
            if (item != FileExtents.HOLE) {
                inode.cached().put(block, item);
            }
        }
    }

    /** D3. Reads the sector and, unless the file has none, checks the checksum. */
    public static final Step<Read> D3 = TABLE.entry("D3",
            asks("", "btrfs_map_bio", Read::readDisk, "csum", NEXT),
            does("csum", "btrfs_lookup_bio_sums", Read::checkCsum));

    /** True if there is a checksum to check. */
    private boolean readDisk() {
        if (item == FileExtents.HOLE || FileExtents.isPrealloc(item)) {
            result = Disk.BLANK;
            return false;
        }
        int physical = fs.groups().physicalOf(item);
        if (physical < 0) {
            result = UNREADABLE;
            return false;
        }
        result = fs.disk().read(physical);
        return !inode.isNodatacow();
    }

    private void checkCsum() {
        BlockGroup group = fs.groups().lookup(item);
        if (group == null || group.csums().get(group.sectorOf(item)) != result) {
            result = UNREADABLE;
        }
    }

    /** D4. Unlocks the range. */
    public static final Step<Read> D4 = TABLE.entry("D4",
            does("", "unlock_extent", LockRange::unlock));

    private static final Column COLUMN = TABLE.column("D1 D2 D3 D4");
}
