// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Step.step;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
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

    // ---- in place ----

    private static final LockRange<DirectWrite> LOCK = new LockRange<>("W1",
            write -> DirectWrite.W1_PAGES);

    /**
     * W1. Locks the file range; while a write in flight overlaps it, unlocks, waits and retries;
     * and so while there is a dirty page, which is written back.
     */
    public static final Step<DirectWrite> W1 = LOCK.entry;

    private static final Step<DirectWrite> W1_PAGES = W1.sub("pages", "filemap_range_has_page",
            DirectWrite::lookForPages);

    private static final Step<DirectWrite> W1_FLUSH = W1.sub("flush", "unlock_extent",
            DirectWrite::flush);

    private static final Step<DirectWrite> W1_FLUSHED = W1.sub("flushed",
            "filemap_write_and_wait_range", write -> write.error() == null ? W1 : end());

    private Step<?> lookForPages() {
        int end = block + remaining;
        return inode.pages().nextDirty(block, end) == end ? next() : W1_FLUSH;
    }

    private Step<?> flush() {
        unlockRange();
        return call(BufferedWrite.writeback(fs, inode, block, remaining), W1_FLUSHED);
    }

    /** W2. Finds where the file lies: in the cached extent map, else in the file tree. */
    public static final Step<DirectWrite> W2 = step("W2", "btrfs_get_extent",
            DirectWrite::lookUpCached);

    private static final Step<DirectWrite> W2_READ = W2.sub("read", "btrfs_lookup_file_extent",
            DirectWrite::readRecorded);

    private Step<?> lookUpCached() {
        long item = inode.cached().get(block);
        return item == FileExtents.HOLE ? W2_READ : found(item, inode.cached());
    }

    private Step<?> readRecorded() {
        synchronized (inode.recorded()) {
            long item = inode.recorded().get(block);
            if (item == FileExtents.HOLE) {
                return C1;
            }
            Step<?> then = found(item, inode.recorded());
            for (int i = 0; i < blocks; i++) {
                inode.cached().put(block + i, item + (long) i * Disk.SECTOR_SIZE);
            }
            return then;
        }
    }

    private Step<?> found(long item, FileExtents map) {
        bytenr = FileExtents.bytenr(item);
        prealloc = FileExtents.isPrealloc(item);
        blocks = map.run(block, Math.min(remaining, fs.groups().sectorsLeft(bytenr)),
                Disk.SECTOR_SIZE);
        return prealloc || inode.isNodatacow() ? next() : C1;
    }

    /**
     * W3. May the extent be overwritten in place? Looks the item up, then tests ro without a lock,
     * then looks for other references and for checksums. Kernel: can_nocow_extent(),
     * fs/btrfs/inode.c.
     */
    public static final Step<DirectWrite> W3 = step("W3", "can_nocow_extent",
            write -> write.lookUpItem(DirectWrite.W3_RO));

    private static final Step<DirectWrite> W3_RO = W3.sub("ro", "btrfs_extent_readonly",
            write -> write.testReadOnly(DirectWrite.W3_REFS));

    private static final Step<DirectWrite> W3_REFS = W3.sub("refs", "btrfs_cross_ref_exist",
            write -> write.lookForOtherReferences(DirectWrite.W3_CSUM));

    private static final Step<DirectWrite> W3_CSUM = W3.sub("csum", "csum_exist_in_range",
            write -> write.lookForChecksums(write.next()));

    /** W4. Enters the group of the map's place, or refuses: see {@link NocowSection}. */
    public static final Step<Write> W4 = NocowSection.enter("W4", Write::bytenr);

    /** W5. Makes the ordered extent: the inode's first, then everybody's, where R5 looks. */
    public static final Step<DirectWrite> W5 = step("W5", "btrfs_add_ordered_extent_dio",
            write -> write.addOrdered(write.inPlaceKind(), DirectWrite.W5_LIST));

    private static final Step<DirectWrite> W5_LIST = W5.sub("list", "__btrfs_add_ordered_extent",
            DirectWrite::listOrdered);

    /** W6. Leaves the group, after W5 and before W5's result is looked at. */
    public static final Step<Write> W6 = NocowSection.leave("W6");

    /** W6 since 2022: see {@link NocowSection}. */
    public static final Step<Write> W6_HELD = NocowSection.leaveHeld("W6");

    /** W7. The cached extent map shows a booked place as written from now on. */
    public static final Step<DirectWrite> W7 = step("W7", "create_pinned_em",
            DirectWrite::cacheWritten);

    private Step<?> cacheWritten() {
        if (prealloc && ordered != null) {
            cachePiece();
        }
        return next();
    }

    /** W8. Unlocks the range: from here only the ordered extent stands for the write. */
    public static final Step<DirectWrite> W8 = step("W8", "unlock_extent", DirectWrite::unlock);

    private Step<?> unlock() {
        unlockRange();
        return ordered == null ? end() : next();
    }

    /** W9. Submits the bio to the old place. Kernel: btrfs_submit_direct(), btrfs_map_bio(). */
    public static final Step<DirectWrite> W9 = step("W9", "btrfs_map_bio", DirectWrite::submit);

    private Step<?> submit() {
        submitBio();
        return next();
    }

    /** W10. The bytes reach the device, sector by sector; end of I/O. */
    public static final Step<DirectWrite> W10 = step("W10", "btrfs_endio_direct_write",
            DirectWrite::endBio);

    /** W11. Finishes: see {@link Finish}. */
    public static final Step<Write> W11 = new Finish("W11").entry;

    @Override
    protected Step<?> afterFinish() {
        block += blocks;
        remaining -= blocks;
        return remaining == 0 || error() != null ? end() : W1;
    }

    // ---- to new space: C2 to C8 stand in Write ----

    /** C1. In place is refused or impossible: the whole remaining length goes to new space. */
    public static final Step<DirectWrite> C1 = step("C1", "btrfs_new_extent_direct",
            DirectWrite::restoreLength);

    private Step<?> restoreLength() {
        blocks = remaining;
        return next();
    }

    @Override
    public Step<?> refuse() {
        return C1;
    }

    @Override
    protected Step<?> afterNewPlace() {
        return C9;
    }

    /** C9. Unlocks the range; a write without an ordered extent has failed. */
    public static final Step<DirectWrite> C9 = step("C9", "unlock_extent", DirectWrite::unlock);

    /** C10. Submits the bio to the new place. */
    public static final Step<DirectWrite> C10 = step("C10", "btrfs_map_bio", DirectWrite::submit);

    /** C11. The bytes reach the device, sector by sector; end of I/O. */
    public static final Step<DirectWrite> C11 = step("C11", "btrfs_endio_direct_write",
            DirectWrite::endBio);

    /** C12. Finishes: points the file to the new place first; see {@link Finish}. */
    public static final Step<Write> C12 = new Finish("C12").entry;
}
