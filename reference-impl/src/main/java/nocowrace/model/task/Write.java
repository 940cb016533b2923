// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.Ticket;

/**
 * What direct and buffered writes have in common: the questions before a write in place, the guard,
 * the way to new space (C2 to C8), and the ordered extent from its creation to its end.
 *
 * <p>A write goes piece by piece, and a piece, {@code [block, block + blocks)}, lies in one extent.
 */
public abstract class Write extends RangeTask {

    /** What is noted when bytes reach the device: from here they are at their place, or lost. */
    public static final String LANDED = "the new bytes stand at the place";

    /** Where the bytes went. */
    public enum How {
        /** Into the place that the file had. */
        NOCOW,
        /** Into new space. */
        COW
    }

    /** Length of the piece, blocks. */
    protected int blocks;

    /** Where the piece goes: logical address, bytes; 0 if there is no space. */
    protected long bytenr;

    /** Whether the place in which the piece goes is booked and not written yet. */
    protected boolean prealloc;

    /** How the last piece was written. */
    protected How how = How.NOCOW;

    /** The piece in flight; null if it could not be made. */
    protected OrderedExtent ordered;

    /** The group with a count or a reference that this task owes; null while it owes none. */
    protected BlockGroup group;

    /**
     * What W4 last got from a guard that let it in; null before the first time, and where it says
     * nothing that the next time could use.
     */
    Ticket ticket;

    /** The group that W6 looked up again, for the second of its two references. */
    BlockGroup lookedUpAgain;

    /** The item's address, which the file tree gives; differs from bytenr if the map is stale. */
    private long itemBytenr;

    /** Physical sector of the ordered extent, or -1 if the address has no chunk. */
    private int physical;

    /** Sectors of the ordered extent that have reached the device; then blocks recorded. */
    int done;

    /**
     * Makes a write that stands before its first step.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param inode the file
     * @param block first file block
     * @param blocks length, blocks, at least 1
     */
    protected Write(FsInfo fs, Column column, Inode inode, int block, int blocks) {
        super(fs, column, inode, block, blocks);
    }

    /**
     * Refuses a stamp that no write may leave: {@link Disk#BLANK} means unwritten.
     *
     * @param stamp what a sector shall hold
     * @return the same
     * @throws IllegalArgumentException if it is less than 1
     */
    public static long requireStamp(long stamp) {
        if (stamp < 1) {
            throw new IllegalArgumentException("stamp " + stamp + " is less than 1");
        }
        return stamp;
    }

    /**
     * How the last piece was written, by this task or by another one that has written its pages
     * back.
     *
     * @return in place, or to new space; in place if nothing was written
     */
    public final How how() {
        return how;
    }

    /** What a block of the ordered extent holds afterwards. */
    protected abstract long stampOf(int fileBlock);

    /**
     * In place is refused; for steps.
     *
     * @return what comes instead
     */
    public abstract Step<?> refuse();

    /**
     * Where the piece goes.
     *
     * @return logical address, bytes; 0 if there is no space
     */
    public final long bytenr() {
        return bytenr;
    }

    /**
     * Where the file tree has the piece.
     *
     * @return logical address of the item that the questions were about, bytes
     */
    public final long itemBytenr() {
        return itemBytenr;
    }

    /**
     * The group that this task has entered, or in which it has space reserved.
     *
     * @return the group with a count that this task owes; null if it owes none
     */
    public final BlockGroup group() {
        return group;
    }

    /**
     * The piece in flight.
     *
     * @return its ordered extent, or null if it has none
     */
    public final OrderedExtent ordered() {
        return ordered;
    }

    /** The piece has its new place and its ordered extent, or has failed: what comes next. */
    protected abstract Step<?> afterNewPlace();

    /** The ordered extent is complete: what comes next. */
    protected abstract Step<?> afterFinish();

    // ---- may it be written in place? ----

    /** Looks the item of the piece up in the file tree. */
    final boolean isItemInPlace() {
        long item = inode.recorded().get(block);
        if (item == FileExtents.HOLE || !FileExtents.isPrealloc(item) && !inode.isNodatacow()) {
            return false;
        }
        itemBytenr = FileExtents.bytenr(item);
        return true;
    }

    /** Tests ro without a lock. The answer is old when it is given: nothing here keeps R1 out. */
    final boolean isWritable() {
        BlockGroup of = fs.groups().lookup(itemBytenr);
        boolean writable = of != null && !of.isReadOnly();
        note(writable ? "writable: may go in place" : "read-only: not in place");
        return writable;
    }

    /** Looks for other references to the extent; may shorten the piece. */
    final boolean isItsOwn() {
        BlockGroup of = fs.groups().lookup(itemBytenr);
        if (of == null) {
            return false;
        }
        int sector = of.sectorOf(itemBytenr);
        return shortenTo(of.extents().unshared(sector, ExtentTree.backref(inode.number(), block),
                Math.min(blocks, of.sectors() - sector)));
    }

    /** Looks for checksums, which would no longer match; may shorten the piece. */
    final boolean hasNoChecksums() {
        BlockGroup of = fs.groups().lookup(itemBytenr);
        return of != null && shortenTo(of.csums().without(of.sectorOf(itemBytenr), blocks));
    }

    private boolean shortenTo(int length) {
        if (length == 0) {
            note("shared or with a checksum: not in place");
            return false;
        }
        blocks = length;
        return true;
    }

    // ---- new space: the columns of V4_6 leave out C4 and C7 ----

    /** The entries that direct and buffered writes share. */
    static final Table<Write> SHARED = new Table<>();

