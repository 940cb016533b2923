// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.file.Inode;

/**
 * CPU 2: a direct write, in place if it may (W1 to W11), to new space otherwise (C1 to C12).
 *
 * <p>Kernel: {@code btrfs_get_blocks_direct()}, {@code btrfs_submit_direct()},
 * {@code btrfs_finish_ordered_io()}, fs/btrfs/inode.c, f78c436c3931 (v4.7). The columns of V4_6 and
 * BEFORE_FIX leave out W4 and W6.
 */
public final class DirectWrite extends Write {

    private long stamp;

    /**
     * Makes a write that stands before W1.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param inode the file
     * @param block first file block, in [0, inode.blocks())
     * @param blocks length, blocks, at least 1, within the file
     * @param stamp what each sector holds afterwards, at least 1
     * @throws IllegalArgumentException if the file is of another file system, or a number is out of
     *         range
     */
    public DirectWrite(FsInfo fs, Column column, Inode inode, int block, int blocks, long stamp) {
        super(fs, column, inode, block, blocks);
        this.stamp = requireStamp(stamp);
    }

    /**
     * Makes this ended write another one, so that a writer in a loop allocates nothing but its
     * ordered extents.
     *
     * @param file of the same file system
     * @param first first file block, in [0, file.blocks())
     * @param count length, blocks, at least 1, within the file
     * @param newStamp what each sector holds afterwards, at least 1
     * @throws IllegalArgumentException if the file is of another file system, or a number is out of
     *         range; this write stays ended
     * @throws IllegalStateException if this one has not ended
     */
    public void restart(Inode file, int first, int count, long newStamp) {
        requireEnded();
        stamp = requireStamp(newStamp);
        setRange(file, first, count);
        rearm();
        how = How.NOCOW;
    }

    @Override
    protected long stampOf(int fileBlock) {
        return stamp;
    }

    /** The entries of this kind of task. */
    public static final Table<DirectWrite> TABLE = new Table<>(SHARED);

    // ---- in place ----

    /**
     * W1. Locks the file range; while a write in flight overlaps it, unlocks, waits and retries;
     * and so while there is a dirty page, which is written back.
     */
    public static final Step<DirectWrite> W1 = LockRange.entry(TABLE, "W1", "pages",
            asks("pages", "filemap_range_has_page", DirectWrite::hasNoDirtyPage, NEXT, "flush"),
            does("flush", "unlock_extent", DirectWrite::flush),
            asks("flushed", "filemap_write_and_wait_range", write -> write.error() == null,
                    TOP, END));

    private boolean hasNoDirtyPage() {
        int end = block + remaining;
        return inode.pages().nextDirty(block, end) == end;
    }

    private void flush() {
        LockRange.unlock(this);
        call(BufferedWrite.writeback(fs, inode, block, remaining));
    }

    /** W2. Finds where the file lies: in the cached extent map, else in the file tree. */
    public static final Step<DirectWrite> W2 = TABLE.entry("W2",
            picks("", "btrfs_get_extent", DirectWrite::lookUpCached, NEXT, "read", "C1"),
            picks("read", "btrfs_lookup_file_extent", DirectWrite::readRecorded, NEXT, "C1"));

    private String lookUpCached() {
        long item = inode.cached().get(block);
        return item == FileExtents.HOLE ? "read" : found(item, inode.cached());
    }

    private String readRecorded() {
        synchronized (inode.recorded()) {
            long item = inode.recorded().get(block);
            if (item == FileExtents.HOLE) {
                return "C1";
            }
            String then = found(item, inode.recorded());
            for (int i = 0; i < blocks; i++) {
                inode.cached().put(block + i, item + (long) i * Disk.SECTOR_SIZE);
            }
            return then;
        }
    }

    private String found(long item, FileExtents map) {
        bytenr = FileExtents.bytenr(item);
        prealloc = FileExtents.isPrealloc(item);
        blocks = map.run(block, Math.min(remaining, fs.groups().sectorsLeft(bytenr)),
                Disk.SECTOR_SIZE);
        return prealloc || inode.isNodatacow() ? NEXT : "C1";
    }

