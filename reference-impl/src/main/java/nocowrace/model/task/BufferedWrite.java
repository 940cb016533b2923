// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import java.util.ArrayList;
import java.util.List;
import nocowrace.engine.Column;
import nocowrace.engine.Row;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.file.PageCache;
import nocowrace.model.space.BlockGroup;

/**
 * CPU 2: a buffered write (B1) and its write-back (B2 to B13), in place where it may, else by C2 to
 * C8. A column without B1 is a write-back alone, of whatever is dirty in the range.
 *
 * <p>Kernel: {@code run_delalloc_nocow()}, {@code cow_file_range()}, fs/btrfs/inode.c, f78c436c3931
 * (v4.7). The columns of V4_6 and BEFORE_FIX leave out B6 and B10. Not modelled: the transaction
 * handle that is held from B2 to B11, and the no-snapshot count.
 */
public final class BufferedWrite extends Write implements PageCache.Writer {

    private final long stamp;

    /** File block after the last of the range. */
    private final int end;

    /** Where to look for the next dirty page. */
    private int from;

    /** The run of dirty pages being written back: its first block, and the block after its last. */
    private int runBlock;
    private int runEnd;

    /** First block of the run that has not been decided on. */
    private int cursor;

    /** Blocks before the cursor that go to new space, and have no ordered extent yet. */
    private int pending;

    /** A piece that B6 has let in, while the pending blocks before it go first; else null. */
    private Piece held;

    /** What a write is at work on. */
    private record Piece(int block, int blocks, long bytenr, boolean prealloc, BlockGroup group) {
    }

    /** The ordered extents of the run, and how many of them have been submitted. */
    private final List<OrderedExtent> made = new ArrayList<>(1);
    private int submitted;

    /** [runEnd - runBlock], what the pages of the run held. */
    private long[] data;

    /**
     * Makes a write that stands before the first step of its column.
     *
     * @param fs what it works on
     * @param column with B1 a write, else a write-back
     * @param inode the file
     * @param block first file block, in [0, inode.blocks())
     * @param blocks length, blocks, at least 1, within the file
     * @param stamp what each page holds after B1, at least 1; not used without B1
     * @throws IllegalArgumentException if the file is of another file system, or a number is out of
     *         range
     */
    public BufferedWrite(FsInfo fs, Column column, Inode inode, int block, int blocks, long stamp) {
        super(fs, column, inode, block, blocks);
        this.stamp = column.entries().contains(B1) ? requireStamp(stamp) : stamp;
        from = block;
        end = block + blocks;
    }

    /** A write-back of what is dirty in a range, on behalf of another task. */
    static BufferedWrite writeback(FsInfo fs, Inode inode, int block, int blocks) {
        return new BufferedWrite(fs, fs.columns().get(FsInfo.WRITEBACK), inode, block, blocks, 0);
    }

    @Override
    protected long stampOf(int fileBlock) {
        return data[fileBlock - runBlock];
    }

    /** The entries of this kind of task. */
    public static final Table<BufferedWrite> TABLE = new Table<>(SHARED);

    // ---- the write ----

    /**
     * B1. Locks the pages and the range, waits out writes in flight over it as W1 does, makes the
     * pages dirty, unlocks. Kernel: __btrfs_buffered_write(), fs/btrfs/file.c.
     */
    public static final Step<BufferedWrite> B1 = TABLE.entry("B1",
            awaits("", "lock_page", write -> write.inode.pages().locks().queue(),
                    write -> write.inode.pages().locks().tryLock(write.block, write.remaining)),
            awaits("range", "lock_extent", write -> write.inode.ioTree().queue(),
                    write -> write.inode.ioTree().tryLock(write.block, write.remaining)),
            asks("ordered", "btrfs_lookup_ordered_range", LockRange::isFree, "dirty", "unlock"),
            does("dirty", "btrfs_dirty_pages", BufferedWrite::makeDirty),
            does("unlock", "unlock_extent", LockRange::unlock),
            asks("pages", "unlock_page", BufferedWrite::unlockPagesAfterWrite, NEXT, "complete"),
            awaits("complete", "btrfs_start_ordered_extent", write -> write.inTheWay().queue(),
                    write -> write.inTheWay().isComplete(), TOP),
            does("giveup", "unlock_page", BufferedWrite::unlockPagesAfterWrite, END));

    private void makeDirty() {
        inode.pages().put(block, remaining, stamp, this);
    }

    private boolean unlockPagesAfterWrite() {
        inode.pages().locks().unlock(block, remaining);
        return inTheWay() == null;
    }

