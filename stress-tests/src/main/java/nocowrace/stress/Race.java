// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
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

    /**
     * A direct write of one block to a nodatacow file in the group that is relocated.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race directNodatacow(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, GROUPS, SECTORS_PER_GROUP);
        Inode file = fs.createNodatacowFile(Disk.SECTOR_SIZE, OLD);
        return new Race(fs, file, fs.directWrite(file, 0, Disk.SECTOR_SIZE, NEW));
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
        if (write.error() == null && fs.read(file, 0) != NEW) {
            return Fate.LOST;
        }
        if (write.error() != null || relocation.error() != null) {
            return Fate.ERROR;
        }
        return fs.leak() == null ? Fate.KEPT : Fate.LEAK;
    }
}