    /**
     * W3. May the extent be overwritten in place? Looks the item up, then tests ro without a lock,
     * then looks for other references and for checksums. Kernel: can_nocow_extent(),
     * fs/btrfs/inode.c.
     */
    public static final Step<DirectWrite> W3 = TABLE.entry("W3",
            asks("", "can_nocow_extent", Write::isItemInPlace, "ro", Write::refuse),
            asks("ro", "btrfs_extent_readonly", Write::isWritable, "refs", Write::refuse),
            asks("refs", "btrfs_cross_ref_exist", Write::isItsOwn, "csum", Write::refuse),
            asks("csum", "csum_exist_in_range", Write::hasNoChecksums, NEXT, Write::refuse));

    /** W4. Enters the group of the map's place, or refuses: see {@link NocowSection}. */
    public static final Step<Write> W4 = TABLE.add(NocowSection.begin("W4", Write::bytenr));

    /** W5. Makes the ordered extent: the inode's first, then everybody's, where R5 looks. */
    public static final Step<DirectWrite> W5 = TABLE.entry("W5",
            asks("", "btrfs_add_ordered_extent_dio", Write::addOrderedInPlace, "list", NEXT),
            does("list", "__btrfs_add_ordered_extent", Write::listOrdered));

    /** W6. Leaves the group, after W5 and before W5's result is looked at. */
    public static final Step<Write> W6 = TABLE.add(NocowSection.end("W6"));

    /** W6 since 2022: see {@link NocowSection}. */
    public static final Step<Write> W6_HELD = TABLE.add(NocowSection.endHeld("W6h"));

    /** W7. The cached extent map shows a booked place as written from now on. */
    public static final Step<DirectWrite> W7 = TABLE.entry("W7",
            does("", "create_pinned_em", DirectWrite::cacheWritten));

    private void cacheWritten() {
        if (prealloc && ordered != null) {
            cachePiece();
        }
    }

    /** W8. Unlocks the range: from here only the ordered extent stands for the write. */
    public static final Step<DirectWrite> W8 = TABLE.entry("W8",
            asks("", "unlock_extent", DirectWrite::unlock, NEXT, END));

    /** False without an ordered extent: then the write has failed. */
    private boolean unlock() {
        LockRange.unlock(this);
        return ordered != null;
    }

    /** W9. Submits the bio to the old place. Kernel: btrfs_submit_direct(), btrfs_map_bio(). */
    public static final Step<DirectWrite> W9 = TABLE.entry("W9",
            does("", "btrfs_map_bio", Write::submitBio));

    /** W10. The bytes reach the device, sector by sector; end of I/O. */
    public static final Step<DirectWrite> W10 = TABLE.entry("W10",
            asks("", "btrfs_endio_direct_write", Write::endBio, NEXT, AGAIN));

    /** W11. Finishes: see {@link Finish}. */
    public static final Step<Write> W11 = TABLE.add(Finish.entry("W11"));

    @Override
    protected Step<?> afterFinish() {
        block += blocks;
        remaining -= blocks;
        return remaining == 0 || error() != null ? end() : W1;
    }

    // ---- to new space: C2 to C8 stand in Write ----

    /** C1. In place is refused or impossible: the whole remaining length goes to new space. */
    public static final Step<DirectWrite> C1 = TABLE.entry("C1",
            does("", "btrfs_new_extent_direct", write -> write.blocks = write.remaining));

    @Override
    public Step<?> refuse() {
        return C1;
    }

    @Override
    protected Step<?> afterNewPlace() {
        return C9;
    }

    /** C9. Unlocks the range; a write without an ordered extent has failed. */
    public static final Step<DirectWrite> C9 = TABLE.entry("C9",
            asks("", "unlock_extent", DirectWrite::unlock, NEXT, END));

    /** C10. Submits the bio to the new place. */
    public static final Step<DirectWrite> C10 = TABLE.entry("C10",
            does("", "btrfs_map_bio", Write::submitBio));

    /** C11. The bytes reach the device, sector by sector; end of I/O. */
    public static final Step<DirectWrite> C11 = TABLE.entry("C11",
            asks("", "btrfs_endio_direct_write", Write::endBio, NEXT, AGAIN));

    /** C12. Finishes: points the file to the new place first; see {@link Finish}. */
    public static final Step<Write> C12 = TABLE.add(Finish.entry("C12"));

    static {
        TABLE.resolve();
    }
}
