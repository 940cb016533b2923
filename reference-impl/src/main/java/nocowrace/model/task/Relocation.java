// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import java.util.Set;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
import nocowrace.engine.Task;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;

/**
 * CPU 1: empties a block group and removes it: seal, wait, copy, switch the pointers, remove.
 *
 * <p>Kernel: {@code btrfs_relocate_block_group()} and below, fs/btrfs/relocation.c, f78c436c3931
 * (v4.7). Which of the waits R3, R4, R5 it makes, and in which order, is the protocol's affair.
 */
public final class Relocation extends FsTask implements Drain.User {

    /** The group being emptied: X. */
    private final BlockGroup from;

    /** Whether this relocation has made X read-only. */
    private boolean sealed;

    private final Drain.InFlight inFlight = new Drain.InFlight();

    /** [n], sectors of X that the current pass found in use, and how far the pass has got. */
    private int[] found;
    private int cursor;

    /** Where the copies are gathered; null before R2. */
    private RelocInode reloc;

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

    @Override
    public BlockGroup from() {
        return from;
    }

    @Override
    public Drain.InFlight inFlight() {
        return inFlight;
    }

    /** From before R6 to before R11. */
    @Override
    public boolean isMoving() {
        return at() != null && MOVING.contains(at().entry());
    }

    /** The entries of this kind of task. */
    public static final Table<Relocation> TABLE = new Table<>();

    // ---- sealing and waiting ----

    /**
     * R0. Takes the mutex under which groups are relocated one at a time; held to the end. The
     * group may be gone by then. Kernel: delete_unused_bgs_mutex, fs/btrfs/volumes.c.
     */
    public static final Step<Relocation> R0 = TABLE.entry("R0",
            awaits("", "mutex_lock",
                    relocation -> relocation.fs.space().relocationMutex().queue(),
                    relocation -> relocation.fs.space().relocationMutex().tryDownWrite()),
            asks("check", "btrfs_lookup_block_group", Relocation::isStillThere,
                    NEXT, "R11.unlock"));

    private boolean isStillThere() {
        return orFail(fs.groups().lookup(from.start()) == from, Errno.ENOENT);
    }

    /**
     * R1. Seals the group: from here no nocow writer enters and no allocator picks it. Lock:
     * sinfo.lock, then bg.lock. Pairs with W4 and C3. Kernel: btrfs_inc_block_group_ro().
     */
    public static final Step<Relocation> R1 = TABLE.entry("R1",
            does("", "btrfs_inc_block_group_ro", Relocation::seal, NEXT),
            does("undo", "btrfs_dec_block_group_ro", Relocation::unseal, "R11.unlock"));

    private void seal() {
        fs.space().incReadOnly(from);
        sealed = true;
        note("X is read-only");
    }

    private void unseal() {
        fs.space().decReadOnly(from);
        sealed = false;
    }

    /** R2. Makes the reloc inode, in which the copies are gathered. */
    public static final Step<Relocation> R2 = TABLE.entry("R2",
            does("", "create_reloc_inode", relocation
                    -> relocation.reloc = new RelocInode(relocation.fs, relocation.from)));

    /**
     * F1. Linux 4.6 only: writes back the dirty pages of all files, and so waits for the page locks
     * of those who are writing back. An error ends the relocation. Kernel:
     * btrfs_start_delalloc_roots(), fs/btrfs/inode.c.
     */
    public static final Step<Relocation> F1 = TABLE.entry("F1",
            picks("", "btrfs_start_delalloc_roots", Relocation::flushNextFile,
                    AGAIN, NEXT, "R11"));

    private String flushNextFile() {
        if (error() != null) {
            return "R11";
        }
        while (flush < Inodes.FIRST + fs.inodes().size()) {
            Inode inode = fs.inodes().get(flush++);
            if (inode.pages().nextDirty(0, inode.blocks()) < inode.blocks()) {
                call(BufferedWrite.writeback(fs, inode, 0, inode.blocks()));
                return AGAIN;
            }
        }
        return NEXT;
    }

