// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtents;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.SpaceInfo;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Relocation;
import nocowrace.model.wait.RunQueue;

/**
 * A file system: what a user of the model holds. It makes files and tasks, reads back, and checks
 * itself when no task is at work. A task does nothing until somebody runs it.
 *
 * <pre>{@code
 * FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 16);
 * Inode file = fs.createNodatacowFile(4096, 1);
 * BlockGroup group = fs.blockGroup(0);
 * DirectWrite write = fs.directWrite(file, 0, 4096, 2);
 * Relocation relocation = fs.relocation(group);
 * Thread cpu1 = new Thread(() -> relocation.run(SECONDS.toNanos(10)));
 * cpu1.start();
 * write.run(SECONDS.toNanos(10));
 * cpu1.join();
 * assert fs.read(file, 0) == 2 && fs.leak() == null;
 * }</pre>
 *
 * <p>Tasks of one file system may run on any threads, each on one. {@link #read} and {@link #leak}
 * look without locks that last, so they want the file, or everything, to be at rest.
 */
public final class FileSystem {

    /** What {@link #read} returns where the pointer leads into a removed block group. */
    public static final long UNREADABLE = -1;

    private final Protocol protocol;
    private final FsInfo fs;

    /**
     * Makes an empty file system.
     *
     * @param protocol which state of the kernel it behaves like
     * @param blockGroups how many block groups, a count, at least 1
     * @param sectorsPerGroup size of each, sectors of {@link Disk#SECTOR_SIZE} bytes, at least 1
     * @throws IllegalArgumentException if a number is out of range
     */
    public FileSystem(Protocol protocol, int blockGroups, int sectorsPerGroup) {
        if (blockGroups < 1 || sectorsPerGroup < 1
                || (long) blockGroups * sectorsPerGroup > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(blockGroups + " block groups of " + sectorsPerGroup
                    + " sectors");
        }
        this.protocol = protocol;
        BlockGroups groups = new BlockGroups(sectorsPerGroup, blockGroups, protocol.guard());
        fs = new FsInfo(new RunQueue(), new Disk(blockGroups * sectorsPerGroup), groups,
                new SpaceInfo(groups), new Inodes(), new OrderedExtents());
        for (int i = 0; i < blockGroups; i++) {
            groups.create(i * sectorsPerGroup);
        }
    }

    /**
     * Makes a file whose extents may be overwritten in place, and writes all of it.
     *
     * @param length bytes, a multiple of {@link Disk#SECTOR_SIZE}, at least one sector
     * @param stamp what each of its sectors holds, at least 1
     * @return the new file, recorded and at rest, in as few extents as the space allows
     * @throws IllegalArgumentException if an argument is out of range, or there is no space
     */
    public Inode createNodatacowFile(long length, long stamp) {
        requireStamp(stamp);
        if (length < Disk.SECTOR_SIZE || length % Disk.SECTOR_SIZE != 0
                || length / Disk.SECTOR_SIZE > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("length " + length + " is not a positive multiple of "
                    + Disk.SECTOR_SIZE);
        }
        long[] places = book((int) (length / Disk.SECTOR_SIZE));
        Inode inode = fs.inodes().create(places.length, true);
        for (int block = 0; block < places.length; block++) {
            long bytenr = places[block];
            BlockGroup group = fs.groups().lookup(bytenr);
            inode.recorded().put(block, bytenr);
            group.extents().add(group.sectorOf(bytenr), ExtentTree.backref(inode.number(), block));
            fs.disk().write(group.physicalOf(bytenr), stamp);
        }
        return inode;
    }

    /** Books sectors, all or none. */
    private long[] book(int count) {
        long[] places = new long[count];
        for (int i = 0; i < count; i++) {
            places[i] = fs.space().allocate(1);
            if (places[i] == 0) {
                while (--i >= 0) {
                    fs.groups().lookup(places[i]).free(places[i], 1);
                }
                throw new IllegalArgumentException("no space for "
                        + (long) count * Disk.SECTOR_SIZE + " bytes");
            }
        }
        return places;
    }

    /**
     * Makes a task that writes part of a file directly: in place where it may, else to new space.
     *
     * @param file of this file system
     * @param offset file offset, bytes, a multiple of {@link Disk#SECTOR_SIZE}
     * @param length bytes, likewise, at least one sector; the range lies within the file
     * @param stamp what each sector of the range holds afterwards, at least 1
     * @return the task, before its first step
     * @throws IllegalArgumentException if an argument is out of range
     */
    public DirectWrite directWrite(Inode file, long offset, long length, long stamp) {
        requireStamp(stamp);
        int block = requireBlock(file, offset);
        if (length < Disk.SECTOR_SIZE || length % Disk.SECTOR_SIZE != 0
                || length / Disk.SECTOR_SIZE > file.blocks() - block) {
            throw new IllegalArgumentException("length " + length + " at offset " + offset
                    + " is not a positive multiple of " + Disk.SECTOR_SIZE + " within " + file);
        }
        return new DirectWrite(fs, protocol.directWrite(), file, block,
                (int) (length / Disk.SECTOR_SIZE), stamp);
    }

