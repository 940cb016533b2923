// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import nocowrace.model.extent.ExtentTree;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;

/**
 * The inode in which a relocation gathers the copies. It refers to their places to its end, so
 * until then they are shared with the files. Kernel: {@code create_reloc_inode()},
 * fs/btrfs/relocation.c, v4.7.
 */
final class RelocInode {

    private final FsInfo fs;
    private final BlockGroup from;

    /**
     * [sectors of X], new place of each copied sector as a logical address, bytes; 0 where nothing
     * was copied.
     */
    private final long[] newPlace;

    /** [n], what was read from each sector that stage 0 found; null before and after. */
    private long[] pages;

    RelocInode(FsInfo fs, BlockGroup from) {
        this.fs = fs;
        this.from = from;
        newPlace = new long[from.sectors()];
    }

    /** Makes room for so many pages. */
    void expectPages(int count) {
        pages = new long[count];
    }

    /** Books a place for the copy of a sector; false if there is no space. */
    boolean bookPlaceOf(int sector) {
        long place = fs.space().allocate(1);
        if (place == 0) {
            return false;
        }
        BlockGroup to = fs.groups().lookup(place);
        to.extents().add(to.sectorOf(place), backref(sector));
        newPlace[sector] = place;
        return true;
    }

    private static long backref(int sector) {
        return ExtentTree.backref(Inode.RELOC, sector);
    }

    /** The place of a sector's copy: logical address, bytes; 0 if there is none. */
    long placeOf(int sector) {
        return newPlace[sector];
    }

    /** Reads what a sector holds; false if its checksum does not match. */
    boolean readPage(int page, int sector) {
        pages[page] = fs.disk().read(from.physicalOf(from.bytenrOf(sector)));
        return from.csums().matches(sector, pages[page]);
    }

    /** Writes a page to the new place of its sector; false if the device fails. */
    boolean writePage(int page, int sector) {
        return fs.disk().write(fs.groups().physicalOf(newPlace[sector]), pages[page]);
    }

    /** Gives the new place the checksum that the old one has now. */
    void cloneCsum(int sector) {
        BlockGroup to = fs.groups().lookup(newPlace[sector]);
        to.csums().put(to.sectorOf(newPlace[sector]), from.csums().get(sector));
    }

    void dropPages() {
        pages = null;
    }

    /** Drops the first copy from a sector on; the sector, or how many there are if none is left. */
    int dropCopy(int firstSector) {
        int sector = firstSector;
        while (sector < newPlace.length && newPlace[sector] == 0) {
            sector++;
        }
        if (sector < newPlace.length) {
            long place = newPlace[sector];
            Trees.drop(fs.groups().lookup(place), place, backref(sector));
            newPlace[sector] = 0;
        }
        return sector;
    }
}
