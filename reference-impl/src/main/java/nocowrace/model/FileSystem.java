// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import nocowrace.engine.Task;
import nocowrace.engine.World;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtents;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.SpaceInfo;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.Create;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Read;
import nocowrace.model.task.Reflink;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Settle;
import nocowrace.model.task.Write;

/**
 * A file system: what a user of the model holds. Offsets and lengths are bytes, multiples of
 * {@link Disk#SECTOR_SIZE}; what a sector holds is one number, its stamp.
 *
 * <p>Each operation comes twice: as a method that does it on the calling thread, and as a task that
 * somebody runs, replays or explores. A task does nothing until its first step is taken. All
 * methods may be called by any threads at any time, but for {@link #check}, which wants nobody else
 * at work.
 *
 * <p>The methods throw an {@link IOException} with the name of the error, and leave the file system
 * as it was, but for a write that fails half way, which leaves the pieces already written. An
 * operation that can never end, or takes longer than the time-out, fails in the same way: the
 * message begins with "hung" and names the step at which it sleeps, and the task is
 * {@linkplain Task#abandon abandoned}. A deadlock is noticed at once.
 *
 * <p>Files, groups and tasks of another file system are refused.
 */
public final class FileSystem {

    /** What {@link #read} returns where a removed block group or a wrong checksum is in the way. */
    public static final long UNREADABLE = Read.UNREADABLE;

    /** After this an operation counts as hung, if nothing else was asked for. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private final Protocol protocol;

    /** After this an operation on the calling thread counts as hung, ns; no part of the state. */
    private final transient long timeoutNanos;

    private final FsInfo fs;

    /**
     * Makes an empty file system.
     *
     * @param protocol which state of the kernel it behaves like
     * @param blockGroups how many block groups, a count, at least 1; the device has room for no
     *        more until one is removed
     * @param sectorsPerGroup size of each, sectors, at least 1
     * @throws IllegalArgumentException if the protocol is null or a number is out of range
     */
    public FileSystem(Protocol protocol, int blockGroups, int sectorsPerGroup) {
        this(protocol, blockGroups, sectorsPerGroup, TIMEOUT);
    }

    /**
     * Makes an empty file system.
     *
     * @param protocol which state of the kernel it behaves like
     * @param blockGroups how many block groups, a count, at least 1; the device has room for no
     *        more until one is removed
     * @param sectorsPerGroup size of each, sectors, at least 1
     * @param timeout after how long without an end an operation on the calling thread counts as
     *        hung; not negative
     * @throws IllegalArgumentException if an object is null or a number is out of range
     */
    public FileSystem(Protocol protocol, int blockGroups, int sectorsPerGroup, Duration timeout) {
        if (protocol == null) {
            throw new IllegalArgumentException("protocol null");
        }
        if (blockGroups < 1 || sectorsPerGroup < 1
                || (long) blockGroups * sectorsPerGroup > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(blockGroups + " block groups of " + sectorsPerGroup
                    + " sectors");
        }
        this.protocol = protocol;
        timeoutNanos = nanos(timeout);
        BlockGroups groups = new BlockGroups(sectorsPerGroup, blockGroups, protocol.guard());
        World world = new World();
        fs = new FsInfo(world, new Disk(blockGroups * sectorsPerGroup), groups,
                new SpaceInfo(world, groups), new Inodes(), new OrderedExtents(),
                protocol.columns());
        for (int i = 0; i < blockGroups; i++) {
            groups.create();
        }
    }

    // ---- files and groups ----

    /**
     * Makes a file whose extents may be overwritten in place, and writes all of it.
     *
     * @param length bytes, at least one sector
     * @param stamp what each of its sectors holds, at least 1
     * @return the new file, in as few extents as the space allows
     * @throws IllegalArgumentException if an argument is out of range
     * @throws UncheckedIOException ENOSPC
     */
    public Inode createNodatacow(long length, long stamp) {
        return create(length, Write.requireStamp(stamp), true, false);
    }

