// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import nocowrace.engine.Model;
import nocowrace.engine.Task;
import nocowrace.engine.World;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.FileSystem;
import nocowrace.model.Invariant;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Read;
import nocowrace.model.task.Sequence;
import nocowrace.model.task.Write;

/**
 * One sample: a small file system, a relocation for CPU 1, and for each other CPU a write, a read
 * or another relocation. Each task is run once; after all of them, {@link #outcome} reads back. No
 * actor throws: what a task throws is an outcome.
 */
public final class Race implements Model {

    /** What the file holds before the write. */
    public static final long OLD = 1;

    /** What it holds once the write is acknowledged. */
    public static final long NEW = 2;

    /** What the bystander holds once it is written. */
    public static final long OTHER = 3;

    /** Group 0 is relocated; group 1 has room for the copy and for a write to new space. */
    private static final int GROUPS = 2;
    private static final int SECTORS_PER_GROUP = 2;

    /**
     * After this a task counts as hung. A deadlock is noticed at once, without a clock; this bounds
     * only passes that repeat for ever, and is far longer than any pause of the machine.
     */
    private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final FileSystem fs;
    private final List<Task> cpus;
    private final List<Promise> promises;

    /** A bystander that CPU 1 writes after the relocation; null if there is none. */
    private final Inode other;

    /** Set if a task threw; written by one actor or more, read by the arbiter. */
    private volatile RuntimeException failure;

