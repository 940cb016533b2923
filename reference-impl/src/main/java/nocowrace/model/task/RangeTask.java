// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;

/** A task that works on a range of a file, under its range lock. */
public abstract class RangeTask extends FsTask {

    /** The file. */
    protected Inode inode;

    /** First file block that is still to be worked on. */
    protected int block;

    /** From block to the end of the range, blocks. */
    protected int remaining;

    /** An ordered extent that was in the way; waited for without the range lock. */
    private OrderedExtent inTheWay;

    /**
     * Makes a task that stands before its first step.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param inode the file
     * @param block first file block
     * @param blocks length, blocks
     * @throws IllegalArgumentException if the file is of another file system, or the range is empty
     *         or not within the file
     */
    protected RangeTask(FsInfo fs, Column column, Inode inode, int block, int blocks) {
        super(fs, column);
        setRange(inode, block, blocks);
    }

    /** Length of a file, blocks; of null, which is refused later, 0. */
    static int lengthOf(Inode file) {
        return file == null ? 0 : file.blocks();
    }

    /**
     * Chooses what to work on.
     *
     * @param file the file
     * @param first first file block
     * @param count length, blocks
     * @throws IllegalArgumentException if the file is of another file system, or the range is empty
     *         or not within the file; nothing is changed
     */
    final void setRange(Inode file, int first, int count) {
        fs.inodes().require(file);
        if (first < 0 || count < 1 || count > file.blocks() - first) {
            throw new IllegalArgumentException(count + " blocks from block " + first
                    + " are not in " + file + ", which has " + file.blocks());
        }
        inode = file;
        block = first;
        remaining = count;
    }

    /**
     * The file.
     *
     * @return on which it works
     */
    public final Inode inode() {
        return inode;
    }

    /** Unlocks what {@link LockRange} has locked. */
    protected final void unlockRange() {
        inode.ioTree().unlock(block, remaining);
    }

    /**
     * The steps that lock the range: while a write in flight overlaps it, unlock, wait until that
     * is complete, and retry. Kernel: lock_and_cleanup_extent_if_need(), lock_extent_direct().
     *
     * @param <T> the task
     */
    static final class LockRange<T extends RangeTask> {

        /** The entry: waits for the lock. */
        final Step<T> entry;

        private Step<T> ordered;
        private Step<T> unlock;
        private Step<T> complete;

        /**
         * Makes the steps.
         *
         * @param label label of the entry
         * @param then what comes next, with the range locked and no write in flight over it
         */
        LockRange(String label, Step.Action<? super T> then) {
            Step<T> first = Step.waitUntil(label, "lock_extent",
                    task -> task.inode.ioTree().queue(),
                    task -> task.inode.ioTree().tryLock(task.block, task.remaining),
                    task -> ordered);
            entry = first;
            ordered = entry.sub("ordered", "btrfs_lookup_ordered_range", task -> {
                RangeTask range = task;
                range.inTheWay = task.inode.ordered().lookup(task.block, task.remaining);
                return range.inTheWay == null ? then.run(task) : unlock;
            });
            unlock = entry.sub("unlock", "unlock_extent", task -> {
                task.unlockRange();
                return complete;
            });
            complete = entry.subWait("complete", "btrfs_start_ordered_extent",
                    task -> ((RangeTask) task).inTheWay.queue(),
                    task -> ((RangeTask) task).inTheWay.isComplete(), task -> first);
        }
    }
}
