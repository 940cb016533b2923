// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import java.util.List;
import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.explore.Explorer;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Read;
import nocowrace.model.task.Sequence;
import nocowrace.model.task.Task;
import nocowrace.model.task.Write;

/**
 * One sample: a small file system, a relocation for CPU 1 and a write for CPU 2. Each task is run
 * once; after both, {@link #outcome} reads back. No actor throws: what a task throws is an outcome.
 */
public final class Race implements Explorer.Start {

    /** What the file holds before the write. */
    private static final long OLD = 1;

    /** What it holds once the write is acknowledged. */
    private static final long NEW = 2;

    /** What the bystander holds once it is written. */
    private static final long OTHER = 3;

    /** Group 0 is relocated; group 1 has room for the copy and for a write to new space. */
    private static final int GROUPS = 2;
    private static final int SECTORS_PER_GROUP = 2;

    /**
     * After this a task counts as hung. A deadlock is noticed at once, without a clock; this bounds
     * only passes that repeat for ever, and is far longer than any pause of the machine.
     */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final FileSystem fs;
    private final Inode file;
    private final Task cpu1;
    private final Write write;

    /** A bystander that CPU 1 writes after the relocation; null if there is none. */
    private final Inode other;

    /** Set if a task threw; written by one actor or both, read by the arbiter. */
    private volatile RuntimeException failure;

    private Race(FileSystem fs, Inode file, Task cpu1, Write write, Inode other) {
        this.fs = fs;
        this.file = file;
        this.cpu1 = cpu1;
        this.write = write;
        this.other = other;
    }

    private static FileSystem fileSystem(Protocol protocol) {
        return new FileSystem(protocol, GROUPS, SECTORS_PER_GROUP);
    }

    private static Race direct(FileSystem fs, Inode file) {
        return new Race(fs, file, fs.relocation(fs.blockGroup(0)),
                fs.directWrite(file, 0, Disk.SECTOR_SIZE, NEW), null);
    }

    private static Race buffered(FileSystem fs, Inode file) {
        return new Race(fs, file, fs.relocation(fs.blockGroup(0)),
                fs.bufferedWrite(file, 0, Disk.SECTOR_SIZE, NEW), null);
    }

    /**
     * A direct write of one block to a nodatacow file in the group that is relocated.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race directNodatacow(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        return direct(fs, fs.createNodatacow(Disk.SECTOR_SIZE, OLD));
    }

    /**
     * A direct write to a block of booked space there.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race directPrealloc(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        return direct(fs, fs.createPreallocated(Disk.SECTOR_SIZE));
    }

    /**
     * A direct write to a file whose writes go to new space, of which there is some in that group.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race directCow(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        return direct(fs, fs.createRegular(Disk.SECTOR_SIZE, OLD));
    }

    /**
     * As {@link #directNodatacow}, through the page cache and written back.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race bufferedNodatacow(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        return buffered(fs, fs.createNodatacow(Disk.SECTOR_SIZE, OLD));
    }

    /**
     * As {@link #directPrealloc}, through the page cache and written back.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race bufferedPrealloc(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        return buffered(fs, fs.createPreallocated(Disk.SECTOR_SIZE));
    }

    /**
     * As {@link #directCow}, through the page cache and written back.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race bufferedCow(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        return buffered(fs, fs.createRegular(Disk.SECTOR_SIZE, OLD));
    }

    /**
     * As {@link #directNodatacow}, but CPU 1 then writes another file, whose bytes find space only
     * where the removed group was on the device.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race lateBio(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, OLD);
        long whole = (long) SECTORS_PER_GROUP * Disk.SECTOR_SIZE;
        Inode other = fs.createSparse(whole, true);
        Task cpu1 = new Sequence(fs.info(), List.of(() -> fs.relocation(fs.blockGroup(0)),
                () -> fs.directWrite(other, 0, whole, OTHER)));
        return new Race(fs, file, cpu1, fs.directWrite(file, 0, Disk.SECTOR_SIZE, NEW), other);
    }

    /** What CPU 1 does. */
    public void cpu1() {
        run(cpu1);
    }

    /** What CPU 2 does. */
    public void cpu2() {
        run(write);
    }

    private void run(Task task) {
        try {
            task.run(TIMEOUT_NANOS);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /**
     * Reads back.
     *
     * @return the outcome's id; meaningful only after both CPUs have done
     */
    @Override
    public String outcome() {
        return OutcomeId.of(write.how(), fate());
    }

    @Override
    public String outcomeWithoutEnd(boolean hung) {
        return OutcomeId.of(write.how(), hung ? Fate.HUNG : Fate.ERROR);
    }

    private Fate fate() {
        if (failure != null) {
            return Fate.ERROR;
        }
        if (cpu1.at() != null || write.at() != null) {
            return Fate.HUNG;
        }
        if (cpu1.error() == null && other != null && !isWhole(other)) {
            return Fate.CORRUPT;
        }
        if (write.error() == null && readBack(file, 0) != NEW) {
            return Fate.LOST;
        }
        if (write.error() != null || cpu1.error() != null) {
            return Fate.ERROR;
        }
        return fs.check() == null ? Fate.KEPT : Fate.LEAK;
    }

    private boolean isWhole(Inode bystander) {
        for (int block = 0; block < bystander.blocks(); block++) {
            if (readBack(bystander, block) != OTHER) {
                return false;
            }
        }
        return true;
    }

    private long readBack(Inode from, int block) {
        Read read = fs.readTask(from, (long) block * Disk.SECTOR_SIZE);
        run(read);
        return read.result();
    }

    /**
     * The tasks, for those who take the steps themselves.
     *
     * @return CPU 1's and CPU 2's
     */
    @Override
    public List<Task> tasks() {
        return List.of(cpu1, write);
    }
}
