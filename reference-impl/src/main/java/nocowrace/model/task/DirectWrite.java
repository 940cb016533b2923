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
 * CPU 2: a direct write, in place if it may (W1 to W11), to new space otherwise (C1 to C12).
 *
 * <p>Kernel: {@code btrfs_get_blocks_direct()}, {@code btrfs_submit_direct()},
 * {@code btrfs_finish_ordered_io()}, fs/btrfs/inode.c, f78c436c3931 (v4.7). The columns of V4_6 and
 * BEFORE_FIX leave out W4 and W6.
 */
public final class DirectWrite extends Write {

    /** An ordered extent that was in the way; W1 waits for it without the range lock. */
    private OrderedExtent inTheWay;

    /** The group that W6 looked up again, for the second of its two references. */
    private BlockGroup lookedUpAgain;

    /**
     * Makes a write that stands before W1.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param inode the file
     * @param block first file block, in [0, inode.blocks())
     * @param blocks length, blocks, at least 1, within the file
     * @param stamp what each sector holds afterwards
     */
    public DirectWrite(FsInfo fs, Column column, Inode inode, int block, int blocks, long stamp) {
        super(fs, column, inode, block, blocks, stamp);
    }

    // ---- in place ----

    /** W1. Locks the file range; while a write in flight overlaps it, unlocks, waits and retries. */
    public static final Step<DirectWrite> W1 = waitUntil("W1", "lock_extent",
            write -> write.inode.ioTree().queue(),
            write -> write.inode.ioTree().tryLock(write.block, write.remaining),
            write -> DirectWrite.W1_ORDERED);

    private static final Step<DirectWrite> W1_ORDERED = W1.sub("ordered",
            "btrfs_lookup_ordered_range", DirectWrite::lookupOrdered);

    private static final Step<DirectWrite> W1_UNLOCK = W1.sub("unlock", "unlock_extent",
            DirectWrite::unlockAndWait);

    private static final Step<DirectWrite> W1_COMPLETE = W1.subWait("complete",
            "btrfs_start_ordered_extent",
            write -> write.inTheWay.queue(), write -> write.inTheWay.isComplete(), write -> W1);

    private Step<?> lookupOrdered() {
        inTheWay = inode.ordered().lookup(block, remaining);
        return inTheWay == null ? next() : W1_UNLOCK;
    }

    private Step<?> unlockAndWait() {
        inode.ioTree().unlock(block, remaining);
        return W1_COMPLETE;
    }

    /** W2. Finds where the file lies: in the cached extent map, else in the file tree. */
    public static final Step<DirectWrite> W2 = step("W2", "btrfs_get_extent",
            DirectWrite::lookupCached);

    private static final Step<DirectWrite> W2_READ = W2.sub("read", "btrfs_lookup_file_extent",
            DirectWrite::readRecorded);

    private Step<?> lookupCached() {
        bytenr = inode.cached().get(block);
        if (bytenr == FileExtents.HOLE) {
            return W2_READ;
        }
        blocks = lengthOf(inode.cached());
        return next();
    }

    private Step<?> readRecorded() {
        bytenr = inode.recorded().get(block);
        if (bytenr == FileExtents.HOLE) {
            return C1;
        }
        blocks = lengthOf(inode.recorded());
        for (int i = 0; i < blocks; i++) {
            inode.cached().put(block + i, bytenr + (long) i * Disk.SECTOR_SIZE);
        }
        return next();
    }

    /** Length of the extent that begins at block, as a map shows it: blocks, at most remaining. */
    private int lengthOf(FileExtents map) {
        return map.run(block, Math.min(remaining, fs.groups().sectorsLeft(bytenr)),
                Disk.SECTOR_SIZE);
    }

    /**
     * W3. May the extent be overwritten in place? Looks the item up, then tests ro without a lock,
     * then looks for other references. The answer is old when it is given: nothing here keeps R1
     * out. Kernel: can_nocow_extent(), fs/btrfs/inode.c.
     */
    public static final Step<DirectWrite> W3 = step("W3", "can_nocow_extent",
            DirectWrite::lookupItem);

    private static final Step<DirectWrite> W3_RO = W3.sub("ro", "btrfs_extent_readonly",
            DirectWrite::testReadOnly);

    private static final Step<DirectWrite> W3_REFS = W3.sub("refs", "btrfs_cross_ref_exist",
            DirectWrite::lookForOtherReferences);