    /**
     * Makes a file with checksums, which every write puts into new space, and writes all of it.
     *
     * @param length bytes, at least one sector
     * @param stamp what each of its sectors holds, at least 1
     * @return the new file, in as few extents as the space allows
     * @throws IllegalArgumentException if an argument is out of range
     * @throws UncheckedIOException ENOSPC
     */
    public Inode createRegular(long length, long stamp) {
        return create(length, Write.requireStamp(stamp), false, false);
    }

    /**
     * Makes a file with checksums whose space is booked and not written. It reads as
     * {@link Disk#BLANK}; the first write to a sector goes in place, later ones to new space.
     *
     * @param length bytes, at least one sector
     * @return the new file, in as few extents as the space allows
     * @throws IllegalArgumentException if the length is out of range
     * @throws UncheckedIOException ENOSPC
     */
    public Inode createPreallocated(long length) {
        return create(length, Disk.BLANK, false, true);
    }

    /**
     * Makes a file without extents. It reads as {@link Disk#BLANK}.
     *
     * @param length bytes, at least one sector
     * @param nodatacow whether its extents, once it has some, may be overwritten in place
     * @return the new file
     * @throws IllegalArgumentException if the length is out of range
     */
    public Inode createSparse(long length, boolean nodatacow) {
        return fs.inodes().create(requireLength(length), nodatacow);
    }

