// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.List;
import nocowrace.engine.Task;
import nocowrace.model.FileSystem;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Read;
import nocowrace.model.task.Write;

/**
 * Reads back what a race has left, and tells what became of each promise.
 *
 * @param fs what the CPUs have worked on
 * @param cpus everybody who was at work
 * @param promises at least one; the first gives the outcome's how, where no other is broken
 * @param other a file that CPU 1 has filled with {@link #OTHER} at its end; null if there is none
 * @param injected an error with which a task may end; null if there is none
 */
public record Judge(FileSystem fs, List<Task> cpus, List<Promise> promises, Inode other,
        Errno injected) {

    /** What the file holds before the write. */
    public static final long OLD = 1;

    /** What it holds once the write is acknowledged. */
    public static final long NEW = 2;

    /** What the bystander holds once it is written. */
    public static final long OTHER = 3;

    /**
     * What an acknowledged write promises: all blocks of its file hold {@link #NEW}.
     *
     * @param cpu which CPU writes, from 0
     * @param write the write, of the whole file
     * @param file the file
     */
    public record Promise(int cpu, Write write, Inode file) {
    }

    /**
     * Where several outcomes are true, one is told: that a task hangs, then CORRUPT, LOST, ERROR,
     * LEAK.
     */
    String outcome() {
        if (!haveAllEnded()) {
            return id(Fate.HUNG);
        }
        if (cpus.get(0).error() == null && isDestroyed()) {
            return id(Fate.CORRUPT);
        }
        for (Promise promise : promises) {
            if (promise.write.error() == null && !isWhole(promise.file)) {
                return OutcomeId.of(promise.write.how(), Fate.LOST);
            }
        }
        for (Promise promise : promises) {
            if (isWrong(promise.write)) {
                return OutcomeId.of(promise.write.how(), Fate.ERROR);
            }
        }
        for (Task cpu : cpus) {
            if (isWrong(cpu) || cpu instanceof Read read && !isOldOrNew(read.result())) {
                return id(Fate.ERROR);
            }
        }
        return id(fs.check() == null ? Fate.KEPT : Fate.LEAK);
    }

    /** How the first writer wrote, and a fate. */
    String id(Fate fate) {
        return OutcomeId.of(promises.get(0).write.how(), fate);
    }

    /**
     * The CPU, from 0, of the first acknowledged write that is not read back, or that lies over the
     * bytes of the bystander; -1 if there is none.
     */
    int victim() {
        for (Promise promise : promises) {
            boolean lost = !isWhole(promise.file);
            if (promise.write.error() == null
                    && (lost || cpus.get(0).error() == null && isDestroyed())) {
                return promise.cpu;
            }
        }
        return -1;
    }

    private boolean haveAllEnded() {
        for (Task cpu : cpus) {
            if (cpu.at() != null) {
                return false;
            }
        }
        return true;
    }

    /** Whether the bystander holds what was written to another file. */
    private boolean isDestroyed() {
        for (int block = 0; other != null && block < other.blocks(); block++) {
            if (readBack(other, block) == NEW) {
                return true;
            }
        }
        return false;
    }

    private boolean isWrong(Task task) {
        return task.error() != null && task.error() != injected;
    }

    private static boolean isOldOrNew(long stamp) {
        return stamp == OLD || stamp == NEW;
    }

    private boolean isWhole(Inode file) {
        for (int block = 0; block < file.blocks(); block++) {
            if (readBack(file, block) != NEW) {
                return false;
            }
        }
        return true;
    }

    private long readBack(Inode from, int block) {
        Read read = fs.readTask(from, (long) block * Disk.SECTOR_SIZE);
        try {
            read.run(Race.TIMEOUT_NANOS);
        } catch (RuntimeException e) {
            return Read.UNREADABLE; // what cannot be read is not there
        }
        return read.result();
    }
}
