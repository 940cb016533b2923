// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Row.does;
import static nocowrace.engine.Step.entry;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;

/**
 * Makes a file that has all its space at once. It is a way to set the scene, not one of the
 * kernel's: it keeps relocation out altogether, so nothing is learnt from racing it.
 */
public final class Create extends FsTask {

    private final int blocks;
    private final boolean nodatacow;
    private final boolean prealloc;
    private final long stamp;
    private Inode inode;

    /**
     * Makes a creation that stands before its first step.
     *
     * @param fs what it works on
     * @param blocks length of the file, blocks, at least 1
     * @param nodatacow whether its written extents may be overwritten in place
     * @param prealloc whether its space is only preallocated
     * @param stamp what its sectors hold, at least 1; not used if its space is only preallocated
     * @throws IllegalArgumentException if a number is out of range
     */
    public Create(FsInfo fs, int blocks, boolean nodatacow, boolean prealloc, long stamp) {
        super(fs, COLUMN);
        if (blocks < 1) {
            throw new IllegalArgumentException("a file of " + blocks + " blocks");
        }
        this.blocks = blocks;
        this.nodatacow = nodatacow;
        this.prealloc = prealloc;
        this.stamp = prealloc ? Disk.BLANK : Write.requireStamp(stamp);
    }

    /**
     * What was made.
     *
     * @return the file; null before the end, and after an error
     */
    public Inode inode() {
        return inode;
    }

    private static final Step<Create> N1 = entry("N1",
            awaits("", "-", create -> create.fs.space().relocationMutex().queue(),
                    create -> create.fs.space().relocationMutex().tryDownWrite()));

    private static final Step<Create> N2 = entry("N2", does("", "-", Create::create));

    private static final Step<Create> N3 = entry("N3", does("", "-",
            create -> create.fs.space().relocationMutex().upWrite()));

    private static final Column COLUMN = Column.of(N1, N2, N3);

    private void create() {
        if (blocks > fs.disk().sectors()) {
            fail(Errno.ENOSPC);
            return;
        }
        long[] places = new long[blocks];
        for (int block = 0; block < blocks; block++) {
            places[block] = fs.space().allocate(1);
            if (places[block] == 0) {
                while (--block >= 0) {
                    fs.groups().lookup(places[block]).free(places[block], 1);
                }
                fail(Errno.ENOSPC);
                return;
            }
        }
        inode = fs.inodes().create(blocks, nodatacow);
        for (int block = 0; block < blocks; block++) {
            fill(block, places[block]);
        }
    }

    private void fill(int block, long bytenr) {
        BlockGroup group = fs.groups().lookup(bytenr);
        int sector = group.sectorOf(bytenr);
        if (!prealloc) {
            fs.disk().write(group.physicalOf(bytenr), stamp);
            if (!nodatacow) {
                group.csums().put(sector, stamp);
            }
        }
        inode.recorded().put(block, prealloc ? bytenr | FileExtents.PREALLOC : bytenr);
        group.extents().add(sector, ExtentTree.backref(inode.number(), block));
    }

    @Override
    public String toString() {
        return super.toString() + " of " + (long) blocks * Disk.SECTOR_SIZE + " bytes";
    }
}
