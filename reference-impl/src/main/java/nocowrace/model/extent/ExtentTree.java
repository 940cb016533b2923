// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

/**
 * The recorded extents of one block group: for each sector, which file block refers to it. What is
 * allocated but not recorded yet is not in here; relocation sees only what is. Lock: this monitor.
 *
 * <p>Kernel: the extent tree and its data back references, fs/btrfs/extent-tree.c. Not modelled:
 * the commit root. A transaction is one step here, so what is recorded is committed.
 */
public final class ExtentTree {

    /** No file block refers to the sector. */
    public static final long UNUSED = 0;

    /** [sectors of the group], back reference of each sector, or UNUSED. */
    private final long[] backref;

    /** Sectors with a back reference; a count. */
    private int used;

    /**
     * Makes an empty tree.
     *
     * @param sectors sectors of the group, a count
     */
    public ExtentTree(int sectors) {
        backref = new long[sectors];
    }

    /**
     * Packs a back reference.
     *
     * @param inode inode number, at least 1
     * @param block file block
     * @return both in one word: inode above, block below; never UNUSED
     */
    public static long backref(int inode, int block) {
        return (long) inode << 32 | block;
    }

    /**
     * Unpacks a back reference.
     *
     * @param backref as of {@link #backref(int, int)}
     * @return the inode number
     */
    public static int inodeOf(long backref) {
        return (int) (backref >>> 32);
    }

    /**
     * Unpacks a back reference.
     *
     * @param backref as of {@link #backref(int, int)}
     * @return the file block
     */
    public static int blockOf(long backref) {
        return (int) backref;
    }

    /**
     * Records that a file block lies in a sector.
     *
     * @param sector sector within the group
     * @param reference who refers to it
     * @throws IllegalStateException if the sector has a reference already
     */
    public synchronized void add(int sector, long reference) {
        if (backref[sector] != UNUSED) {
            throw new IllegalStateException("sector " + sector + " belongs to inode "
                    + inodeOf(backref[sector]) + " already, not to inode " + inodeOf(reference));
        }
        backref[sector] = reference;
        used++;
    }

    /**
     * Forgets a recorded sector.
     *
     * @param sector sector within the group
     * @param reference who referred to it
     * @throws IllegalStateException if that is not what is recorded
     */
    public synchronized void drop(int sector, long reference) {
        if (backref[sector] != reference) {
            throw new IllegalStateException("sector " + sector + " belongs to inode "
                    + inodeOf(backref[sector]) + ", not to inode " + inodeOf(reference));
        }
        backref[sector] = UNUSED;
        used--;
    }

    /**
     * Tells who refers to a sector.
     *
     * @param sector sector within the group
     * @return the back reference, or {@link #UNUSED}
     */
    public synchronized long get(int sector) {
        return backref[sector];
    }

    /**
     * Lists what is recorded at this moment.
     *
     * @return [n], the sectors in use, ascending
     */
    public synchronized int[] scan() {
        int[] sectors = new int[used];
        for (int sector = 0, found = 0; found < sectors.length; sector++) {
            if (backref[sector] != UNUSED) {
                sectors[found++] = sector;
            }
        }
        return sectors;
    }
}
