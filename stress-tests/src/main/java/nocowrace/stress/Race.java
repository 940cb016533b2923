// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Read;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Task;
import nocowrace.model.task.Write;

/**
 * One sample: a small file system, a relocation for CPU 1 and a write for CPU 2. Each task is run
 * once; after both, {@link #outcome} reads back. No actor throws: what a task throws is an outcome.
 */
public final class Race {

    /** What the file holds before the write. */
    private static final long OLD = 1;

    /** What it holds once the write is acknowledged. */
    private static final long NEW = 2;

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
    private final Relocation relocation;
    private final Write write;

    /** Set if a task threw; written by one actor or both, read by the arbiter. */
    private volatile RuntimeException failure;

    private Race(FileSystem fs, Inode file, Write write) {
        this.fs = fs;
        this.file = file;
        this.write = write;
        relocation = fs.relocation(fs.blockGroup(0));
    }

    private static FileSystem fileSystem(Protocol protocol) {
        return new FileSystem(protocol, GROUPS, SECTORS_PER_GROUP);
    }

    private static Race direct(FileSystem fs, Inode file) {
        return new Race(fs, file, fs.directWrite(file, 0, Disk.SECTOR_SIZE, NEW));
    }

    private static Race buffered(FileSystem fs, Inode file) {
        return new Race(fs, file, fs.bufferedWrite(file, 0, Disk.SECTOR_SIZE, NEW));
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

    /** What CPU 1 does. */
    public void cpu1() {
        run(relocation);
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
    public String outcome() {
        return OutcomeId.of(write.how(), fate());
    }

    private Fate fate() {
        if (relocation.isHung() || write.isHung()) {
            return Fate.HUNG;
        }
        if (failure != null) {
            return Fate.ERROR;
        }
        if (write.error() == null && readBack() != NEW) {
            return Fate.LOST;
        }
        if (write.error() != null || relocation.error() != null) {
            return Fate.ERROR;
        }
        return fs.check() == null ? Fate.KEPT : Fate.LEAK;
    }

    private long readBack() {
        Read read = fs.readTask(file, 0);
        run(read);
        return read.result();
    }
}
