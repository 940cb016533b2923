// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import nocowrace.engine.Model;
import nocowrace.engine.Task;
import nocowrace.engine.World;
import nocowrace.model.FileSystem;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Errno;

/**
 * One sample: a small file system, a relocation for CPU 1, and for each other CPU a write, a read
 * or another relocation. Each task is run once; after all of them, {@link #outcome} reads back. No
 * actor throws: what a task throws is an outcome.
 */
public final class Race implements Model {

    /**
     * After this a task counts as hung. A deadlock is noticed at once, without a clock; this bounds
     * only passes that repeat for ever, and is far longer than any pause of the machine.
     */
    static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Judge judge;

    /** Set if a task threw; written by one actor or more, read by the arbiter. */
    private volatile RuntimeException failure;

    /**
     * Makes a sample. Its tasks are enlisted: whichever actor begins first counts on the other.
     *
     * @param fs what the CPUs work on
     * @param cpus tasks before their first steps, or at any other
     * @param promises at least one; the first gives the outcome's how, where no other is broken
     * @param other a file that CPU 1 fills with {@link Judge#OTHER} at its end; null if there is
     *        none
     * @param injected an error with which a task may end; null if there is none
     */
    public Race(FileSystem fs, List<Task> cpus, List<Judge.Promise> promises, Inode other,
            Errno injected) {
        judge = new Judge(fs, cpus, promises, other, injected);
        for (Task cpu : cpus) {
            cpu.enlist();
        }
    }

    /** What CPU 1 does. */
    public void cpu1() {
        run(0);
    }

    /** What CPU 2 does. */
    public void cpu2() {
        run(1);
    }

    private void run(int cpu) {
        try {
            tasks().get(cpu).run(TIMEOUT_NANOS);
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
        return failure != null ? judge.id(Fate.ERROR) : judge.outcome();
    }

    @Override
    public String outcomeWithoutEnd(boolean hung) {
        return judge.id(hung ? Fate.HUNG : Fate.ERROR);
    }

    @Override
    public int victim() {
        return judge.victim();
    }

    /**
     * What the CPUs work on.
     *
     * @return a file system of this sample's own
     */
    public FileSystem fileSystem() {
        return judge.fs();
    }

    @Override
    public World world() {
        return fileSystem().info().world();
    }

    @Override
    public Set<? extends Claim> violated() {
        return fileSystem().violated(tasks());
    }

    @Override
    public List<Task> tasks() {
        return judge.cpus();
    }
}
