// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Step.step;
import static nocowrace.engine.Step.waitUntil;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;

/**
 * CPU 1: empties a block group and removes it: seal, wait, copy, switch the pointers, remove.
 *
 * <p>Kernel: {@code btrfs_relocate_block_group()} and below, fs/btrfs/relocation.c, f78c436c3931
 * (v4.7). Which of the waits R3, R4, R5 it makes, and in which order, is the protocol's affair.
 */
public final class Relocation extends FsTask {

    /** The group being emptied: X. */
    private final BlockGroup from;

    /** Whether this relocation has made X read-only. */
    private boolean sealed;

    /** What R5 waits for, oldest first, and how far it has got. */
    private List<OrderedExtent> inFlight = List.of();
    private int waited;

    /** [n], sectors of X that the current pass found in use, and how far the pass has got. */
    private int[] found;
    private int cursor;

    /**
     * The reloc inode: [sectors of X], new place of each copied sector as a logical address, bytes;
     * 0 where nothing was copied. It refers to these places to its end, so until then they are
     * shared with the files.
     */
    private long[] newPlace;

    /** The reloc inode's pages: [n], what R6 read from each found sector. */
    private long[] pages;

    /** The next file to flush, by number. */
    private int flush = Inodes.FIRST;

    /** The file block whose pointer R9 has just switched, and the address that it had. */
    private Inode switched;
    private int switchedBlock;
    private long switchedFrom;

    /**
     * Makes a relocation that stands before R0.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param from the group to empty
     * @throws IllegalArgumentException if the group is not, or no longer, in the file system
     */
    public Relocation(FsInfo fs, Column column, BlockGroup from) {
        super(fs, column);
        if (from == null || fs.groups().lookup(from.start()) != from) {
            throw new IllegalArgumentException(from + " is not in this file system");
        }
        this.from = from;
    }

    /**
     * The way of an error: ends the switch that R9 has begun, drops the copies, unseals, unlocks.
     * There is none from R0, where nothing is held, and none while R9 waits for the range of a file
     * whose pointer it has switched: without the range the cached map cannot be dropped.
     */
    @Override
    protected Step<?> wayOut() {
        Step<?> at = at();
        String label = at.label();
        if (at.entry() == R11 || at == R9_DROP || at == R9_UNLOCK || at == R9_FREE) {
            return at;
        }
        if (at.entry() == R0 && at != R0_CHECK || label.startsWith(R9_LOCK.label())) {
            return null;
        }
        if (at == R3_UP) {
            upWrite();
        }
        return !sealed ? R11_UNLOCK : newPlace == null ? R1_UNDO : R11;
    }

    /**
     * The group that is emptied.
     *
     * @return X
     */
    public BlockGroup from() {
        return from;
    }

    /**
     * Tells whether the waits are over and extents are being moved.
     *
     * @return true from before R6 to before R11
     */
    public boolean isMoving() {
        return at() != null && MOVING.contains(at().entry());
    }

    /**
     * R0. Takes the mutex under which groups are relocated one at a time; held to the end. The
     * group may be gone by then. Kernel: delete_unused_bgs_mutex, fs/btrfs/volumes.c.
     */
    public static final Step<Relocation> R0 = waitUntil("R0", "mutex_lock",
            relocation -> relocation.fs.space().relocationMutex().queue(),
            relocation -> relocation.fs.space().relocationMutex().tryDownWrite(),
            relocation -> Relocation.R0_CHECK);

    private static final Step<Relocation> R0_CHECK = R0.sub("check", "btrfs_lookup_block_group",
            Relocation::checkStillThere);

    private Step<?> checkStillThere() {
        if (fs.groups().lookup(from.start()) != from) {
            fail(Errno.ENOENT);
            return R11_UNLOCK;
        }
        return next();
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
        sealed = true;
        note("X is read-only");
        return next();
    }

    private Step<?> unseal() {
        fs.space().decReadOnly(from);
        sealed = false;
        return R11_UNLOCK;
    }

    /** R2. Makes the reloc inode, in which the copies are gathered. */
    public static final Step<Relocation> R2 = step("R2", "create_reloc_inode",
            Relocation::createRelocInode);

    private Step<?> createRelocInode() {
        newPlace = new long[from.sectors()];
        return next();
    }

