// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.CsumTree;
import nocowrace.model.extent.ExtentTree;

/**
 * A run of logical addresses, backed by as many physical sectors. Lock: this monitor is
 * {@code bg->lock}; it covers ro and the allocation of sectors.
 *
 * <p>Kernel: {@code struct btrfs_block_group_cache}, fs/btrfs/ctree.h.
 */
public final class BlockGroup {

    private final BlockGroups groups;
    private final long start;
    private final int sectors;
    private final int firstPhysical;

    /**
     * How many want this group read-only; a count, never negative. R1 adds, under SpaceInfo's lock
     * and this one; W4 and C3 test it under this one. W3 and the reserve's first glance read it
     * without any, as the kernel does: an early answer that decides nothing.
     */
    private volatile int ro;

    /** [sectors], set where space is given out, recorded or not; guarded by this. */
    private final BitSet allocated;

    /** No sector below this one is free; guarded by this. A shortcut, no part of the state. */
    private transient int firstFree;

    private final ExtentTree extents;
    private final CsumTree csums;
    private final Reservations reservations = new Reservations();
    private final NocowGuard guard;
    private final WaitQueue nocowQueue = new WaitQueue();

    /** Who may still touch this object; 1 for being in the tree of groups. At 0 it is freed. */
    private final AtomicInteger references = new AtomicInteger(1);

    BlockGroup(BlockGroups groups, long start, int sectors, int firstPhysical,
            Function<BlockGroup, NocowGuard> guard) {
        this.groups = groups;
        this.start = start;
        this.sectors = sectors;
        this.firstPhysical = firstPhysical;
        allocated = new BitSet(sectors);
        extents = new ExtentTree(sectors);
        csums = new CsumTree(sectors);
        this.guard = guard.apply(this);
    }

    /**
     * The first address.
     *
     * @return logical address, bytes
     */
    public long start() {
        return start;
    }

    /**
     * The size.
     *
     * @return bytes
     */
    public long length() {
        return (long) sectors * Disk.SECTOR_SIZE;
    }

    /**
     * The size.
     *
     * @return sectors, a count
     */
    public int sectors() {
        return sectors;
    }

    /**
     * Where an address stands in this group.
     *
     * @param bytenr logical address within the group, bytes
     * @return sector within the group
     * @throws IllegalArgumentException if it lies outside, or is no multiple of the sector size
     */
    public int sectorOf(long bytenr) {
        long sector = (bytenr - start) / Disk.SECTOR_SIZE;
        if (bytenr < start || sector >= sectors || bytenr % Disk.SECTOR_SIZE != 0) {
            throw new IllegalArgumentException("address " + bytenr + " is not in " + this);
        }
        return (int) sector;
    }

    /**
     * The address of a sector.
     *
     * @param sector sector within the group
     * @return logical address, bytes
     * @throws IllegalArgumentException if there is no such sector
     */
    public long bytenrOf(int sector) {
        if (sector < 0 || sector >= sectors) {
            throw new IllegalArgumentException("sector " + sector + " is not in " + this);
        }
        return start + (long) sector * Disk.SECTOR_SIZE;
    }

    /**
     * Where this group lies on the device.
     *
     * @return its first physical sector
     */
    public int firstPhysical() {
        return firstPhysical;
    }

    /**
     * Maps an address to the device, as the chunk does.
     *
     * @param bytenr logical address within the group, bytes
     * @return physical sector
     */
    public int physicalOf(long bytenr) {
        return firstPhysical + sectorOf(bytenr);
    }

    /**
     * Tests ro. A caller that needs the answer to hold takes this monitor.
     *
     * @return true if somebody wants the group read-only
     */
    public boolean isReadOnly() {
        return ro > 0;
    }

    /** Whether this group is, or was, one of those. */
    boolean isOf(BlockGroups some) {
        return groups == some;
    }

