// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Step.step;
import static nocowrace.engine.Step.waitUntil;

import java.util.ArrayList;
import java.util.List;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
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

    /** An extent that was let in by B6 while the pending blocks go first; or not in use. */
    private boolean slotHeld;
    private int slotBlock;
    private int slotBlocks;
    private long slotBytenr;
    private boolean slotPrealloc;
    private BlockGroup slotGroup;

    /** The ordered extents of the run, and how many of them have been submitted. */
    private final List<OrderedExtent> made = new ArrayList<>(1);
    private int submitted;

    /** [runEnd - runBlock], what the pages of the run held. */
    private long[] data;

    private OrderedExtent inTheWay;

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
        return new BufferedWrite(fs, fs.writeback(), inode, block, blocks, 0);
    }

    @Override
    protected long stampOf(int fileBlock) {
        return data[fileBlock - runBlock];
    }

    // ---- the write ----

    /**
     * B1. Locks the pages and the range, waits out writes in flight over it as W1 does, makes the
     * pages dirty, unlocks. Kernel: __btrfs_buffered_write(), fs/btrfs/file.c.
     */
    public static final Step<BufferedWrite> B1 = waitUntil("B1", "lock_page",
            write -> write.inode.pages().locks().queue(),
            write -> write.inode.pages().locks().tryLock(write.block, write.remaining),
            write -> BufferedWrite.B1_RANGE);

    private static final Step<BufferedWrite> B1_RANGE = B1.subWait("range", "lock_extent",
            write -> write.inode.ioTree().queue(),
            write -> write.inode.ioTree().tryLock(write.block, write.remaining),
            write -> BufferedWrite.B1_ORDERED);

    private static final Step<BufferedWrite> B1_ORDERED = B1.sub("ordered",
            "btrfs_lookup_ordered_range", BufferedWrite::lookUpOrdered);

    private static final Step<BufferedWrite> B1_DIRTY = B1.sub("dirty", "btrfs_dirty_pages",
            BufferedWrite::makeDirty);

    private static final Step<BufferedWrite> B1_UNLOCK = B1.sub("unlock", "unlock_extent",
            BufferedWrite::unlockAfterWrite);

    private static final Step<BufferedWrite> B1_PAGES = B1.sub("pages", "unlock_page",
            BufferedWrite::unlockPagesAfterWrite);

    private static final Step<BufferedWrite> B1_COMPLETE = B1.subWait("complete",
            "btrfs_start_ordered_extent", write -> write.inTheWay.queue(),
            write -> write.inTheWay.isComplete(), write -> B1);

    private Step<?> lookUpOrdered() {
        inTheWay = inode.ordered().lookup(block, remaining);
        return inTheWay == null ? B1_DIRTY : B1_UNLOCK;
    }

    private Step<?> makeDirty() {
        inode.pages().put(block, remaining, stamp, this);
        return B1_UNLOCK;
    }

    private Step<?> unlockAfterWrite() {
        unlockRange();
        return B1_PAGES;
    }

    private Step<?> unlockPagesAfterWrite() {
        inode.pages().locks().unlock(block, remaining);
        return inTheWay == null ? next() : B1_COMPLETE;
    }

    private static final Step<BufferedWrite> B1_GIVE_UP = B1.sub("giveup", "unlock_page",
            write -> {
                write.inode.pages().locks().unlock(write.block, write.remaining);
                return end();
            });

    // ---- the write-back ----

    /**
     * B2. Finds a run of dirty pages and locks them, then the range; if somebody else has written
     * them back meanwhile, looks for others. Both locks are held until B11. Kernel:
     * find_lock_delalloc_range(), fs/btrfs/extent_io.c.
     */
    public static final Step<BufferedWrite> B2 = step("B2", "find_lock_delalloc_range",
            BufferedWrite::findDirty);

    private static final Step<BufferedWrite> B2_LOCK = B2.subWait("lock", "lock_page",
            write -> write.inode.pages().locks().queue(),
            write -> write.inode.pages().locks().tryLock(write.runBlock, write.runBlocks()),
            write -> BufferedWrite.B2_CHECK);

    private static final Step<BufferedWrite> B2_CHECK = B2.sub("check", "PageDirty",
            BufferedWrite::checkDirty);

    private static final Step<BufferedWrite> B2_SKIP = B2.sub("skip", "unlock_page",
            BufferedWrite::skip);

    private static final Step<BufferedWrite> B2_RANGE = B2.subWait("range", "lock_extent",
            write -> write.inode.ioTree().queue(),
            write -> write.inode.ioTree().tryLock(write.runBlock, write.runBlocks()), Task::next);

    private static final Step<BufferedWrite> B2_GIVE_UP = B2.sub("giveup", "unlock_page",
            write -> {
                write.inode.pages().locks().unlock(write.runBlock, write.runBlocks());
                return end();
            });

    /** Releases the page locks from the wait for the range; later there is no way out. */
    @Override
    protected Step<?> wayOut() {
        return at().label().startsWith("B1.range") ? B1_GIVE_UP
                : at().label().startsWith("B2.range") ? B2_GIVE_UP : null;
    }

    private int runBlocks() {
        return runEnd - runBlock;
    }

    private Step<?> findDirty() {
        runBlock = inode.pages().nextDirty(from, end);
        if (runBlock == end) {
            return end();
        }
        runEnd = runBlock + Math.max(1, inode.pages().dirtyRun(runBlock, end));
        cursor = runBlock;
        return B2_LOCK;
    }

    private Step<?> checkDirty() {
        return inode.pages().dirtyRun(runBlock, runEnd) == runBlocks() ? B2_RANGE : B2_SKIP;
    }

    private Step<?> skip() {
        inode.pages().locks().unlock(runBlock, runBlocks());
        return B2;
    }

    /** B3. Reads the file extent item at the cursor; the extent that begins there is the piece. */
    public static final Step<BufferedWrite> B3 = step("B3", "btrfs_lookup_file_extent",
            BufferedWrite::readItem);

    private Step<?> readItem() {
        block = cursor;
        synchronized (inode.recorded()) {
            long item = inode.recorded().get(block);
            bytenr = FileExtents.bytenr(item);
            prealloc = FileExtents.isPrealloc(item);
            int most = runEnd - cursor;
            blocks = inode.recorded().run(block, item == FileExtents.HOLE ? most
                    : Math.min(most, fs.groups().sectorsLeft(bytenr)), Disk.SECTOR_SIZE);
            return lookUpItem(next());
        }
    }

    /** B4. Tests ro without a lock. */
    public static final Step<BufferedWrite> B4 = step("B4", "btrfs_extent_readonly",
            write -> write.testReadOnly(write.next()));

    /** B5. Looks for other references and for checksums. */
    public static final Step<BufferedWrite> B5 = step("B5", "btrfs_cross_ref_exist",
            write -> write.lookForOtherReferences(BufferedWrite.B5_CSUM));

    private static final Step<BufferedWrite> B5_CSUM = B5.sub("csum", "csum_exist_in_range",
            write -> write.lookForChecksums(write.next()));

    /** B6. Enters the group of the item's place, or refuses: see {@link NocowSection}. */
    public static final Step<Write> B6 = NocowSection.enter("B6", Write::bytenr);

    @Override
    public Step<?> refuse() {
        pending += blocks;
        cursor += blocks;
        return B11;
    }

    /**
     * B7. Sends the blocks before this extent to new space, if there are any, while the group stays
     * entered. If that fails, the group is left, and the write-back ends.
     */
    public static final Step<BufferedWrite> B7 = step("B7", "cow_file_range",
            BufferedWrite::holdSlot);

    private static final Step<BufferedWrite> B7_DONE = B7.sub("done", "cow_file_range",
            BufferedWrite::takeSlotBack);

    private Step<?> holdSlot() {
        if (pending == 0) {
            return next();
        }
        slotHeld = true;
        slotBlock = block;
        slotBlocks = blocks;
        slotBytenr = bytenr;
        slotPrealloc = prealloc;
        slotGroup = group;
        return sendPending();
    }

    private Step<?> sendPending() {
        block = cursor - pending;
        blocks = pending;
        return C2;
    }

    @Override
    protected Step<?> afterNewPlace() {
        return B7_DONE;
    }

    private Step<?> takeSlotBack() {
        if (ordered != null) {
            made.add(ordered);
            pending -= blocks;
        }
        if (error() == null && pending > 0) {
            return sendPending(); // the space came in pieces
        }
        if (!slotHeld) {
            return B11;
        }
        slotHeld = false;
        block = slotBlock;
        blocks = slotBlocks;
        bytenr = slotBytenr;
        prealloc = slotPrealloc;
        group = slotGroup;
        return error() == null ? next() : after(B9);
    }

    /** B8. The cached extent map shows a booked place as written, before the ordered extent. */
    public static final Step<BufferedWrite> B8 = step("B8", "create_pinned_em",
            BufferedWrite::cacheWritten);

    private Step<?> cacheWritten() {
        if (prealloc) {
            cachePiece();
        }
        return next();
    }

    /** B9. Makes the ordered extent, as W5. */
    public static final Step<BufferedWrite> B9 = step("B9", "btrfs_add_ordered_extent",
            BufferedWrite::makeOrdered);

    private static final Step<BufferedWrite> B9_LIST = B9.sub("list",
            "__btrfs_add_ordered_extent", BufferedWrite::listSlot);

    private static final Step<BufferedWrite> B9_UNDO = B9.sub("undo", "btrfs_drop_extent_cache",
            BufferedWrite::forgetWritten);

    private Step<?> makeOrdered() {
        how = How.NOCOW;
        Step<?> then = addOrdered(inPlaceKind(), B9_LIST);
        return ordered == null && prealloc ? B9_UNDO : then;
    }

    private Step<?> listSlot() {
        made.add(ordered);
        cursor += blocks;
        return listOrdered();
    }

    private Step<?> forgetWritten() {
        for (int i = 0; i < blocks; i++) {
            inode.cached().forget(block + i, bytenr + (long) i * Disk.SECTOR_SIZE);
        }
        return next();
    }

    /** B10. Leaves the group, in success and failure; as W6. */
    public static final Step<Write> B10 = NocowSection.leave("B10");

    /** B10 since 2022: see {@link NocowSection}. */
    public static final Step<Write> B10_HELD = NocowSection.leaveHeld("B10");

    /**
     * B11. Goes on with the next extent of the run, then with what is pending; at the end, or after
     * an error, takes the pages out and unlocks them and the range. From here only ordered extents
     * stand for the write. Kernel: extent_clear_unlock_delalloc().
     */
    public static final Step<BufferedWrite> B11 = step("B11", "run_delalloc_nocow",
            BufferedWrite::goOn);

    private static final Step<BufferedWrite> B11_CLEAR = B11.sub("clear",
            "extent_clear_unlock_delalloc", BufferedWrite::takePages);

    private static final Step<BufferedWrite> B11_RANGE = B11.sub("range", "unlock_extent",
            BufferedWrite::unlockRun);

    private static final Step<BufferedWrite> B11_PAGES = B11.sub("pages", "unlock_page",
            BufferedWrite::unlockPages);

    private Step<?> goOn() {
        if (error() != null) {
            return B11_CLEAR;
        }
        if (cursor < runEnd) {
            return B3;
        }
        return pending > 0 ? sendPending() : B11_CLEAR;
    }

    @Override
    public void placed(boolean inPlace) {
        how = inPlace ? How.NOCOW : How.COW;
    }

    private Step<?> takePages() {
        for (OrderedExtent one : made) {
            inode.pages().place(one.block(), one.blocks(),
                    one.kind() != OrderedExtent.Kind.REGULAR, this);
        }
        data = inode.pages().take(runBlock, runBlocks());
        return B11_RANGE;
    }

    private Step<?> unlockRun() {
        inode.ioTree().unlock(runBlock, runBlocks());
        return B11_PAGES;
    }

    private Step<?> unlockPages() {
        inode.pages().locks().unlock(runBlock, runBlocks());
        submitted = 0;
        return next();
    }

    /** B12. Submits the bio of the next ordered extent; its bytes reach the device. */
    public static final Step<BufferedWrite> B12 = step("B12", "btrfs_map_bio",
            BufferedWrite::submitNext);

    private static final Step<BufferedWrite> B12_END = B12.sub("end", "end_bio_extent_writepage",
            BufferedWrite::endBio);

    private Step<?> submitNext() {
        if (submitted == made.size()) {
            made.clear();
            pending = 0;
            from = runEnd;
            return error() == null ? B2 : end();
        }
        ordered = made.get(submitted);
        submitBio();
        return B12_END;
    }

    /** B13. Finishes: see {@link Finish}. */
    public static final Step<Write> B13 = new Finish("B13").entry;

    @Override
    protected Step<?> afterFinish() {
        submitted++;
        return B12;
    }
}