    /**
     * F1. Linux 4.6 only: writes back the dirty pages of all files, and so waits for the page locks
     * of those who are writing back. An error ends the relocation. Kernel:
     * btrfs_start_delalloc_roots(), fs/btrfs/inode.c.
     */
    public static final Step<Relocation> F1 = step("F1", "btrfs_start_delalloc_roots",
            Relocation::flushNextFile);

    private Step<?> flushNextFile() {
        if (error() != null) {
            return R11;
        }
        while (flush < Inodes.FIRST + fs.inodes().size()) {
            Inode inode = fs.inodes().get(flush++);
            if (inode.pages().nextDirty(0, inode.blocks()) < inode.blocks()) {
                return call(BufferedWrite.writeback(fs, inode, 0, inode.blocks()), again());
            }
        }
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
            relocation -> relocation.goOn("nobody has space in X without an ordered extent"));

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
            relocation -> relocation.from.guard().isDrained(),
            relocation -> relocation.goOn("no nocow writer is inside X"));

    private Step<?> goOn(String found) {
        note(found);
        return next();
    }

    /**
     * R5. Waits for each ordered extent over X that is listed now; not for later ones. Kernel:
     * btrfs_wait_ordered_roots(), 578def7c50f2.
     */
    public static final Step<Relocation> R5 = waitForOrdered("R5",
            relocation -> relocation.fs.ordered().snapshot(relocation.from.start(),
                    relocation.from.length()), OrderedExtent::isComplete);

    /**
     * Makes another entry like R5.
     *
     * @param label its label
     * @param which what to wait for
     * @param done when the wait for one of them is over
     * @return the first step
     */
    public static Step<Relocation> waitForOrdered(String label,
            Function<Relocation, List<OrderedExtent>> which, Predicate<OrderedExtent> done) {
        Step<Relocation> entry = step(label, "btrfs_wait_ordered_roots", relocation -> {
            relocation.inFlight = which.apply(relocation);
            relocation.waited = 0;
            relocation.note(relocation.inFlight.isEmpty() ? "no ordered extent over X is listed"
                    : "ordered extents over X are listed");
            return relocation.nextInFlight();
        });
        entry.subWait("complete", "btrfs_start_ordered_extent",
                relocation -> relocation.inFlight.get(relocation.waited).queue(),
                relocation -> done.test(relocation.inFlight.get(relocation.waited)),
                relocation -> {
                    relocation.waited++;
                    return relocation.nextInFlight();
                });
        return entry;
    }

    private Step<?> nextInFlight() {
        if (waited < inFlight.size()) {
            return at().part("complete");
        }
        inFlight = List.of();
        waited = 0;
        return next();
    }

    /**
     * R6. Stage 0: finds the recorded extents of X, then for each books a new place in another
     * group and reads the old bytes. Where the old place has a checksum that does not match, that
     * is EIO, and X stays; a place without one is copied as it is. Kernel: relocate_block_group(),
     * relocate_data_extent(); relocate_file_extent_cluster() gives EIO for a page that is not up to
     * date after the read, btrfs_readpage_end_io_hook() compares, fs/btrfs, v4.7.
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
            return R11;
        }
        BlockGroup to = fs.groups().lookup(place);
        to.extents().add(to.sectorOf(place), relocBackref(found[cursor]));
        newPlace[found[cursor]] = place;
        return R6_READ;
    }

    private static long relocBackref(int sector) {
        return ExtentTree.backref(Inode.RELOC, sector);
    }

    private Step<?> readOldBytes() {
        pages[cursor] = fs.disk().read(from.physicalOf(from.bytenrOf(found[cursor])));
        if (!from.csums().matches(found[cursor], pages[cursor])) {
            note("the checksum does not match: EIO");
            fail(Errno.EIO);
            return R11;
        }
        note("what the old place holds is read");
        cursor++;
        if (cursor < found.length) {
            return R6_PLACE;
        }
        cursor = 0;
        return next();
    }

    /**
     * R7. Writes the pages of the reloc inode and clones the checksums that the old place has at
     * that moment; when it is over, the bytes are at the new place. Kernel:
     * btrfs_wait_ordered_range(), btrfs_reloc_clone_csums().
     */
    public static final Step<Relocation> R7 = step("R7", "btrfs_wait_ordered_range",
            Relocation::writePage);

    private static final Step<Relocation> R7_CSUM = R7.sub("csum", "btrfs_reloc_clone_csums",
            Relocation::cloneCsum);

    private Step<?> writePage() {
        int physical = fs.groups().physicalOf(newPlace[found[cursor]]);
        if (!fs.disk().write(physical, pages[cursor])) {
            fail(Errno.EIO);
            return R11;
        }
        return R7_CSUM;
    }

    private Step<?> cloneCsum() {
        long place = newPlace[found[cursor]];
        BlockGroup to = fs.groups().lookup(place);
        to.csums().put(to.sectorOf(place), from.csums().get(found[cursor]));
        cursor++;
        return cursor < found.length ? R7 : next();
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
     * pointer, after that locks the file range and drops the cached extent map, and only then drops
     * the old place, which somebody under the range lock may still be reading. Between the first
     * two the tree says new and the map says old. An extent that stage 0 never saw has no copy:
     * ENOENT, the transaction aborts. Kernel: replace_file_extents(), merge_reloc_root(),
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
        if (error() != null) {
            return R11; // abandoned
        }
        int sector = found[cursor];
        long backref = from.extents().first(sector);
        if (backref == ExtentTree.UNUSED) {
            cursor++;
            return cursor < found.length ? again() : next();
        }
        long place = newPlace[sector];
        if (place == 0) {
            note("an extent that was never copied: ENOENT");
            fail(Errno.ENOENT);
            return R11;
        }
        switched = fs.inodes().get(ExtentTree.inodeOf(backref));
        switchedBlock = ExtentTree.blockOf(backref);
        switchedFrom = from.bytenrOf(sector);
        if (!Trees.relocate(fs, switched, switchedBlock, switchedFrom, place)) {
            return again(); // it has moved on by itself
        }
        note("the file points to the copy");
        return R9_LOCK;
    }

    private Step<?> dropCached() {
        switched.cached().forget(switchedBlock, switchedFrom);
        return R9_UNLOCK;
    }

    private static final Step<Relocation> R9_FREE = R9.sub("free", "btrfs_drop_snapshot",
            Relocation::dropOldReference);

    private Step<?> unlockSwitched() {
        switched.ioTree().unlock(switchedBlock, 1);
        return R9_FREE;
    }

    private Step<?> dropOldReference() {
        Trees.drop(from, switchedFrom, ExtentTree.backref(switched.number(), switchedBlock));
        return R9_SWITCH; // somebody else may refer to the same sector
    }

    /** R10. Repeats the pass until one finds nothing. */
    public static final Step<Relocation> R10 = step("R10", "btrfs_relocate_block_group",
            Relocation::repeat);

    private Step<?> repeat() {
        return found.length == 0 ? next() : R9;
    }

    /** What comes after all waits and before the group is given up. */
    private static final Set<Step<?>> MOVING = Set.of(R6, R7, R8, R9, R10);

    /**
     * R11. Drops the reloc inode, and with it the copies that no file refers to; then removes the
     * group and its chunk. It stays read-only, for it is gone, and its place on the device may be
     * given out again. Kernel: iput(), btrfs_remove_chunk(), btrfs_remove_block_group().
     */
    public static final Step<Relocation> R11 = step("R11", "iput", Relocation::dropRelocInode);

    private static final Step<Relocation> R11_DROP = R11.sub("drop", "btrfs_drop_extents",
            Relocation::dropNextCopy);

    private static final Step<Relocation> R11_REMOVE = R11.sub("remove", "btrfs_remove_chunk",
            Relocation::removeGroup);

    private static final Step<Relocation> R11_UNLOCK = R11.sub("unlock", "mutex_unlock",
            Relocation::unlockMutex);

    private Step<?> dropRelocInode() {
        cursor = 0;
        return R11_DROP;
    }

    private Step<?> dropNextCopy() {
        while (cursor < newPlace.length && newPlace[cursor] == 0) {
            cursor++;
        }
        if (cursor == newPlace.length) {
            return error() == null ? R11_REMOVE : R1_UNDO;
        }
        long place = newPlace[cursor];
        Trees.drop(fs.groups().lookup(place), place, relocBackref(cursor));
        newPlace[cursor] = 0;
        return again();
    }

    private Step<?> removeGroup() {
        fs.groups().remove(from);
        note("X is removed");
        return R11_UNLOCK;
    }

    private Step<?> unlockMutex() {
        fs.space().relocationMutex().upWrite();
        return end();
    }
}
