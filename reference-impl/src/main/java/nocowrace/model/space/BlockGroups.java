// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import nocowrace.model.disk.Disk;

/**
 * The block groups by address. All have the same size; a removed one leaves a gap of addresses that
 * are never given out again. Lock: this monitor, a leaf.
 *
 * <p>Kernel: {@code fs_info->block_group_cache_tree} under {@code block_group_cache_lock}; and the
 * chunk map, which goes with its group.
 */
public final class BlockGroups {

    private final int sectorsPerGroup;
    private final Function<BlockGroup, NocowGuard> guard;

    /** [at least count], the group whose addresses begin at (i + 1) * size; null if removed. */
    private BlockGroup[] byIndex;
    private int count;

    /** [live groups], oldest first; replaced, never changed, so it is read without the lock. */
    private volatile BlockGroup[] live = {};

    /** Removed groups to which somebody still has a reference; a count. */
    private int removedAndHeld;

    /** What the guards of all groups share; null if they share nothing. */
    private Object sharedByGuards;

    /** Physical places of a group's size that no group has: [at least freePlaces]. */
    private int[] free;
    private int freePlaces;

    /**
     * Makes an empty tree over an empty device.
     *
     * @param sectorsPerGroup size of each group, sectors, at least 1
     * @param places how many groups the device has room for, a count, at least 1
     * @param guard what a new group's nocow writers use
     * @throws IllegalArgumentException if a number is out of range
     */
    public BlockGroups(int sectorsPerGroup, int places, Function<BlockGroup, NocowGuard> guard) {
        if (sectorsPerGroup < 1 || places < 1) {
            throw new IllegalArgumentException(places + " block groups of " + sectorsPerGroup
                    + " sectors");
        }
        this.sectorsPerGroup = sectorsPerGroup;
        this.guard = guard;
        byIndex = new BlockGroup[places];
        free = new int[places];
        while (freePlaces < places) {
            free[freePlaces] = (places - 1 - freePlaces) * sectorsPerGroup;
            freePlaces++;
        }
    }

    /**
     * Makes a group at the next addresses, on the physical place that was freed last. That may be
     * the place of a removed one, where a bio that was mapped before may still be going.
     *
     * @return the new group, or null if the device is full
     */
    public synchronized BlockGroup create() {
        if (freePlaces == 0) {
            return null;
        }
        BlockGroup group = new BlockGroup(this, (count + 1) * groupBytes(), sectorsPerGroup,
                free[--freePlaces], guard);
        if (count == byIndex.length) {
            byIndex = Arrays.copyOf(byIndex, count * 2);
        }
        byIndex[count++] = group;
        BlockGroup[] more = Arrays.copyOf(live, live.length + 1);
        more[live.length] = group;
        live = more;
        return group;
    }

    private long groupBytes() {
        return (long) sectorsPerGroup * Disk.SECTOR_SIZE;
    }

    /**
     * Measures how far an extent that begins at an address can reach: no extent spans two groups.
     *
     * @param bytenr logical address, bytes
     * @return sectors from there to the end of its group, a count, at least 1
     */
    public int sectorsLeft(long bytenr) {
        return sectorsPerGroup - (int) (bytenr / Disk.SECTOR_SIZE % sectorsPerGroup);
    }

    /**
     * The size of each group.
     *
     * @return sectors, a count
     */
    public int sectorsPerGroup() {
        return sectorsPerGroup;
    }

    private BlockGroup find(long bytenr) {
        long index = bytenr / groupBytes() - 1;
        return bytenr < groupBytes() || index >= count ? null : byIndex[(int) index];
    }

    /**
     * Looks the group of an address up without a reference. Kernel:
     * {@code btrfs_lookup_block_group()} and an immediate put.
     *
     * @param bytenr logical address, bytes
     * @return the group, or null if it was removed or never was
     */
    public synchronized BlockGroup lookup(long bytenr) {
        return find(bytenr);
    }

    /**
     * Looks the group of an address up and takes a reference.
     *
     * @param bytenr logical address, bytes
     * @return the group: the caller owes one {@link BlockGroup#put}; or null
     */
    public synchronized BlockGroup lookupAndGet(long bytenr) {
        BlockGroup group = find(bytenr);
        return group != null && group.tryGet() ? group : null;
    }

    /**
     * Maps an address to the device.
     *
     * @param bytenr logical address, bytes
     * @return physical sector, or -1 if no chunk has the address any more
     */
    public synchronized int physicalOf(long bytenr) {
        BlockGroup group = find(bytenr);
        return group == null ? -1 : group.physicalOf(bytenr);
    }

    /**
     * The i-th group ever made.
     *
     * @param index in [0, size)
     * @return the group, or null if it was removed
     * @throws IllegalArgumentException if there never was one
     */
    public synchronized BlockGroup at(int index) {
        if (index < 0 || index >= count) {
            throw new IllegalArgumentException("no block group " + index);
        }
        return byIndex[index];
    }

    /**
     * The groups that exist now.
     *
     * @return [n], oldest first; not to be changed
     */
    BlockGroup[] live() {
        return live;
    }

    /**
     * How many groups were ever made.
     *
     * @return a count; removed ones included
     */
    public synchronized int size() {
        return count;
    }

    /** For guards that share something: it is made by the first of them. */
    synchronized <T> T sharedByGuards(Class<T> type, Supplier<T> made) {
        if (sharedByGuards == null) {
            sharedByGuards = made.get();
        }
        return type.cast(sharedByGuards);
    }

    /** The last reference to a removed group is gone. */
    synchronized void freed() {
        removedAndHeld--;
    }

    /**
     * For checks at rest.
     *
     * @return removed groups to which somebody still has a reference, a count; 0 at rest
     */
    public synchronized int removedAndHeld() {
        return removedAndHeld;
    }

    /**
     * R11. Takes a group and its chunk out, frees its place on the device and drops the tree's
     * reference.
     *
     * @param group one that is in here
     * @throws IllegalArgumentException if it is of another file system
     * @throws IllegalStateException if it was removed already
     */
    public void remove(BlockGroup group) {
        if (group == null || !group.isOf(this)) {
            throw new IllegalArgumentException(group + " is not in this file system");
        }
        synchronized (this) {
            if (find(group.start()) != group) {
                throw new IllegalStateException(group + " was removed already");
            }
            byIndex[(int) (group.start() / groupBytes() - 1)] = null;
            live = Arrays.stream(live).filter(other -> other != group)
                    .toArray(BlockGroup[]::new);
            free[freePlaces++] = group.firstPhysical();
            removedAndHeld++;
        }
        group.put();
    }
}