    /** R1's inner part; the caller holds SpaceInfo's lock. */
    synchronized void incReadOnly() {
        ro++;
        if (ro == 1) {
            guard.close();
        }
    }

    /** R1's way back; the caller holds SpaceInfo's lock. */
    synchronized void decReadOnly() {
        if (ro == 0) {
            throw new IllegalStateException(this + " is not read-only");
        }
        ro--;
        if (ro == 0) {
            guard.reopen();
        }
    }

    /** C3's inner part: books a run of sectors unless read-only or full; the address, or 0. */
    synchronized long allocate(int count) {
        if (isReadOnly()) {
            return 0;
        }
        firstFree = allocated.nextClearBit(firstFree);
        int first = firstFree;
        while (first + count <= sectors) {
            int end = allocated.nextSetBit(first);
            if (end < 0 || end >= first + count) {
                allocated.set(first, first + count);
                return bytenrOf(first);
            }
            first = allocated.nextClearBit(end);
        }
        return 0;
    }

    /**
     * Gives booked sectors back.
     *
     * @param bytenr logical address of the first, bytes
     * @param count sectors, at least 1
     * @throws IllegalArgumentException if the address is not in this group, or the count is not
     *         positive
     * @throws IllegalStateException if one of them is not booked
     */
    public synchronized void free(long bytenr, int count) {
        int first = sectorOf(bytenr);
        if (count < 1) {
            throw new IllegalArgumentException("free of " + count + " sectors");
        }
        for (int sector = first; sector < first + count; sector++) {
            if (!allocated.get(sector)) {
                throw new IllegalStateException("double free of " + count + " sectors at "
                        + bytenr);
            }
        }
        allocated.clear(first, first + count);
        firstFree = Math.min(firstFree, first);
    }

    /**
     * For checks at rest.
     *
     * @param bytenr logical address within the group, bytes
     * @return true if the sector is booked
     */
    public synchronized boolean isAllocated(long bytenr) {
        return allocated.get(sectorOf(bytenr));
    }

    /** Takes a reference unless the object is freed. */
    boolean tryGet() {
        int now = references.get();
        while (now > 0) {
            if (references.compareAndSet(now, now + 1)) {
                return true;
            }
            now = references.get();
        }
        return false;
    }

    /**
     * Drops a reference.
     *
     * @throws IllegalStateException if there was none; nothing is changed
     */
    public void put() {
        int left = references.decrementAndGet();
        if (left < 0) {
            references.incrementAndGet();
            throw new IllegalStateException("put without get: references of " + this
                    + " would be " + left);
        }
        if (left == 0) {
            groups.freed();
        }
    }

    /**
     * Who may still touch this object.
     *
     * @return references, a count; 1 at rest, 0 when freed
     */
    public int references() {
        return references.get();
    }

    /**
     * What is recorded in this group.
     *
     * @return its part of the extent tree
     */
    public ExtentTree extents() {
        return extents;
    }

    /**
     * The checksums of this group.
     *
     * @return its part of the csum tree
     */
    public CsumTree csums() {
        return csums;
    }

    /**
     * Writers with space in this group and no ordered extent yet.
     *
     * @return the count of C4 and C7
     */
    public Reservations reservations() {
        return reservations;
    }

    /**
     * Writers that go in place.
     *
     * @return what W4, W6 and R4 use
     */
    public NocowGuard guard() {
        return guard;
    }

    /**
     * What the guards of all groups of this file system share.
     *
     * @param <T> its class
     * @param type the same
     * @param made makes it, if this is the first guard that asks
     * @return one object for all groups
     */
    public <T> T sharedByGuards(Class<T> type, Supplier<T> made) {
        return groups.sharedByGuards(type, made);
    }

    /**
     * Where R4 waits.
     *
     * @return the queue that the last writer to leave wakes
     */
    public WaitQueue nocowQueue() {
        return nocowQueue;
    }

    @Override
    public String toString() {
        return "block group " + start;
    }
}