    /**
     * Makes a task that empties a block group and removes it.
     *
     * @param group of this file system
     * @return the task, before its first step
     * @throws IllegalArgumentException if the group is not, or no longer, in this file system
     */
    public Relocation relocation(BlockGroup group) {
        if (fs.groups().lookup(group.start()) != group) {
            throw new IllegalArgumentException(group + " is not in this file system");
        }
        return new Relocation(fs, protocol.relocation(), group);
    }

    /**
     * Reads a block of a file through its final pointer: the cached extent map, else the file tree.
     *
     * @param file of this file system, with no write to the block in flight
     * @param offset file offset, bytes, a multiple of {@link Disk#SECTOR_SIZE}, within the file
     * @return the stamp found there; {@link Disk#BLANK} in a hole; {@link #UNREADABLE} if the
     *         pointer leads into a removed block group
     * @throws IllegalArgumentException if the offset is out of range
     */
    public long read(Inode file, long offset) {
        int block = requireBlock(file, offset);
        long bytenr = file.cached().get(block);
        if (bytenr == FileExtents.HOLE) {
            bytenr = file.recorded().get(block);
        }
        if (bytenr == FileExtents.HOLE) {
            return Disk.BLANK;
        }
        int physical = fs.groups().physicalOf(bytenr);
        return physical < 0 ? UNREADABLE : fs.disk().read(physical);
    }

    /**
     * Looks for what a task has left behind: a counter, lock or reference that is not at its base, a
     * group that has stayed read-only, space that nobody refers to.
     *
     * @return the first such thing in words, or null; meaningful only while no task is at work
     */
    public String leak() {
        if (!fs.ordered().isEmpty()) {
            return "an ordered extent is still listed";
        }
        if (!fs.space().groupsSem().isFree()) {
            return "groups_sem is held";
        }
        for (int number = Inodes.FIRST; number < Inodes.FIRST + fs.inodes().size(); number++) {
            if (!fs.inodes().get(number).ioTree().isFree()) {
                return "a range of inode " + number + " is locked";
            }
        }
        for (int i = 0; i < fs.groups().size(); i++) {
            BlockGroup group = fs.groups().at(i);
            String leak = group == null ? null : leakOf(group);
            if (leak != null) {
                return group + ": " + leak;
            }
        }
        return null;
    }

    private static String leakOf(BlockGroup group) {
        if (group.isReadOnly()) {
            return "read-only";
        }
        if (!group.guard().isDrained()) {
            return group.guard().toString();
        }
        if (!group.reservations().isZero()) {
            return "reservations";
        }
        if (group.references() != 1) {
            return "references " + group.references();
        }
        for (int sector = 0; sector < group.sectors(); sector++) {
            boolean recorded = group.extents().get(sector) != ExtentTree.UNUSED;
            if (recorded != group.isAllocated(group.bytenrOf(sector))) {
                return "sector " + sector + (recorded ? " is used but free" : " is booked unused");
            }
        }
        return null;
    }

    /**
     * A block group, by the order of creation.
     *
     * @param index in [0, number of groups ever made)
     * @return the group, or null if it was removed
     * @throws IllegalArgumentException if there never was one
     */
    public BlockGroup blockGroup(int index) {
        if (index < 0 || index >= fs.groups().size()) {
            throw new IllegalArgumentException("no block group " + index);
        }
        return fs.groups().at(index);
    }

    /**
     * Which state of the kernel this behaves like.
     *
     * @return the protocol
     */
    public Protocol protocol() {
        return protocol;
    }

    /**
     * The parts, for fault injection and for those who look inside.
     *
     * @return what the tasks share
     */
    public FsInfo info() {
        return fs;
    }

    private static void requireStamp(long stamp) {
        if (stamp < 1) {
            throw new IllegalArgumentException("stamp " + stamp + " is less than 1");
        }
    }

    private static int requireBlock(Inode file, long offset) {
        if (offset < 0 || offset % Disk.SECTOR_SIZE != 0
                || offset / Disk.SECTOR_SIZE >= file.blocks()) {
            throw new IllegalArgumentException("offset " + offset + " is not a multiple of "
                    + Disk.SECTOR_SIZE + " within " + file);
        }
        return (int) (offset / Disk.SECTOR_SIZE);
    }
}