    /** The item's address, which the file tree gives; differs from bytenr if the map is stale. */
    private long itemBytenr;

    private Step<?> lookupItem() {
        itemBytenr = inode.recorded().get(block);
        return inode.isNodatacow() && itemBytenr != FileExtents.HOLE ? W3_RO : C1;
    }

    private Step<?> testReadOnly() {
        BlockGroup of = fs.groups().lookup(itemBytenr);
        return of == null || of.isReadOnly() ? C1 : W3_REFS;
    }

    private Step<?> lookForOtherReferences() {
        BlockGroup of = fs.groups().lookup(itemBytenr);
        long own = ExtentTree.backref(inode.number(), block);
        return of != null && of.extents().get(of.sectorOf(itemBytenr)) == own ? next() : C1;
    }

    /**
     * W4. Enters the group of the place that will be written (the map's, not the item's), or refuses
     * because R1 has sealed it. The look-up's reference is kept until W6. Pairs with R1 and R4.
     * Kernel: btrfs_inc_nocow_writers(), fs/btrfs/extent-tree.c, f78c436c3931.
     */
    public static final Step<DirectWrite> W4 = step("W4", "btrfs_lookup_block_group",
            DirectWrite::getGroup);

    private static final Step<DirectWrite> W4_ENTER = W4.sub("enter", "btrfs_inc_nocow_writers",
            DirectWrite::enter);

    private static final Step<DirectWrite> W4_PUT = W4.sub("put", "btrfs_put_block_group",
            DirectWrite::putRefused);

    private Step<?> getGroup() {
        group = fs.groups().lookupAndGet(bytenr);
        return group == null ? C1 : W4_ENTER;
    }

    private Step<?> enter() {
        return group.guard().tryEnter() ? next() : W4_PUT;
    }

    private Step<?> putRefused() {
        group.put();
        return C1;
    }

    /** W5. Makes the ordered extent: the inode's first, then everybody's, where R5 looks. */
    public static final Step<DirectWrite> W5 = step("W5", "btrfs_add_ordered_extent_dio",
            DirectWrite::addOrdered);

    private static final Step<DirectWrite> W5_LIST = W5.sub("list", "__btrfs_add_ordered_extent",
            DirectWrite::listOrdered);

    private Step<?> addOrdered() {
        return createOrdered() ? W5_LIST : next();
    }

    /**
     * W6. Leaves the group, after W5 and before W5's result is looked at; the last one wakes R4.
     * The look-up finds the group, since R4 keeps it from being removed. Kernel:
     * btrfs_dec_nocow_writers(), fs/btrfs/extent-tree.c, f78c436c3931.
     */
    public static final Step<DirectWrite> W6 = step("W6", "btrfs_lookup_block_group",
            DirectWrite::getGroupAgain);

    private static final Step<DirectWrite> W6_LEAVE = W6.sub("leave", "btrfs_dec_nocow_writers",
            DirectWrite::leave);

    private static final Step<DirectWrite> W6_WAKE = W6.sub("wake", "wake_up_atomic_t",
            DirectWrite::wakeRelocation);

    private static final Step<DirectWrite> W6_PUT = W6.sub("put", "btrfs_put_block_group",
            DirectWrite::putTwice);

    private Step<?> getGroupAgain() {
        lookedUpAgain = fs.groups().lookupAndGet(bytenr);
        if (lookedUpAgain != group) {
            throw new IllegalStateException(group + " was removed under its nocow writer");
        }
        return W6_LEAVE;
    }

    private Step<?> leave() {
        return group.guard().leave() ? W6_WAKE : W6_PUT;
    }

    private Step<?> wakeRelocation() {
        group.nocowQueue().wakeAll();
        return W6_PUT;
    }

    private Step<?> putTwice() {
        lookedUpAgain.put();
        group.put();
        return next();
    }

    /** W8. Unlocks the range: from here only the ordered extent stands for the write. */
    public static final Step<DirectWrite> W8 = step("W8", "unlock_extent", DirectWrite::unlock);

    private Step<?> unlock() {
        inode.ioTree().unlock(block, remaining);
        return ordered == null ? end() : next();
    }

    /** W9. Submits the bio to the old place. Kernel: btrfs_submit_direct(), btrfs_map_bio(). */
    public static final Step<DirectWrite> W9 = step("W9", "btrfs_map_bio", DirectWrite::submitBio);

