// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import nocowrace.model.disk.Disk;
import nocowrace.model.extent.CsumTree;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.FsInfo;

/** The checks of a file system at rest; see {@link FileSystem#check}. Reads, and writes nothing. */
final class Fsck {

    private final FsInfo fs;

    private Fsck(FsInfo fs) {
        this.fs = fs;
    }

    static String check(FsInfo fs) {
        Fsck fsck = new Fsck(fs);
        String problem = fsck.shared();
        for (int i = 0; problem == null && i < fs.inodes().size(); i++) {
            problem = fsck.inode(fs.inodes().get(Inodes.FIRST + i));
        }
        for (int i = 0; problem == null && i < fs.groups().size(); i++) {
            BlockGroup group = fs.groups().at(i);
            if (group != null) {
                problem = fsck.counts(group);
                problem = problem == null ? fsck.sectors(group) : problem;
                problem = problem == null ? null : group + ": " + problem;
            }
        }
        return problem;
    }

    private String shared() {
        if (!fs.ordered().isEmpty()) {
            return "an ordered extent is still listed";
        }
        if (!fs.space().groupsSem().isFree()) {
            return "groups_sem is held";
        }
        if (!fs.space().relocationMutex().isFree()) {
            return "the relocation mutex is held";
        }
        if (fs.groups().removedAndHeld() != 0) {
            return "references to " + fs.groups().removedAndHeld() + " removed block groups";
        }
        return null;
    }

    private String inode(Inode inode) {
        if (!inode.ioTree().isFree()) {
            return "a range of " + inode + " is locked";
        }
        if (!inode.pages().isUnlocked()) {
            return "a page of " + inode + " is locked";
        }
        if (inode.ordered().lookup(0, inode.blocks()) != null) {
            return "an ordered extent of " + inode + " is left";
        }
        for (int block = 0; block < inode.blocks(); block++) {
            long item = inode.recorded().get(block);
            if (item != FileExtents.HOLE && !isKnown(fs, inode, block, FileExtents.bytenr(item))) {
                return inode + " block " + block + " lies at " + FileExtents.bytenr(item)
                        + ", where nobody knows of it";
            }
            if (lacksChecksum(inode, item)) {
                return inode + " block " + block + " is written and has no checksum";
            }
            long cached = inode.cached().get(block);
            if (cached != FileExtents.HOLE && cached != item) {
                return inode + " block " + block + " has a stale map: " + cached + ", not " + item;
            }
        }
        return null;
    }

    private boolean lacksChecksum(Inode inode, long item) {
        if (inode.isNodatacow() || item == FileExtents.HOLE || FileExtents.isPrealloc(item)) {
            return false;
        }
        BlockGroup group = fs.groups().lookup(FileExtents.bytenr(item));
        return group.csums().get(group.sectorOf(FileExtents.bytenr(item))) == CsumTree.NONE;
    }

    /** Whether the extent tree has it that a file block lies at an address. */
    static boolean isKnown(FsInfo fs, Inode inode, int block, long bytenr) {
        BlockGroup group = fs.groups().lookup(bytenr);
        if (group == null) {
            return false;
        }
        long reference = ExtentTree.backref(inode.number(), block);
        int sector = group.sectorOf(bytenr);
        if (group.extents().first(sector) == reference) {
            return true;
        }
        for (long other : group.extents().references(sector)) {
            if (other == reference) {
                return true;
            }
        }
        return false;
    }

    private String counts(BlockGroup group) {
        if (group.isReadOnly()) {
            return "read-only";
        }
        if (!group.guard().isDrained()) {
            return group.guard().toString();
        }
        if (!group.reservations().isZero()) {
            return "reservations";
        }
        if (group.references() != 1) {
            return "references " + group.references();
        }
        return null;
    }

    private String sectors(BlockGroup group) {
        for (int sector = 0; sector < group.sectors(); sector++) {
            boolean recorded = group.extents().first(sector) != ExtentTree.UNUSED;
            long bytenr = group.start() + (long) sector * Disk.SECTOR_SIZE;
            if (recorded != group.isAllocated(bytenr)) {
                return "sector " + sector + (recorded ? " is used but free" : " is booked unused");
            }
            if (!recorded && group.csums().get(sector) != CsumTree.NONE) {
                return "sector " + sector + " is free and has a checksum";
            }
            long stamp = fs.disk().read(group.physicalOf(bytenr));
            if (!group.csums().matches(sector, stamp)) {
                return "sector " + sector + " holds " + stamp + ", its checksum is that of "
                        + group.csums().get(sector);
            }
            if (recorded && !agree(group, sector, bytenr)) {
                return "sector " + sector + " is referred to by a block that lies elsewhere";
            }
        }
        return null;
    }

    private boolean agree(BlockGroup group, int sector, long bytenr) {
        if (!agree(group.extents().first(sector), bytenr)) {
            return false;
        }
        if (!group.extents().isShared(sector)) {
            return true;
        }
        for (long reference : group.extents().references(sector)) {
            if (!agree(reference, bytenr)) {
                return false;
            }
        }
        return true;
    }

    private boolean agree(long reference, long bytenr) {
        int number = ExtentTree.inodeOf(reference);
        return number != Inode.RELOC && FileExtents.bytenr(fs.inodes().get(number).recorded()
                .get(ExtentTree.blockOf(reference))) == bytenr;
    }
}