    /** An error that was injected, so that whoever ends with it has done right; null if none. */
    private final Errno injected;

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
     * Makes a sample. Its tasks are enlisted: whichever actor begins first counts on the other.
     *
     * @param fs what the CPUs work on
     * @param cpus tasks before their first steps, or at any other
     * @param promises at least one; the first gives the outcome's how, where no other is broken
     * @param other a file that CPU 1 fills with {@link #OTHER} at its end; null if there is none
     * @param injected an error with which a task may end; null if there is none
     */
    public Race(FileSystem fs, List<Task> cpus, List<Promise> promises, Inode other,
            Errno injected) {
        this.fs = fs;
        this.cpus = cpus;
        this.promises = promises;
        this.other = other;
        this.injected = injected;
        for (Task cpu : cpus) {
            cpu.enlist();
        }
    }

    private Race(FileSystem fs, List<Task> cpus, List<Promise> promises) {
        this(fs, cpus, promises, null, null);
    }

    private static FileSystem fileSystem(Protocol protocol) {
        return new FileSystem(protocol, GROUPS, SECTORS_PER_GROUP);
    }

    private static Race against(FileSystem fs, Write write, Inode file) {
        return new Race(fs, List.of(fs.relocation(fs.blockGroup(0)), write),
                List.of(new Promise(1, write, file)));
    }

    private static Race direct(FileSystem fs, Inode file) {
        return against(fs, directWrite(fs, file), file);
    }

    private static Write directWrite(FileSystem fs, Inode file) {
        return fs.directWrite(file, 0, Disk.SECTOR_SIZE, NEW);
    }

    private static Race buffered(FileSystem fs, Inode file) {
        return against(fs, fs.bufferedWrite(file, 0, Disk.SECTOR_SIZE, NEW), file);
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
        Write write = directWrite(fs, file);
        return new Race(fs, List.of(cpu1, write), List.of(new Promise(1, write, file)), other,
                null);
    }

    /**
     * As {@link #directNodatacow}, with another writer on CPU 3, to another file in that group.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race twoWriters(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, GROUPS, 2 * SECTORS_PER_GROUP);
        Inode first = fs.createNodatacow(Disk.SECTOR_SIZE, OLD);
        Inode second = fs.createNodatacow(Disk.SECTOR_SIZE, OLD);
        Write one = directWrite(fs, first);
        Write another = directWrite(fs, second);
        return new Race(fs, List.of(fs.relocation(fs.blockGroup(0)), one, another),
                List.of(new Promise(1, one, first), new Promise(2, another, second)));
    }

    /**
     * As {@link #directNodatacow}, with a relocation on CPU 3 of the group to which the file may
     * go.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race twoRelocations(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, GROUPS + 1, SECTORS_PER_GROUP);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, OLD);
        Write write = directWrite(fs, file);
        return new Race(fs, List.of(fs.relocation(fs.blockGroup(0)), write,
                fs.relocation(fs.blockGroup(1))), List.of(new Promise(1, write, file)));
    }

    /**
     * As {@link #directNodatacow}, with a reader of the same file on CPU 3.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race reader(Protocol protocol) {
        FileSystem fs = fileSystem(protocol);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, OLD);
        Write write = directWrite(fs, file);
        return new Race(fs, List.of(fs.relocation(fs.blockGroup(0)), write, fs.readTask(file, 0)),
                List.of(new Promise(1, write, file)));
    }

    /** What CPU 1 does. */
    public void cpu1() {
        run(cpus.get(0));
    }

    /** What CPU 2 does. */
    public void cpu2() {
        run(cpus.get(1));
    }

    private void run(Task task) {
        try {
            task.run(TIMEOUT_NANOS);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /**
     * Reads back. Where several outcomes are true, one is told: that a step threw, that a task
     * hangs, then CORRUPT, LOST, ERROR, LEAK.
     *
     * @return the outcome's id; meaningful only after all CPUs have done
     */
    @Override
    public String outcome() {
        if (failure != null) {
            return id(Fate.ERROR);
        }
        if (!haveAllEnded()) {
            return id(Fate.HUNG);
        }
        if (cpus.get(0).error() == null && isDestroyed()) {
            return id(Fate.CORRUPT);
        }
        for (Promise promise : promises) {
            if (promise.write.error() == null && !isWhole(promise.file, NEW)) {
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

    /** Whether the bystander holds what was written to another file. */
    private boolean isDestroyed() {
        for (int block = 0; other != null && block < other.blocks(); block++) {
            if (readBack(other, block) == NEW) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whose write is not where it should be.
     *
     * @return the CPU, from 0, of the first acknowledged write that is not read back, or that lies
     *         over the bytes of the bystander; -1 if there is none
     */
    @Override
    public int victim() {
        for (Promise promise : promises) {
            boolean lost = !isWhole(promise.file, NEW);
            if (promise.write.error() == null
                    && (lost || cpus.get(0).error() == null && isDestroyed())) {
                return promise.cpu;
            }
        }
        return -1;
    }

    private boolean isWrong(Task task) {
        return task.error() != null && task.error() != injected;
    }

    private static boolean isOldOrNew(long stamp) {
        return stamp == OLD || stamp == NEW;
    }

    @Override
    public String outcomeWithoutEnd(boolean hung) {
        return id(hung ? Fate.HUNG : Fate.ERROR);
    }

    /** How the first writer wrote, and a fate. */
    private String id(Fate fate) {
        return OutcomeId.of(promises.get(0).write.how(), fate);
    }

    private boolean haveAllEnded() {
        for (Task cpu : cpus) {
            if (cpu.at() != null) {
                return false;
            }
        }
        return true;
    }

    private boolean isWhole(Inode file, long stamp) {
        for (int block = 0; block < file.blocks(); block++) {
            if (readBack(file, block) != stamp) {
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
     * What the CPUs work on.
     *
     * @return a file system of this sample's own
     */
    public FileSystem fileSystem() {
        return fs;
    }

    @Override
    public World world() {
        return fs.info().world();
    }

    @Override
    public Set<Invariant> violated() {
        return fs.violated(cpus);
    }

    /**
     * The tasks, for those who take the steps themselves.
     *
     * @return CPU 1's, CPU 2's and so on
     */
    @Override
    public List<Task> tasks() {
        return cpus;
    }
}
