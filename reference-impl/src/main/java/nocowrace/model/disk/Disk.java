// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.disk;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The device: one stamp per sector, 0 until first written. A stamp stands for the 4096 bytes that
 * one write left there, so stamps must be unique per write for a test to know whose bytes it reads.
 *
 * <p>A sector is read and written whole (opaque access). The device gives no order among sectors or
 * CPUs; order comes from what the callers do between submission and completion.
 */
public final class Disk {

    /** Bytes per sector; the unit of all addresses and lengths of the model. */
    public static final int SECTOR_SIZE = 4096;

    /** What a sector holds before anything was written to it. */
    public static final long BLANK = 0;

    /** [sectors], one stamp per sector. */
    private final AtomicLongArray stamps;

    /** The one sector whose writes fail, or -1. */
    private volatile int badSector = -1;

    /**
     * Makes a blank device.
     *
     * @param sectors how many sectors, a count, at least 1
     * @throws IllegalArgumentException if there are fewer
     */
    public Disk(int sectors) {
        if (sectors < 1) {
            throw new IllegalArgumentException("a disk of " + sectors + " sectors");
        }
        stamps = new AtomicLongArray(sectors);
    }

    /**
     * The size.
     *
     * @return sectors, a count
     */
    public int sectors() {
        return stamps.length();
    }

    /**
     * Reads a sector.
     *
     * @param sector physical sector number, in [0, sectors)
     * @return its stamp
     * @throws IndexOutOfBoundsException if there is no such sector
     */
    public long read(int sector) {
        return stamps.getOpaque(sector);
    }

    /**
     * Writes a sector.
     *
     * @param sector physical sector number, in [0, sectors)
     * @param stamp what it holds from now on
     * @return false if the device failed and the sector is as before
     * @throws IndexOutOfBoundsException if there is no such sector
     */
    public boolean write(int sector, long stamp) {
        if (sector == badSector && sector >= 0) {
            return false;
        }
        stamps.setOpaque(sector, stamp);
        return true;
    }

    /**
     * Fault injection: from now on writes to this sector fail.
     *
     * @param sector physical sector number, in [0, sectors), or -1 for none
     * @throws IllegalArgumentException if there is no such sector
     */
    public void failWritesTo(int sector) {
        if (sector < -1 || sector >= stamps.length()) {
            throw new IllegalArgumentException("sector " + sector + " is not on a disk of "
                    + stamps.length());
        }
        badSector = sector;
    }
}
