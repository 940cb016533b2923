// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.model.task.Step.step;
import static nocowrace.model.task.Step.waitUntil;

import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;

/**
 * What all writes have in common: the way to new space (C2 to C7) and, since there is no other way
 * to the device, the ordered extent, the bio and its end.
 *
 * <p>The write goes piece by piece, and a piece lies in one extent. A piece is {@code [block, block
 * + blocks)}; what is still to be written after it follows it.
 */
public abstract class Write extends Task {

    /** Where the bytes went. */
    public enum How {
        /** Into the place that the file had. */
        NOCOW,
        /** Into new space. */
        COW
    }

    /** The file. */
    protected final Inode inode;

    /** What each sector written holds afterwards. */
    protected final long stamp;

    /** First file block of the piece. */
    protected int block;

    /** Length of the piece, blocks. */
    protected int blocks;

    /** From the piece's first block to the end of the write, blocks. */
    protected int remaining;

    /** Where the piece goes: logical address, bytes. */
    protected long bytenr;

    /** How the current piece is written. */
    protected How how = How.NOCOW;

    /** The piece in flight; null if it could not be made. */
    protected OrderedExtent ordered;

    /** The group with a count or a reference that this task owes. */
    protected BlockGroup group;

    /** Physical sector of the piece, or -1 if the address has no chunk. */
    private int physical;

    /** Sectors of the piece that have reached the device, a count. */
    private int written;

    /**
     * Makes a write that stands before its first step.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param inode the file
     * @param block first file block
     * @param remaining length, blocks, at least 1
     * @param stamp what each sector holds afterwards
     */
    protected Write(FsInfo fs, Column column, Inode inode, int block, int remaining, long stamp) {
        super(fs, column);
        this.inode = inode;
        this.block = block;
        this.remaining = remaining;
        this.stamp = stamp;
    }

    /**
     * How the last piece was written.
     *
     * @return in place, or to new space
     */
    public final How how() {
        return how;
    }

    // ---- new space: the columns of V4_6 leave out C4 and C7 ----

    /**
     * C2. Enters the read side of groups_sem, in which an allocator stays until it has counted
     * itself. Kernel: find_free_extent(), fs/btrfs/extent-tree.c.
     */
    public static final Step<Write> C2 = waitUntil("C2", "down_read",
            write -> write.fs.space().groupsSem().queue(),
            write -> write.fs.space().groupsSem().tryDownRead());

    /** C3. Picks a group that is not read-only and books the bytes, both under its lock. */
    public static final Step<Write> C3 = step("C3", "btrfs_add_reserved_bytes", Write::allocate);

    private Step<?> allocate() {
        bytenr = fs.space().allocate(blocks);
        if (bytenr == 0) {
            fail(Errno.ENOSPC);
            return C5;
        }
        return next();
    }

    /**
     * C4. Counts this writer in the group, after C3 and still inside groups_sem. Pairs with R3.
     * Owes one C7. Kernel: btrfs_inc_block_group_reservations(), the parent of f78c436c3931.
     */
    public static final Step<Write> C4 = step("C4", "btrfs_inc_block_group_reservations",
            Write::incReservations);

    private Step<?> incReservations() {
        group = fs.groups().lookup(bytenr);
        group.reservations().inc();
        return next();
    }

    /** C5. Leaves groups_sem. Without space there is nothing to do but to unlock and fail. */
    public static final Step<Write> C5 = step("C5", "up_read", Write::upRead);

    private Step<?> upRead() {
        fs.space().groupsSem().upRead();
        return bytenr == 0 ? abandon() : next();
    }

    /** C6. Makes the ordered extent at the new place: the inode's first, then everybody's. */
    public static final Step<Write> C6 = step("C6", "btrfs_add_ordered_extent",
            Write::addOrdered);

    private static final Step<Write> C6_LIST = C6.sub("list", "__btrfs_add_ordered_extent",
            Write::listOrdered);

    private Step<?> addOrdered() {
        return createOrdered() ? C6_LIST : next();
    }

    /** C7. Leaves the group's reservations, in success and failure; the last one wakes R3. */
    public static final Step<Write> C7 = step("C7", "btrfs_dec_block_group_reservations",
            Write::decReservations);

    private static final Step<Write> C7_WAKE = C7.sub("wake", "wake_up_atomic_t",
            Write::wakeReservations);

    private Step<?> decReservations() {
        return group.reservations().dec() ? C7_WAKE : next();
    }

    private Step<?> wakeReservations() {
        group.reservations().queue().wakeAll();
        return next();
    }

    /** Where a write goes that has got neither space nor an ordered extent. */
    protected abstract Step<?> abandon();

    // ---- shared by the labels of the columns ----

    /** Creates the ordered extent of the piece in the inode's tree; false if there is no memory. */
    protected final boolean createOrdered() {
        if (!fs.ordered().canCreate()) {
            ordered = null;
            fail(Errno.ENOMEM);
            return false;
        }
        ordered = new OrderedExtent(block, blocks, bytenr, (long) blocks * Disk.SECTOR_SIZE);
        inode.ordered().add(ordered);
        return true;
    }

    /** Lists the ordered extent for everybody; from here R5 sees it. */
    protected final Step<?> listOrdered() {
        fs.ordered().add(ordered);
        return next();
    }

    /** Submits the bio: maps the address to the device, if its chunk still exists. */
    protected final Step<?> submitBio() {
        physical = fs.groups().physicalOf(bytenr);
        written = 0;
        if (physical < 0) {
            failBio();
        }
        return next();
    }

    /** Lets one sector reach the device; after the last one the I/O is done. */
    protected final Step<?> endBio() {
        if (ordered.hasIoError()) {
            return next();
        }
        if (!fs.disk().write(physical + written, stamp)) {
            failBio();
            return next();
        }
        written++;
        return written < blocks ? at() : next();
    }

    private void failBio() {
        ordered.setIoError();
        fail(Errno.EIO);
    }

    /** Frees what C3 booked and nothing refers to. */
    protected final void freeSpace() {
        BlockGroup booked = fs.groups().lookup(bytenr);
        if (booked != null) {
            booked.free(bytenr, blocks);
        }
    }

    /** One transaction: the file points to the new place, and the old one is free. */
    protected final void recordNewPlace() {
        synchronized (inode.recorded()) {
            for (int i = 0; i < blocks; i++) {
                long place = bytenr + (long) i * Disk.SECTOR_SIZE;
                long backref = ExtentTree.backref(inode.number(), block + i);
                addBackref(fs, place, backref);
                long before = inode.recorded().put(block + i, place);
                if (before != FileExtents.HOLE) {
                    dropBackref(fs, before, backref);
                }
            }
        }
    }

    /** Records who refers to a place; one whose group is gone has no record to go to. */
    static void addBackref(FsInfo fs, long bytenr, long backref) {
        BlockGroup group = fs.groups().lookup(bytenr);
        if (group != null) {
            group.extents().add(group.sectorOf(bytenr), backref);
        }
    }

    /** Forgets who referred to a place, and frees it. */
    static void dropBackref(FsInfo fs, long bytenr, long backref) {
        BlockGroup group = fs.groups().lookup(bytenr);
        if (group != null) {
            group.extents().drop(group.sectorOf(bytenr), backref);
            group.free(bytenr, 1);
        }
    }
}