    // ---- the write-back ----

    /**
     * B2. Finds a run of dirty pages and locks them, then the range; if somebody else has written
     * them back meanwhile, looks for others. Both locks are held until B11. Kernel:
     * find_lock_delalloc_range(), fs/btrfs/extent_io.c.
     */
    public static final Step<BufferedWrite> B2 = TABLE.entry("B2",
            asks("", "find_lock_delalloc_range", BufferedWrite::findDirty, "lock", END),
            awaits("lock", "lock_page", write -> write.inode.pages().locks().queue(),
                    write -> write.inode.pages().locks().tryLock(write.runBlock,
                            write.runBlocks())),
            asks("check", "PageDirty", BufferedWrite::isStillDirty, "range", "skip"),
            does("skip", "unlock_page", BufferedWrite::unlockRunPages, TOP),
            awaits("range", "lock_extent", write -> write.inode.ioTree().queue(),
                    write -> write.inode.ioTree().tryLock(write.runBlock, write.runBlocks()),
                    NEXT),
            does("giveup", "unlock_page", BufferedWrite::unlockRunPages, END));

    /** Releases the page locks from the wait for the range; later there is no way out. */
    @Override
    protected Step<?> wayOut() {
        return at().label().startsWith("B1.range") ? B1.part("giveup")
                : at().label().startsWith("B2.range") ? B2.part("giveup") : null;
    }

    private int runBlocks() {
        return runEnd - runBlock;
    }

    private boolean findDirty() {
        runBlock = inode.pages().nextDirty(from, end);
        if (runBlock == end) {
            return false;
        }
        runEnd = runBlock + Math.max(1, inode.pages().dirtyRun(runBlock, end));
        cursor = runBlock;
        return true;
    }

    private boolean isStillDirty() {
        return inode.pages().dirtyRun(runBlock, runEnd) == runBlocks();
    }

    private void unlockRunPages() {
        inode.pages().locks().unlock(runBlock, runBlocks());
    }

    /** B3. Reads the file extent item at the cursor; the extent that begins there is the piece. */
    public static final Step<BufferedWrite> B3 = TABLE.entry("B3",
            asks("", "btrfs_lookup_file_extent", BufferedWrite::readItem, NEXT, Write::refuse));

    private boolean readItem() {
        block = cursor;
        synchronized (inode.recorded()) {
            long item = inode.recorded().get(block);
            bytenr = FileExtents.bytenr(item);
            prealloc = FileExtents.isPrealloc(item);
            int most = runEnd - cursor;
            blocks = inode.recorded().run(block, item == FileExtents.HOLE ? most
                    : Math.min(most, fs.groups().sectorsLeft(bytenr)), Disk.SECTOR_SIZE);
            return isItemInPlace();
        }
    }

    /** B4. Tests ro without a lock. */
    public static final Step<BufferedWrite> B4 = TABLE.entry("B4",
            asks("", "btrfs_extent_readonly", Write::isWritable, NEXT, Write::refuse));

    /** B5. Looks for other references and for checksums. */
    public static final Step<BufferedWrite> B5 = TABLE.entry("B5",
            asks("", "btrfs_cross_ref_exist", Write::isItsOwn, "csum", Write::refuse),
            asks("csum", "csum_exist_in_range", Write::hasNoChecksums, NEXT, Write::refuse));

    /** B6. Enters the group of the item's place, or refuses: see {@link NocowSection}. */
    public static final Step<Write> B6 = TABLE.add(NocowSection.begin("B6", Write::bytenr));

    @Override
    public Step<?> refuse() {
        pending += blocks;
        cursor += blocks;
        return B11;
    }

    /** To B10, or what stands in its place. */
    private static final String LEAVE = Row.after("B9");

    /**
     * B7. Sends the blocks before this extent to new space, if there are any, while the group stays
     * entered. If that fails, the group is left, and the write-back ends.
     */
    public static final Step<BufferedWrite> B7 = TABLE.entry("B7",
            picks("", "cow_file_range", BufferedWrite::letPendingGoFirst, NEXT, "C2"),
            picks("done", "cow_file_range", BufferedWrite::afterPending,
                    "C2", "B11", NEXT, LEAVE));

    private String letPendingGoFirst() {
        if (pending == 0) {
            return NEXT;
        }
        held = new Piece(block, blocks, bytenr, prealloc, group);
        return sendPending();
    }

    private String sendPending() {
        block = cursor - pending;
        blocks = pending;
        return "C2";
    }