    /** W10. The bytes reach the device, sector by sector; end of I/O. */
    public static final Step<DirectWrite> W10 = step("W10", "btrfs_endio_direct_write",
            DirectWrite::endBio);

    /**
     * W11. Finishes: nothing to change in the trees for a nodatacow file, so the ordered extent is
     * complete, then unlisted, then its waiters are woken. Kernel: btrfs_finish_ordered_io().
     */
    public static final Step<DirectWrite> W11 = step("W11", "btrfs_remove_ordered_extent",
            DirectWrite::complete);

    private static final Step<DirectWrite> W11_UNLIST = W11.sub("unlist", "list_del_init",
            DirectWrite::unlistW);

    private static final Step<DirectWrite> W11_WAKE = W11.sub("wake", "wake_up",
            DirectWrite::wakeWaiters);

    private Step<?> complete() {
        inode.ordered().complete(ordered);
        return W11_UNLIST;
    }

    private Step<?> unlistW() {
        fs.ordered().remove(ordered);
        return W11_WAKE;
    }

    private Step<?> wakeWaiters() {
        ordered.queue().wakeAll();
        block += blocks;
        remaining -= blocks;
        return remaining == 0 || error() != null ? end() : W1;
    }

    // ---- to new space: C2 to C7 stand in Write ----

    /** C1. In place is refused or impossible: the whole remaining length goes to new space. */
    public static final Step<DirectWrite> C1 = step("C1", "btrfs_new_extent_direct",
            DirectWrite::restoreLength);

    private Step<?> restoreLength() {
        how = How.COW;
        blocks = remaining;
        return next();
    }

    /** C8. The cached extent map shows the new place from now on. */
    public static final Step<DirectWrite> C8 = step("C8", "create_pinned_em",
            DirectWrite::cacheNewPlace);

    private Step<?> cacheNewPlace() {
        if (ordered == null) {
            return next();
        }
        for (int i = 0; i < blocks; i++) {
            inode.cached().put(block + i, bytenr + (long) i * Disk.SECTOR_SIZE);
        }
        return next();
    }

    /** C9. Unlocks the range; a write without an ordered extent gives its space back and fails. */
    public static final Step<DirectWrite> C9 = step("C9", "unlock_extent", DirectWrite::unlockNew);

    private static final Step<DirectWrite> C9_FREE = C9.sub("free", "btrfs_free_reserved_extent",
            DirectWrite::giveBack);

    private Step<?> unlockNew() {
        inode.ioTree().unlock(block, remaining);
        if (ordered != null) {
            return next();
        }
        return bytenr == 0 ? end() : C9_FREE;
    }

    private Step<?> giveBack() {
        freeSpace();
        return end();
    }

    @Override
    protected Step<?> abandon() {
        ordered = null;
        return C9;
    }

    /** C10. Submits the bio to the new place. */
    public static final Step<DirectWrite> C10 = step("C10", "btrfs_map_bio",
            DirectWrite::submitBio);

    /** C11. The bytes reach the device, sector by sector; end of I/O. */
    public static final Step<DirectWrite> C11 = step("C11", "btrfs_endio_direct_write",
            DirectWrite::endBio);

    /**
     * C12. Finishes: one transaction points the file to the new place, unless the I/O failed; only
     * after it the ordered extent is complete, as in W11.
     */
    public static final Step<DirectWrite> C12 = step("C12", "insert_reserved_file_extent",
            DirectWrite::record);

    private static final Step<DirectWrite> C12_COMPLETE = C12.sub("complete",
            "btrfs_remove_ordered_extent", DirectWrite::completeNew);

    private static final Step<DirectWrite> C12_UNLIST = C12.sub("unlist", "list_del_init",
            DirectWrite::unlistNew);

    private static final Step<DirectWrite> C12_WAKE = C12.sub("wake", "wake_up",
            DirectWrite::wakeWaiters);

    private Step<?> record() {
        if (ordered.hasIoError()) {
            for (int i = 0; i < blocks; i++) {
                inode.cached().replace(block + i, bytenr + (long) i * Disk.SECTOR_SIZE,
                        FileExtents.HOLE);
            }
            freeSpace();
        } else {
            recordNewPlace();
        }
        return C12_COMPLETE;
    }

    private Step<?> completeNew() {
        inode.ordered().complete(ordered);
        return C12_UNLIST;
    }

    private Step<?> unlistNew() {
        fs.ordered().remove(ordered);
        return C12_WAKE;
    }
}
