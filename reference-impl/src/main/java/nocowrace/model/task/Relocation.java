// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.model.task.Step.step;
import static nocowrace.model.task.Step.waitUntil;

import java.util.List;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;

/**
 * CPU 1: empties a block group and removes it: seal, wait, copy, switch the pointers, remove.
 *
 * <p>Kernel: {@code btrfs_relocate_block_group()} and below, fs/btrfs/relocation.c, f78c436c3931
 * (v4.7). Which of the waits R3, R4, R5 it makes, and in which order, is the protocol's affair.
 */
public final class Relocation extends Task {

    /** The group being emptied: X. */
    private final BlockGroup from;

    /** What R5 waits for, oldest first, and how far it has got. */
    private List<OrderedExtent> inFlight = List.of();
    private int waited;

    /** [n], sectors of X that the current pass found in use, and how far the pass has got. */
    private int[] found;
    private int cursor;

    /**
     * The reloc inode: [sectors of X], new place of each copied sector as a logical address, bytes;
     * 0 where nothing was copied, or where a file has it by now.
     */
    private long[] newPlace;

    /** The reloc inode's pages: [n], what R6 read from each found sector. */
    private long[] pages;

    /** The file block whose pointer R9 has just switched, and the address that it had. */
    private Inode switched;
    private int switchedBlock;
    private long switchedFrom;

    /**
     * Makes a relocation that stands before R1.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param from the group to empty
     */
    public Relocation(FsInfo fs, Column column, BlockGroup from) {
        super(fs, column);
        this.from = from;
    }

    /**
     * R1. Seals the group: from here no nocow writer enters and no allocator picks it. Lock:
     * sinfo.lock, then bg.lock. Pairs with W4 and C3. Kernel: btrfs_inc_block_group_ro().
     */
    public static final Step<Relocation> R1 = step("R1", "btrfs_inc_block_group_ro",
            Relocation::seal);

    private static final Step<Relocation> R1_UNDO = R1.sub("undo", "btrfs_dec_block_group_ro",
            Relocation::unseal);

    private Step<?> seal() {
        fs.space().incReadOnly(from);
        return next();
    }

    private Step<?> unseal() {
        fs.space().decReadOnly(from);
        return end();
    }

    /** R2. Makes the reloc inode, in which the copies are gathered. */
    public static final Step<Relocation> R2 = step("R2", "create_reloc_inode",
            Relocation::createRelocInode);

    private Step<?> createRelocInode() {
        newPlace = new long[from.sectors()];
        return next();
    }

    /**
     * R3. Waits until nobody has space in X and no ordered extent yet. Takes and drops groups_sem
     * first, so that nobody is past C3 and not yet at C4; ends because a writer at C4 reaches C7
     * without waiting for relocation. Kernel: btrfs_wait_block_group_reservations().
     */
    public static final Step<Relocation> R3 = waitUntil("R3", "down_write",
            relocation -> relocation.fs.space().groupsSem().queue(),
            relocation -> relocation.fs.space().groupsSem().tryDownWrite(),
            relocation -> Relocation.R3_UP);

    private static final Step<Relocation> R3_UP = R3.sub("up", "up_write", Relocation::upWrite);

    private static final Step<Relocation> R3_ZERO = R3.subWait("zero",
            "btrfs_wait_block_group_reservations",
            relocation -> relocation.from.reservations().queue(),
            relocation -> relocation.from.reservations().isZero(),
            Task::next);

    private Step<?> upWrite() {
        fs.space().groupsSem().upWrite();
        return R3_ZERO;
    }

    /**
     * R4. Waits until the last nocow writer has left. Ends because a writer that entered in W4
     * reaches W6 without waiting for relocation. Kernel: btrfs_wait_nocow_writers(), f78c436c3931.
     */
    public static final Step<Relocation> R4 = waitUntil("R4", "btrfs_wait_nocow_writers",
            relocation -> relocation.from.nocowQueue(),
            relocation -> relocation.from.guard().isDrained());

    /**
     * R5. Waits for each ordered extent over X that is listed now; not for later ones. Kernel:
     * btrfs_wait_ordered_roots(), 578def7c50f2.
     */
    public static final Step<Relocation> R5 = step("R5", "btrfs_wait_ordered_roots",
            Relocation::snapshotOrdered);

    private static final Step<Relocation> R5_COMPLETE = R5.subWait("complete",
            "btrfs_start_ordered_extent",
            relocation -> relocation.inFlight.get(relocation.waited).queue(),
            relocation -> relocation.inFlight.get(relocation.waited).isComplete(),
            Relocation::waitForNextOrdered);

    private Step<?> snapshotOrdered() {
        inFlight = fs.ordered().snapshot(from.start(), from.length());
        waited = 0;
        return inFlight.isEmpty() ? next() : R5_COMPLETE;
    }

    private Step<?> waitForNextOrdered() {
        waited++;
        return waited < inFlight.size() ? R5_COMPLETE : next();
    }

    /**
     * R6. Stage 0: finds the recorded extents of X, then for each books a new place in another group
     * and reads the old bytes. Kernel: relocate_block_group(), relocate_data_extent().
     */
    public static final Step<Relocation> R6 = step("R6", "relocate_block_group",
            Relocation::scanForCopy);

    private static final Step<Relocation> R6_PLACE = R6.sub("place",
            "prealloc_file_extent_cluster", Relocation::bookNewPlace);

