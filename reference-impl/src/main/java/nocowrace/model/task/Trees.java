// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import nocowrace.model.extent.CsumTree;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;

/**
 * Changes to the trees, each one transaction: file extents, extent tree, csums and free space
 * change together or not at all.
 */
public final class Trees {
    /*
     * A change holds all its locks to its end, so that nobody who reads the trees one after the
     * other sees half of it: first the file's items, then the extent trees of the groups, that of
     * the lower address first. A group that is gone has no trees; what is said of it is dropped.
     */

    private Trees() {
    }

    /**
     * C12. The file block lies at a new place, whatever it had before, which loses a reference.
     *
     * @param fs what it works on
     * @param inode the file
     * @param block file block
     * @param place where it lies from now on: logical address, bytes
     * @param stamp what stands there, for its checksum
     */
    public static void record(FsInfo fs, Inode inode, int block, long place, long stamp) {
        synchronized (inode.recorded()) {
            long before = inode.recorded().get(block);
            long reference = ExtentTree.backref(inode.number(), block);
            BlockGroup old = before == FileExtents.HOLE
                    ? null : fs.groups().lookup(FileExtents.bytenr(before));
            BlockGroup now = fs.groups().lookup(place);
            boolean oldFirst = old != null && now != null && old.start() < now.start();
            synchronized (lockOf(oldFirst ? old : now, inode)) {
                synchronized (lockOf(oldFirst ? now : old, inode)) {
                    point(now, inode, block, place);
                    putCsum(now, inode, place, stamp);
                    if (old != null) {
                        drop(old, FileExtents.bytenr(before), reference);
                    }
                }
            }
        }
    }

    /**
     * R9. The file block lies at a new place, if it lay where relocation has copied from. The old
     * place keeps its reference: it goes with the reloc tree, after the cached map.
     *
     * @param fs what it works on
     * @param inode the file
     * @param block file block
     * @param from where the copy was made from: logical address, bytes
     * @param place where the copy is: logical address, bytes
     * @return false if the block lies elsewhere by now, and nothing was changed
     */
    public static boolean relocate(FsInfo fs, Inode inode, int block, long from, long place) {
        synchronized (inode.recorded()) {
            long item = inode.recorded().get(block);
            if (item == FileExtents.HOLE || FileExtents.bytenr(item) != from) {
                return false;
            }
            BlockGroup now = fs.groups().lookup(place);
            synchronized (lockOf(now, inode)) {
                point(now, inode, block, place | item & FileExtents.PREALLOC);
            }
            return true;
        }
    }

    /** The inner part of both; the caller holds the locks. */
    private static void point(BlockGroup now, Inode inode, int block, long item) {
        if (now != null) {
            now.extents().add(now.sectorOf(FileExtents.bytenr(item)),
                    ExtentTree.backref(inode.number(), block));
        }
        inode.recorded().put(block, item);
    }

    private static Object lockOf(BlockGroup group, Inode otherwise) {
        return group == null ? otherwise.recorded() : group.extents();
    }

    /**
     * Drops a reference; space that nobody refers to is free, and has no checksum.
     *
     * @param group where
     * @param bytenr to which place: logical address within the group, bytes
     * @param reference whose
     */
    public static void drop(BlockGroup group, long bytenr, long reference) {
        int sector = group.sectorOf(bytenr);
        synchronized (group.extents()) {
            if (group.extents().drop(sector, reference)) {
                group.csums().put(sector, CsumTree.NONE);
                group.free(bytenr, 1);
            }
        }
    }

    /**
     * W11 of a booked place. The extent is written, wherever it lies by now; its csum is not.
     *
     * @param fs what it works on
     * @param inode the file
     * @param block file block
     * @param bytenr where it was written: logical address, bytes
     * @param stamp what stands there, for its checksum
     */
    public static void markWritten(FsInfo fs, Inode inode, int block, long bytenr, long stamp) {
        synchronized (inode.recorded()) {
            long item = inode.recorded().get(block);
            inode.recorded().put(block, item & ~FileExtents.PREALLOC);
            putCsum(fs.groups().lookup(bytenr), inode, bytenr, stamp);
        }
    }

    private static void putCsum(BlockGroup group, Inode inode, long bytenr, long stamp) {
        if (group != null && !inode.isNodatacow()) {
            group.csums().put(group.sectorOf(bytenr), stamp);
        }
    }

    /** Reflink. Another file refers to what a file refers to. */
    static void share(FsInfo fs, Inode inode, int block, Inode with) {
        synchronized (inode.recorded()) {
            long item = inode.recorded().get(block);
            BlockGroup group = item == FileExtents.HOLE
                    ? null : fs.groups().lookup(FileExtents.bytenr(item));
            synchronized (with.recorded()) {
                if (group != null) {
                    group.extents().add(group.sectorOf(FileExtents.bytenr(item)),
                            ExtentTree.backref(with.number(), block));
                }
                with.recorded().put(block, item);
            }
        }
    }
}