    private Inode create(long length, long stamp, boolean nodatacow, boolean prealloc) {
        Create create = new Create(fs, requireLength(length), nodatacow, prealloc, stamp);
        try {
            run(create);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return create.inode();
    }

    /**
     * Makes a block group where a removed one was on the device. Writes that find no space do so by
     * themselves.
     *
     * @return the new group
     * @throws IOException ENOSPC if the device is full
     */
    public BlockGroup createBlockGroup() throws IOException {
        BlockGroup group = fs.groups().create();
        if (group == null) {
            throw new IOException("ENOSPC: no room for another block group");
        }
        return group;
    }

    /**
     * A block group, by the order of creation.
     *
     * @param index in [0, blockGroups())
     * @return the group, or null if it was removed
     * @throws IllegalArgumentException if there never was one
     */
    public BlockGroup blockGroup(int index) {
        return fs.groups().at(index);
    }

    /**
     * How many block groups there ever were.
     *
     * @return a count; removed ones included
     */
    public int blockGroups() {
        return fs.groups().size();
    }

    // ---- operations on the calling thread ----

    /**
     * Writes directly: in place where it may, else to new space. When it returns, the bytes are
     * acknowledged. It goes piece by piece, an extent at a time, and another write to the same
     * range may come between two pieces.
     *
     * @param file of this file system
     * @param offset file offset, bytes
     * @param length bytes, at least one sector; the range lies within the file
     * @param stamp what each sector of the range holds afterwards, at least 1
     * @throws IOException EIO, ENOMEM or ENOSPC
     * @throws IllegalArgumentException if an argument is out of range
     */
    public void write(Inode file, long offset, long length, long stamp) throws IOException {
        run(directWrite(file, offset, length, stamp));
    }

    /**
     * Writes into the page cache. The bytes are acknowledged by {@link #sync}.
     *
     * @param file of this file system
     * @param offset file offset, bytes
     * @param length bytes, at least one sector; the range lies within the file
     * @param stamp what each sector of the range holds afterwards, at least 1
     * @throws IOException only if it hangs
     * @throws IllegalArgumentException if an argument is out of range
     */
    public void writeBuffered(Inode file, long offset, long length, long stamp)
            throws IOException {
        int block = requireBlock(file, offset);
        run(new BufferedWrite(fs, Protocol.BUFFERED_WRITE_ALONE, file, block,
                requireRange(file, block, length), Write.requireStamp(stamp)));
    }

    /**
     * Writes back what buffered writes have left in the page cache, and waits for what others are
     * writing back.
     *
     * @param file of this file system
     * @throws IOException EIO, ENOMEM or ENOSPC, and the pages concerned are lost; an error that
     *         somebody else's write-back has met is that one's alone
     * @throws IllegalArgumentException if the file is of another file system
     */
    public void sync(Inode file) throws IOException {
        fs.inodes().require(file);
        run(new BufferedWrite(fs, protocol.column(Protocol.WRITEBACK), file, 0, file.blocks(), 0));
        run(new Settle(fs, file));
    }

    /**
     * Makes a second file that shares all extents of a file. Writes to either go to new space from
     * then on. It is what a snapshot does to each file.
     *
     * @param file of this file system
     * @return the new file
     * @throws IOException EIO, ENOMEM or ENOSPC if dirty pages could not be written back
     * @throws IllegalArgumentException if the file is of another file system
     */
    public Inode reflink(Inode file) throws IOException {
        fs.inodes().require(file);
        Inode copy = fs.inodes().create(file.blocks(), file.isNodatacow());
        run(new Reflink(fs, file, copy));
        return copy;
    }

    /**
     * Empties a block group and removes it. Only one group is relocated at a time; others wait.
     *
     * @param group of this file system
     * @throws IOException ENOSPC, or EIO if the device fails or a checksum does not match, and the
     *         group is writable again; ENOENT if another task
     *         has removed it meanwhile, or if an extent turned up that was never copied
     * @throws IllegalArgumentException if the group is not, or no longer, in this file system
     */
    public void relocate(BlockGroup group) throws IOException {
        run(relocation(group));
    }

    /**
     * Reads a block of a file.
     *
     * @param file of this file system
     * @param offset file offset, bytes, within the file
     * @return the stamp found there; {@link Disk#BLANK} where nothing was written; or
     *         {@link #UNREADABLE}
     * @throws IOException only if it hangs
     * @throws IllegalArgumentException if the offset is out of range
     */
    public long read(Inode file, long offset) throws IOException {
        Read read = readTask(file, offset);
        run(read);
        return read.result();
    }

    private void run(Task task) throws IOException {
        run(task, timeoutNanos);
    }

    /**
     * Runs a task of this file system on the calling thread, to its end or until it hangs.
     *
     * @param task before its first step, or at any other
     * @param limit after how long without an end it counts as hung; not negative
     * @throws IOException the task's error, or that it hangs; it is abandoned then
     * @throws IllegalArgumentException if the task works on another file system, or the limit is
     *         negative
     * @throws IllegalStateException if the task has ended, is abandoned, or is run already
     */
    public void run(Task task, Duration limit) throws IOException {
        requireOwn(task);
        run(task, nanos(limit));
    }

    private static void run(Task task, long limitNanos) throws IOException {
        if (!task.run(limitNanos)) {
            String hung = "hung: " + task.getClass().getSimpleName() + " at " + task.at();
            task.abandon();
            throw new IOException(hung);
        }
        if (task.error() != null) {
            throw new IOException(task.error() + " in " + task);
        }
    }

    // ---- the same as tasks ----

    /**
     * Makes a task that does {@link #write}.
     *
     * @param file of this file system
     * @param offset file offset, bytes
     * @param length bytes, at least one sector; the range lies within the file
     * @param stamp what each sector of the range holds afterwards, at least 1
     * @return the task, before its first step
     * @throws IllegalArgumentException if an argument is out of range
     */
    public DirectWrite directWrite(Inode file, long offset, long length, long stamp) {
        int block = requireBlock(file, offset);
        return new DirectWrite(fs, protocol.column(Protocol.DIRECT_WRITE), file, block,
                requireRange(file, block, length), Write.requireStamp(stamp));
    }

    /**
     * Makes a task that does {@link #writeBuffered} and writes the same range back.
     *
     * @param file of this file system
     * @param offset file offset, bytes
     * @param length bytes, at least one sector; the range lies within the file
     * @param stamp what each sector of the range holds afterwards, at least 1
     * @return the task, before its first step
     * @throws IllegalArgumentException if an argument is out of range
     */
    public BufferedWrite bufferedWrite(Inode file, long offset, long length, long stamp) {
        int block = requireBlock(file, offset);
        return new BufferedWrite(fs, protocol.column(Protocol.BUFFERED_WRITE), file, block,
                requireRange(file, block, length), Write.requireStamp(stamp));
    }

    /**
     * Makes a task that does {@link #relocate}.
     *
     * @param group of this file system
     * @return the task, before its first step
     * @throws IllegalArgumentException if the group is not, or no longer, in this file system
     */
    public Relocation relocation(BlockGroup group) {
        return new Relocation(fs, protocol.column(Protocol.RELOCATION), group);
    }

    /**
     * Makes a task that does {@link #read}.
     *
     * @param file of this file system
     * @param offset file offset, bytes, within the file
     * @return the task, before its first step
     * @throws IllegalArgumentException if the offset is out of range
     */
    public Read readTask(Inode file, long offset) {
        return new Read(fs, file, requireBlock(file, offset));
    }

    // ---- looking inside ----

    /**
     * Tells where a block of a file lies.
     *
     * @param file of this file system
     * @param offset file offset, bytes, within the file
     * @return logical address, bytes; 0 in a hole
     * @throws IllegalArgumentException if the offset is out of range
     */
    public long whereIs(Inode file, long offset) {
        int block = requireBlock(file, offset);
        return FileExtents.bytenr(file.recorded().get(block));
    }

    /**
     * Checks all invariants of a file system at rest: every count is at its base, nothing is locked
     * or in flight, no group is read-only, every file block lies in a group that exists and is
     * known there, every sector is either free or known to a file block, and what it holds matches
     * its checksum; each written block has one, but for files that have none.
     *
     * @return the first violation in words, or null; meaningful only while nobody is at work
     */
    public String check() {
        return Fsck.check(fs);
    }

    /**
     * Checks what must hold between any two steps, whoever is at work.
     *
     * @param tasks everybody who is at work; none takes a step meanwhile
     * @return the invariants that do not hold
     * @throws IllegalArgumentException if a task works on another file system
     */
    public Set<Invariant> violated(Collection<? extends Task> tasks) {
        tasks.forEach(this::requireOwn);
        return Invariant.violated(fs, tasks);
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

    private static int requireLength(long length) {
        if (length < Disk.SECTOR_SIZE || length % Disk.SECTOR_SIZE != 0
                || length / Disk.SECTOR_SIZE > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("length " + length
                    + " is not a positive multiple of " + Disk.SECTOR_SIZE);
        }
        return (int) (length / Disk.SECTOR_SIZE);
    }

    private void requireOwn(Task task) {
        if (task == null || task.world() != fs.world()) {
            throw new IllegalArgumentException(task + " does not work on this file system");
        }
    }

    /** A duration that a long cannot hold is as good as for ever. */
    private static long nanos(Duration timeout) {
        if (timeout == null || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout " + timeout + " is negative");
        }
        return (timeout.compareTo(FOREVER) < 0 ? timeout : FOREVER).toNanos();
    }

    private int requireBlock(Inode file, long offset) {
        fs.inodes().require(file);
        if (offset < 0 || offset % Disk.SECTOR_SIZE != 0
                || offset / Disk.SECTOR_SIZE >= file.blocks()) {
            throw new IllegalArgumentException("offset " + offset + " is not a multiple of "
                    + Disk.SECTOR_SIZE + " within " + file);
        }
        return (int) (offset / Disk.SECTOR_SIZE);
    }

    private static int requireRange(Inode file, int block, long length) {
        int blocks = requireLength(length);
        if (blocks > file.blocks() - block) {
            throw new IllegalArgumentException("length " + length + " goes beyond " + file);
        }
        return blocks;
    }
}
