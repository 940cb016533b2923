// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The recorded extents of one block group: for each sector, which file blocks refer to it. What is
 * allocated but not recorded yet is not in here; relocation sees only what is. Lock: this monitor.
 *
 * <p>Kernel: the extent tree and its data back references, fs/btrfs/extent-tree.c. Not modelled:
 * the commit root. A transaction is one step here, so what is recorded is committed.
 */
public final class ExtentTree {

    /** No file block refers to the sector. */
    public static final long UNUSED = 0;

    private static final long[] NONE = {};

    /** [sectors of the group], one back reference of each sector, or UNUSED. */
    private final long[] backref;

    /** The other back references of shared sectors, by sector; null until there is one. */
    private Map<Integer, long[]> others;

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
     * @param block file block, at least 0
     * @return both in one word: inode above, block below; never UNUSED
     * @throws IllegalArgumentException if a number is out of range
     */
    public static long backref(int inode, int block) {
        if (inode < 1 || block < 0) {
            throw new IllegalArgumentException("inode " + inode + " block " + block);
        }
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
     * @throws IllegalStateException if that is recorded already
     */
    public synchronized void add(int sector, long reference) {
        if (backref[sector] == UNUSED) {
            backref[sector] = reference;
            used++;
            return;
        }
        long[] all = references(sector);
        if (indexOf(all, reference) >= 0) {
            throw new IllegalStateException("sector " + sector + " is referred to by inode "
                    + inodeOf(reference) + " block " + blockOf(reference) + " already");
        }
        if (others == null) {
            others = new HashMap<>();
        }
        long[] rest = Arrays.copyOfRange(all, 1, all.length + 1);
        rest[rest.length - 1] = reference;
        others.put(sector, rest);
    }

    /**
     * Forgets that a file block lies in a sector.
     *
     * @param sector sector within the group
     * @param reference who referred to it
     * @return true if nobody refers to the sector any more
     * @throws IllegalStateException if that is not recorded
     */
    public synchronized boolean drop(int sector, long reference) {
        long[] all = references(sector);
        int index = indexOf(all, reference);
        if (index < 0) {
            throw new IllegalStateException("sector " + sector + " is not referred to by inode "
                    + inodeOf(reference) + " block " + blockOf(reference));
        }
        if (all.length == 1) {
            backref[sector] = UNUSED;
            used--;
            return true;
        }
        all[index] = all[0];
        backref[sector] = all[1];
        if (all.length == 2) {
            others.remove(sector);
        } else {
            others.put(sector, Arrays.copyOfRange(all, 2, all.length));
        }
        return false;
    }

    private static int indexOf(long[] references, long reference) {
        for (int i = 0; i < references.length; i++) {
            if (references[i] == reference) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Tells who refers to a sector.
     *
     * @param sector sector within the group
     * @return [n], all back references, in no order; a copy
     */
    public synchronized long[] references(int sector) {
        if (backref[sector] == UNUSED) {
            return NONE;
        }
        long[] rest = others == null ? NONE : others.getOrDefault(sector, NONE);
        long[] all = new long[rest.length + 1];
        all[0] = backref[sector];
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    /**
     * One of those who refer to a sector.
     *
     * @param sector sector within the group
     * @return a back reference, or {@link #UNUSED}
     */
    public synchronized long first(int sector) {
        return backref[sector];
    }

    /**
     * Tells whether several file blocks refer to a sector.
     *
     * @param sector sector within the group
     * @return true if more than one does
     */
    public synchronized boolean isShared(int sector) {
        return others != null && others.containsKey(sector);
    }

    /**
     * Measures how many sectors the blocks of a file have to themselves.
     *
     * @param sector first sector within the group
     * @param reference the file block that lies there, followed by its neighbours
     * @param most the answer's upper limit, a count
     * @return sectors from the first on that are referred to by their file block and nobody else,
     *         in [0, most]
     */
    public synchronized int unshared(int sector, long reference, int most) {
        int count = 0;
        while (count < most && backref[sector + count] == reference + count
                && (others == null || !others.containsKey(sector + count))) {
            count++;
        }
        return count;
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
