// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

import nocowrace.engine.World;
import nocowrace.engine.wait.RwSemaphore;

/**
 * Space for data: who gets which sectors, and which groups are read-only. Lock: this monitor is
 * {@code sinfo->lock}; taken before a group's.
 *
 * <p>Kernel: {@code struct btrfs_space_info}, fs/btrfs/ctree.h; {@code find_free_extent()} and
 * {@code btrfs_inc_block_group_ro()}, fs/btrfs/extent-tree.c.
 */
public final class SpaceInfo {

    private final World world;
    private final BlockGroups groups;

    /** Held for reading from C2 to C5; R3 takes and drops the write side to drain those. */
    private final RwSemaphore groupsSem = new RwSemaphore();

    /**
     * Where to look first, an index into the groups that exist; guarded by this. A hint, and no
     * part of the state for those who leave the choice open.
     */
    private transient int servedLast;

    /** Its write side is the mutex under which groups are relocated one at a time (R0, N1). */
    private final RwSemaphore relocationMutex = new RwSemaphore();

    /**
     * Manages the space of some groups.
     *
     * @param world decides which group an allocation tries first, where that is left open
     * @param groups all groups, now and later
     */
    public SpaceInfo(World world, BlockGroups groups) {
        this.world = world;
        this.groups = groups;
    }

    /**
     * The semaphore that allocators hold for reading.
     *
     * @return {@code groups_sem}
     */
    public RwSemaphore groupsSem() {
        return groupsSem;
    }

    /**
     * The mutex of relocation: {@code fs_info->delete_unused_bgs_mutex}.
     *
     * @return a semaphore of which only the write side is used
     */
    public RwSemaphore relocationMutex() {
        return relocationMutex;
    }

    /**
     * R1. Turns a group read-only: from here its guard admits nobody and C3 passes it by.
     *
     * @param group which
     * @throws IllegalArgumentException if it is of another file system
     */
    public synchronized void incReadOnly(BlockGroup group) {
        requireOwn(group);
        group.incReadOnly();
    }

    /**
     * Takes one R1 back.
     *
     * @param group which
     * @throws IllegalArgumentException if it is of another file system
     * @throws IllegalStateException if the group is not read-only
     */
    public synchronized void decReadOnly(BlockGroup group) {
        requireOwn(group);
        group.decReadOnly();
    }

    private void requireOwn(BlockGroup group) {
        if (group == null || !group.isOf(groups)) {
            throw new IllegalArgumentException(group + " is not in this file system");
        }
    }

    /**
     * C3. Books a run of sectors in a group that is writable and has it: the one that served last,
     * or the next after it; else in a new group, if the device has room for one. Which group is
     * tried first is left open to an explorer: in the kernel it depends on hints, clusters and
     * other CPUs ({@code find_free_extent()}).
     *
     * @param count sectors, at least 1
     * @return logical address of the first, bytes; 0 if there is no space
     * @throws IllegalArgumentException if the count is not positive
     */
    public synchronized long allocate(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("allocation of " + count + " sectors");
        }
        BlockGroup[] live = groups.live();
        int first = live.length == 0 ? 0 : world.choose(live.length, servedLast % live.length);
        for (int i = 0; i < live.length; i++) {
            int index = (first + i) % live.length;
            long bytenr = live[index].allocate(count);
            if (bytenr != 0) {
                servedLast = index;
                return bytenr;
            }
        }
        BlockGroup chunk = count > groups.sectorsPerGroup() ? null : groups.create();
        return chunk == null ? 0 : chunk.allocate(count);
    }
}