    /** R3. Waits for those who have space in X and no ordered extent yet: see {@link Drain}. */
    public static final Step<Relocation> R3 = TABLE.add(Drain.reservations("R3"));

    /** R4. Waits for the nocow writers in X: see {@link Drain}. */
    public static final Step<Relocation> R4 = TABLE.add(Drain.nocowWriters("R4"));

    /** R5. Waits for the ordered extents over X that are listed now: see {@link Drain}. */
    public static final Step<Relocation> R5 = TABLE.add(Drain.orderedExtents("R5"));

    // ---- moving ----

    /**
     * R6. Stage 0: finds the recorded extents of X, then for each books a new place in another
     * group and reads the old bytes. Where the old place has a checksum that does not match, that
     * is EIO, and X stays; a place without one is copied as it is. Kernel: relocate_block_group(),
     * relocate_data_extent(); relocate_file_extent_cluster() gives EIO for a page that is not up to
     * date after the read, btrfs_readpage_end_io_hook() compares, fs/btrfs, v4.7.
     */
    public static final Step<Relocation> R6 = TABLE.entry("R6",
            asks("", "relocate_block_group", Relocation::findExtentsToCopy, "place", "R11"),
            asks("place", "prealloc_file_extent_cluster", Relocation::bookNewPlace,
                    "read", "R11"),
            picks("read", "relocate_file_extent_cluster", Relocation::readOldBytes,
                    "place", NEXT, "R11"));

    private boolean findExtentsToCopy() {
        boolean any = findExtents();
        reloc.expectPages(found.length);
        return any;
    }

    /** Begins a pass; false if X is empty. */
    private boolean findExtents() {
        found = from.extents().scan();
        cursor = 0;
        return found.length > 0;
    }

    private boolean bookNewPlace() {
        return orFail(reloc.bookPlaceOf(found[cursor]), Errno.ENOSPC);
    }

    private String readOldBytes() {
        if (!reloc.readPage(cursor, found[cursor])) {
            note("the checksum does not match: EIO");
            fail(Errno.EIO);
            return "R11";
        }
        note("what the old place holds is read");
        cursor++;
        if (cursor < found.length) {
            return "place";
        }
        cursor = 0;
        return NEXT;
    }

    /**
     * R7. Writes the pages of the reloc inode and clones the checksums that the old place has at
     * that moment; when it is over, the bytes are at the new place. Kernel:
     * btrfs_wait_ordered_range(), btrfs_reloc_clone_csums().
     */
    public static final Step<Relocation> R7 = TABLE.entry("R7",
            asks("", "btrfs_wait_ordered_range", Relocation::writePage, "csum", "R11"),
            asks("csum", "btrfs_reloc_clone_csums", Relocation::cloneCsum, TOP, NEXT));

    private boolean writePage() {
        return orFail(reloc.writePage(cursor, found[cursor]), Errno.EIO);
    }

    /** True if another page follows. */
    private boolean cloneCsum() {
        reloc.cloneCsum(found[cursor]);
        cursor++;
        return cursor < found.length;
    }

    /** R8. Drops those pages; what follows is stage 1. */
    public static final Step<Relocation> R8 = TABLE.entry("R8",
            does("", "invalidate_mapping_pages", relocation -> relocation.reloc.dropPages()));

    /**
     * R9. A pass of stage 1: finds what is still recorded in X, then for each switches the file's
     * pointer, after that locks the file range and drops the cached extent map, and only then drops
     * the old place, which somebody under the range lock may still be reading. Between the first
     * two the tree says new and the map says old. An extent that stage 0 never saw has no copy:
     * ENOENT, the transaction aborts. Kernel: replace_file_extents(), merge_reloc_root(),
     * invalidate_extent_cache().
     */
    public static final Step<Relocation> R9 = TABLE.entry("R9",
            asks("", "relocate_block_group", Relocation::findExtents, "switch", NEXT),
            picks("switch", "replace_file_extents", Relocation::switchPointer,
                    "lock", AGAIN, NEXT, "R11"),
            awaits("lock", "lock_extent", relocation -> relocation.switched.ioTree().queue(),
                    relocation -> relocation.switched.ioTree()
                            .tryLock(relocation.switchedBlock, 1)),
            does("drop", "btrfs_drop_extent_cache", Relocation::dropCached),
            does("unlock", "unlock_extent", relocation
                    -> relocation.switched.ioTree().unlock(relocation.switchedBlock, 1)),
            does("free", "btrfs_drop_snapshot", Relocation::dropOldReference, "switch"));