    private static final Step<Relocation> R6_READ = R6.sub("read",
            "relocate_file_extent_cluster", Relocation::readOldBytes);

    private Step<?> scanForCopy() {
        scan();
        pages = new long[found.length];
        return found.length == 0 ? R11 : R6_PLACE;
    }

    private void scan() {
        found = from.extents().scan();
        cursor = 0;
    }

    private Step<?> bookNewPlace() {
        long place = fs.space().allocate(1);
        if (place == 0) {
            fail(Errno.ENOSPC);
            return R11_FREE;
        }
        newPlace[found[cursor]] = place;
        return R6_READ;
    }

    private Step<?> readOldBytes() {
        pages[cursor] = fs.disk().read(from.physicalOf(from.bytenrOf(found[cursor])));
        cursor++;
        if (cursor < found.length) {
            return R6_PLACE;
        }
        cursor = 0;
        return next();
    }

    /** R7. Writes the pages of the reloc inode; when it is over, the bytes are at the new place. */
    public static final Step<Relocation> R7 = step("R7", "btrfs_wait_ordered_range",
            Relocation::writePage);

    private Step<?> writePage() {
        int physical = fs.groups().physicalOf(newPlace[found[cursor]]);
        if (!fs.disk().write(physical, pages[cursor])) {
            fail(Errno.EIO);
            return R11_FREE;
        }
        cursor++;
        return cursor < found.length ? at() : next();
    }

    /** R8. Drops those pages; what follows is stage 1. */
    public static final Step<Relocation> R8 = step("R8", "invalidate_mapping_pages",
            Relocation::dropPages);

    private Step<?> dropPages() {
        pages = null;
        return next();
    }

    /**
     * R9. A pass of stage 1: finds what is still recorded in X, then for each switches the file's
     * pointer, and after that locks the file range and drops the cached extent map. Between the two
     * the tree says new and the map says old. An extent that stage 0 never saw has no copy: ENOENT,
     * the transaction aborts. Kernel: replace_file_extents(), merge_reloc_root(),
     * invalidate_extent_cache().
     */
    public static final Step<Relocation> R9 = step("R9", "relocate_block_group",
            Relocation::scanForSwitch);

    private static final Step<Relocation> R9_SWITCH = R9.sub("switch", "replace_file_extents",
            Relocation::switchPointer);

    private static final Step<Relocation> R9_LOCK = R9.subWait("lock", "lock_extent",
            relocation -> relocation.switched.ioTree().queue(),
            relocation -> relocation.switched.ioTree().tryLock(relocation.switchedBlock, 1),
            relocation -> Relocation.R9_DROP);

    private static final Step<Relocation> R9_DROP = R9.sub("drop", "btrfs_drop_extent_cache",
            Relocation::dropCached);

    private static final Step<Relocation> R9_UNLOCK = R9.sub("unlock", "unlock_extent",
            Relocation::unlockSwitched);

    private Step<?> scanForSwitch() {
        scan();
        return found.length == 0 ? next() : R9_SWITCH;
    }

    private Step<?> switchPointer() {
        int sector = found[cursor];
        long backref = from.extents().get(sector);
        if (backref == ExtentTree.UNUSED) {
            return afterSwitch(); // the file has moved on by itself
        }
        long place = newPlace[sector];
        if (place == 0) {
            fail(Errno.ENOENT);
            return R11_FREE;
        }
        switched = fs.inodes().get(ExtentTree.inodeOf(backref));
        switchedBlock = ExtentTree.blockOf(backref);
        switchedFrom = from.bytenrOf(sector);
        synchronized (switched.recorded()) {
            if (!switched.recorded().replace(switchedBlock, switchedFrom, place)) {
                return afterSwitch(); // likewise, a moment ago
            }
            Write.addBackref(fs, place, backref);
            Write.dropBackref(fs, switchedFrom, backref);
        }
        newPlace[sector] = 0;
        return R9_LOCK;
    }

    private Step<?> dropCached() {
        switched.cached().replace(switchedBlock, switchedFrom, 0);
        return R9_UNLOCK;
    }

    private Step<?> unlockSwitched() {
        switched.ioTree().unlock(switchedBlock, 1);
        return afterSwitch();
    }

    private Step<?> afterSwitch() {
        cursor++;
        return cursor < found.length ? R9_SWITCH : next();
    }

    /** R10. Repeats the pass until one finds nothing. */
    public static final Step<Relocation> R10 = step("R10", "btrfs_relocate_block_group",
            Relocation::repeat);

    private Step<?> repeat() {
        return found.length == 0 ? next() : R9;
    }

    /**
     * R11. Removes the group and its chunk; it stays read-only, for it is gone. Copies that no file
     * refers to go with the reloc inode. Kernel: btrfs_remove_chunk(), btrfs_remove_block_group().
     */
    public static final Step<Relocation> R11 = step("R11", "btrfs_remove_chunk",
            Relocation::removeGroup);

    private static final Step<Relocation> R11_FREE = R11.sub("free", "iput",
            Relocation::freeUnusedCopies);

    private Step<?> removeGroup() {
        fs.groups().remove(from);
        return R11_FREE;
    }

    private Step<?> freeUnusedCopies() {
        for (long place : newPlace) {
            if (place != 0) {
                fs.groups().lookup(place).free(place, 1);
            }
        }
        return error() == null ? end() : R1_UNDO;
    }
}
