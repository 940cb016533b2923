// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

/**
 * The checksums of one block group's sectors. The checksum of a sector is its stamp. Lock: this
 * monitor.
 *
 * <p>Kernel: the csum tree, fs/btrfs/file-item.c.
 */
public final class CsumTree {

    /** The sector has no checksum. */
    public static final long NONE = 0;

    private final int sectors;

    /** [sectors of the group], checksum or NONE; null until there is one. */
    private long[] sums;

    /**
     * Makes an empty tree.
     *
     * @param sectors sectors of the group, a count
     */
    public CsumTree(int sectors) {
        this.sectors = sectors;
    }

    /**
     * Looks a checksum up.
     *
     * @param sector sector within the group
     * @return the checksum, or {@link #NONE}
     */
    public synchronized long get(int sector) {
        return sums == null ? NONE : sums[sector];
    }

    /**
     * Compares what a sector holds with its checksum.
     *
     * @param sector sector within the group
     * @param stamp what it holds
     * @return true if that has this checksum, or the sector has none
     */
    public synchronized boolean matches(int sector, long stamp) {
        return sums == null || sums[sector] == NONE || sums[sector] == stamp;
    }

    /**
     * Sets or, with {@link #NONE}, removes a checksum.
     *
     * @param sector sector within the group
     * @param sum the checksum, or {@link #NONE}
     */
    public synchronized void put(int sector, long sum) {
        if (sums == null) {
            if (sum == NONE) {
                return;
            }
            sums = new long[sectors];
        }
        sums[sector] = sum;
    }

    /**
     * Measures how many sectors have no checksum.
     *
     * @param sector first sector within the group
     * @param most the answer's upper limit, a count
     * @return sectors from the first on without one, in [0, most]
     */
    public synchronized int without(int sector, int most) {
        int count = 0;
        while (count < most && (sums == null || sums[sector + count] == NONE)) {
            count++;
        }
        return count;
    }
}