    /**
     * C2. Enters the read side of groups_sem, in which an allocator stays until it has counted
     * itself. Kernel: find_free_extent(), fs/btrfs/extent-tree.c.
     */
    public static final Step<Write> C2 = SHARED.entry("C2",
            awaits("", "down_read", write -> write.fs.space().groupsSem().queue(),
                    write -> write.fs.space().groupsSem().tryDownRead()));

    /**
     * C3. Picks a group that is not read-only and books the bytes, both under its lock; half of the
     * piece if there is no room for all of it, and so on.
     */
    public static final Step<Write> C3 = SHARED.entry("C3",
            picks("", "btrfs_add_reserved_bytes", Write::allocate, NEXT, AGAIN, "C5"));

    private String allocate() {
        how = How.COW;
        prealloc = false;
        ordered = null;
        bytenr = fs.space().allocate(blocks);
        if (bytenr == 0 && blocks > 1) {
            blocks /= 2; // in smaller pieces, if not as a whole
            return AGAIN;
        }
        if (bytenr == 0) {
            fail(Errno.ENOSPC);
            return "C5";
        }
        note("space is booked");
        return NEXT;
    }

    /**
     * C4. Counts this writer in the group, after C3 and still inside groups_sem. Pairs with R3.
     * Owes one C7. Kernel: btrfs_inc_block_group_reservations(), the parent of f78c436c3931.
     */
    public static final Step<Write> C4 = SHARED.entry("C4",
            does("", "btrfs_inc_block_group_reservations", Write::incReservations));

    private void incReservations() {
        group = fs.groups().lookup(bytenr);
        group.reservations().inc();
        note("reservations++");
    }

    /** C5. Leaves groups_sem. Without space there is nothing more to do here. */
    public static final Step<Write> C5 = SHARED.entry("C5",
            asks("", "up_read", Write::upRead, NEXT, Write::afterNewPlace));

    private boolean upRead() {
        fs.space().groupsSem().upRead();
        return bytenr != 0;
    }

    /** C6. Makes the ordered extent at the new place: the inode's first, then everybody's. */
    public static final Step<Write> C6 = SHARED.entry("C6",
            asks("", "btrfs_add_ordered_extent",
                    write -> write.addOrdered(OrderedExtent.Kind.REGULAR), "list", NEXT),
            does("list", "__btrfs_add_ordered_extent", Write::listOrdered));

    /** C7. Leaves the group's reservations, in success and failure; the last one wakes R3. */
    public static final Step<Write> C7 = SHARED.entry("C7",
            asks("", "btrfs_dec_block_group_reservations", Write::decReservations, "wake", NEXT),
            does("wake", "wake_up_atomic_t", Write::wakeReservations));

    private boolean decReservations() {
        if (group.reservations().dec()) {
            return true;
        }
        group = null;
        return false;
    }

    private void wakeReservations() {
        group.reservations().queue().wakeAll();
        group = null;
    }

    /**
     * C8. The cached extent map shows the new place from now on; without an ordered extent the
     * space is given back instead.
     */
    public static final Step<Write> C8 = SHARED.entry("C8",
            does("", "create_pinned_em", Write::cacheNewPlace, Write::afterNewPlace));

    static {
        SHARED.resolve();
    }

    private void cacheNewPlace() {
        if (ordered == null) {
            freeSpace();
        } else {
            cachePiece();
        }
    }

    /** The cached extent map shows the piece at its place, written. */
    final void cachePiece() {
        for (int i = 0; i < blocks; i++) {
            inode.cached().put(block + i, bytenr + (long) i * Disk.SECTOR_SIZE);
        }
    }

    private void freeSpace() {
        BlockGroup booked = fs.groups().lookup(bytenr);
        if (booked != null) {
            booked.free(bytenr, blocks);
        }
    }

    // ---- the ordered extent, from its creation to its end ----

    /** W5, B9: creates the ordered extent of a piece that goes in place. */
    final boolean addOrderedInPlace() {
        return addOrdered(prealloc ? OrderedExtent.Kind.PREALLOC : OrderedExtent.Kind.NOCOW);
    }

    /** Creates the ordered extent of the piece in the inode's tree; false if out of memory. */
    private boolean addOrdered(OrderedExtent.Kind kind) {
        if (!fs.ordered().canCreate()) {
            ordered = null;
            fail(Errno.ENOMEM);
            return false;
        }
        ordered = new OrderedExtent(kind, block, blocks, bytenr,
                (long) blocks * Disk.SECTOR_SIZE);
        inode.ordered().add(ordered);
        return true;
    }

    /** Lists the ordered extent for everybody; from here R5 sees it. */
    final void listOrdered() {
        fs.ordered().add(ordered);
        note("the ordered extent is listed from now on");
    }

    /** Submits the bio: maps the address to the device, if its chunk still exists. */
    final void submitBio() {
        physical = fs.groups().physicalOf(ordered.bytenr());
        done = 0;
        if (physical < 0) {
            failBio();
        }
    }

    /** Lets one sector reach the device; true after the last one, when the I/O is done. */
    final boolean endBio() {
        if (!ordered.hasIoError()
                && !fs.disk().write(physical + done, stampOf(ordered.block() + done))) {
            failBio();
        }
        if (!ordered.hasIoError()) {
            note(LANDED);
        }
        done++;
        if (!ordered.hasIoError() && done < ordered.blocks()) {
            return false;
        }
        ordered.setIoDone();
        return true;
    }

    private void failBio() {
        note("EIO: no chunk, or the device failed");
        ordered.setIoError();
        fail(Errno.EIO);
    }
}