    @Override
    protected Step<?> afterNewPlace() {
        return B7_DONE;
    }

    private static final Step<BufferedWrite> B7_DONE = B7.part("done");

    private String afterPending() {
        if (ordered != null) {
            made.add(ordered);
            pending -= blocks;
        }
        if (error() == null && pending > 0) {
            return sendPending(); // the space came in pieces
        }
        if (held == null) {
            return "B11";
        }
        block = held.block;
        blocks = held.blocks;
        bytenr = held.bytenr;
        prealloc = held.prealloc;
        group = held.group;
        held = null;
        return error() == null ? NEXT : LEAVE;
    }

    /** B8. The cached extent map shows a booked place as written, before the ordered extent. */
    public static final Step<BufferedWrite> B8 = TABLE.entry("B8",
            does("", "create_pinned_em", BufferedWrite::cacheWritten));

    private void cacheWritten() {
        if (prealloc) {
            cachePiece();
        }
    }

    /** B9. Makes the ordered extent, as W5. */
    public static final Step<BufferedWrite> B9 = TABLE.entry("B9",
            picks("", "btrfs_add_ordered_extent", BufferedWrite::makeOrdered,
                    "list", "undo", NEXT),
            does("list", "__btrfs_add_ordered_extent", BufferedWrite::listMade, NEXT),
            does("undo", "btrfs_drop_extent_cache", BufferedWrite::forgetWritten));

    private String makeOrdered() {
        how = How.NOCOW;
        return addOrderedInPlace() ? "list" : prealloc ? "undo" : NEXT;
    }

    private void listMade() {
        made.add(ordered);
        cursor += blocks;
        listOrdered();
    }

    private void forgetWritten() {
        for (int i = 0; i < blocks; i++) {
            inode.cached().forget(block + i, bytenr + (long) i * Disk.SECTOR_SIZE);
        }
    }

    /** B10. Leaves the group, in success and failure; as W6. */
    public static final Step<Write> B10 = TABLE.add(NocowSection.end("B10"));

    /** B10 since 2022: see {@link NocowSection}. */
    public static final Step<Write> B10_HELD = TABLE.add(NocowSection.endHeld("B10h"));

    /**
     * B11. Goes on with the next extent of the run, then with what is pending; at the end, or after
     * an error, takes the pages out and unlocks them and the range. From here only ordered extents
     * stand for the write. Kernel: extent_clear_unlock_delalloc().
     */
    public static final Step<BufferedWrite> B11 = TABLE.entry("B11",
            picks("", "run_delalloc_nocow", BufferedWrite::goOn, "clear", "B3", "C2"),
            does("clear", "extent_clear_unlock_delalloc", BufferedWrite::takePages),
            does("range", "unlock_extent", BufferedWrite::unlockRunRange),
            does("pages", "unlock_page", BufferedWrite::unlockTakenPages));

    private String goOn() {
        if (error() != null) {
            return "clear";
        }
        if (cursor < runEnd) {
            return "B3";
        }
        return pending > 0 ? sendPending() : "clear";
    }

    @Override
    public void placed(boolean inPlace) {
        how = inPlace ? How.NOCOW : How.COW;
    }

    private void takePages() {
        for (OrderedExtent one : made) {
            inode.pages().place(one.block(), one.blocks(),
                    one.kind() != OrderedExtent.Kind.REGULAR, this);
        }
        data = inode.pages().take(runBlock, runBlocks());
    }

    private void unlockRunRange() {
        inode.ioTree().unlock(runBlock, runBlocks());
    }

    private void unlockTakenPages() {
        unlockRunPages();
        submitted = 0;
    }

    /** B12. Submits the bio of the next ordered extent; its bytes reach the device. */
    public static final Step<BufferedWrite> B12 = TABLE.entry("B12",
            picks("", "btrfs_map_bio", BufferedWrite::submitNext, "end", "B2", END),
            asks("end", "end_bio_extent_writepage", Write::endBio, NEXT, AGAIN));

    private String submitNext() {
        if (submitted == made.size()) {
            made.clear();
            pending = 0;
            from = runEnd;
            return error() == null ? "B2" : END;
        }
        ordered = made.get(submitted);
        submitBio();
        return "end";
    }

    /** B13. Finishes: see {@link Finish}. */
    public static final Step<Write> B13 = TABLE.add(Finish.entry("B13"));

    @Override
    protected Step<?> afterFinish() {
        submitted++;
        return B12;
    }

    static {
        TABLE.resolve();
    }
}
