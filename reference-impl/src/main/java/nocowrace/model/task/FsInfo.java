// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import nocowrace.engine.Columns;
import nocowrace.engine.World;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtents;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.SpaceInfo;

/**
 * What the tasks of one file system share. Kernel: {@code struct btrfs_fs_info}, fs/btrfs/ctree.h.
 *
 * @param world counts the tasks that can still wake somebody, and decides what is left open
 * @param disk the device
 * @param groups block groups by address
 * @param space who gets which sectors
 * @param inodes files by number
 * @param ordered all writes in flight
 * @param columns the steps of each kind of task
 */
public record FsInfo(World world, Disk disk, BlockGroups groups, SpaceInfo space,
        Inodes inodes, OrderedExtents ordered, Columns columns) {

    /** Name of the column of a write-back that another task asks for. */
    public static final String WRITEBACK = "writeback";
}