    private String switchPointer() {
        if (error() != null) {
            return "R11"; // abandoned
        }
        int sector = found[cursor];
        long backref = from.extents().first(sector);
        if (backref == ExtentTree.UNUSED) {
            cursor++;
            return cursor < found.length ? AGAIN : NEXT;
        }
        long place = reloc.placeOf(sector);
        if (place == 0) {
            note("an extent that was never copied: ENOENT");
            fail(Errno.ENOENT);
            return "R11";
        }
        switched = fs.inodes().get(ExtentTree.inodeOf(backref));
        switchedBlock = ExtentTree.blockOf(backref);
        switchedFrom = from.bytenrOf(sector);
        if (!Trees.relocate(fs, switched, switchedBlock, switchedFrom, place)) {
            return AGAIN; // it has moved on by itself
        }
        note("the file points to the copy");
        return "lock";
    }

    private void dropCached() {
        switched.cached().forget(switchedBlock, switchedFrom);
    }

    /** Others may refer to the same sector; they come next. */
    private void dropOldReference() {
        Trees.drop(from, switchedFrom, ExtentTree.backref(switched.number(), switchedBlock));
    }

    /** R10. Repeats the pass until one finds nothing. */
    public static final Step<Relocation> R10 = TABLE.entry("R10",
            asks("", "btrfs_relocate_block_group", relocation -> relocation.found.length == 0,
                    NEXT, "R9"));

    /** What comes after all waits and before the group is given up. */
    private static final Set<Step<?>> MOVING = Set.of(R6, R7, R8, R9, R10);

    // ---- the end ----

    /**
     * R11. Drops the reloc inode, and with it the copies that no file refers to; then removes the
     * group and its chunk. It stays read-only, for it is gone, and its place on the device may be
     * given out again. Kernel: iput(), btrfs_remove_chunk(), btrfs_remove_block_group().
     */
    public static final Step<Relocation> R11 = TABLE.entry("R11",
            does("", "iput", relocation -> relocation.cursor = 0),
            picks("drop", "btrfs_drop_extents", Relocation::dropNextCopy,
                    AGAIN, "remove", "R1.undo"),
            does("remove", "btrfs_remove_chunk", Relocation::removeGroup),
            does("unlock", "mutex_unlock",
                    relocation -> relocation.fs.space().relocationMutex().upWrite(), END));

    private String dropNextCopy() {
        cursor = reloc.dropCopy(cursor);
        return cursor < from.sectors() ? AGAIN : error() == null ? "remove" : "R1.undo";
    }

    private void removeGroup() {
        fs.groups().remove(from);
        note("X is removed");
    }

    static {
        TABLE.resolve();
    }

    // ---- giving up ----

    /** Rows from which a relocation that was abandoned goes on as it would have. */
    private static final Set<Step<?>> ON_THE_WAY = Set.of(R9.part("drop"), R9.part("unlock"),
            R9.part("free"), R11, R11.part("drop"), R11.part("remove"), R11.part("unlock"));

    /**
     * The way of an error: ends the switch that R9 has begun, drops the copies, unseals, unlocks.
     * There is none from R0, where nothing is held, and none while R9 waits for the range of a file
     * whose pointer it has switched: without the range the cached map cannot be dropped.
     */
    @Override
    protected Step<?> wayOut() {
        Step<?> at = at();
        if (ON_THE_WAY.contains(at)) {
            return at;
        }
        if (at.entry() == R0 && at != R0.part("check") || at.label().startsWith("R9.lock")) {
            return null;
        }
        if (at == R3.part("up")) {
            fs.space().groupsSem().upWrite();
        }
        return !sealed ? R11.part("unlock") : reloc == null ? R1.part("undo") : R11;
    }
}
