// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nocowrace.engine.Row;
import nocowrace.engine.Step;
import nocowrace.engine.Table;
import nocowrace.engine.Task;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;

/**
 * The rows that lock a range of a file, for any task (W1, D1, L1, S1). While a write in flight
 * overlaps the range: unlock it, wait until that write is complete, and try again.
 *
 * <p>Kernel: {@code lock_and_cleanup_extent_if_need()}, fs/btrfs/file.c, and
 * {@code lock_extent_direct()}, fs/btrfs/inode.c, v4.7.
 */
public final class LockRange {

    private LockRange() {
    }

    /** A task that locks a range. */
    public interface User {

        /**
         * The file.
         *
         * @return on which the task works
         */
        Inode inode();

        /**
         * Where the range begins.
         *
         * @return file block
         */
        int firstBlock();

        /**
         * How long it is.
         *
         * @return blocks, a count
         */
        int blockCount();

        /**
         * What the task waits for without the lock.
         *
         * @return the write in flight that was in the way; null if there was none
         */
        OrderedExtent inTheWay();

        /**
         * Notes it.
         *
         * @param ordered the write in flight; null if there is none
         */
        void setInTheWay(OrderedExtent ordered);
    }

    /**
     * Makes an entry that begins by locking the range.
     *
     * @param <T> the task
     * @param table where the entry goes
     * @param label its label
     * @param then name of the row that comes next, with the range locked and no write in flight
     *        over it
     * @param more further rows of the entry
     * @return the first step
     */
    @SafeVarargs
    @SuppressWarnings({"unchecked", "varargs"}) // the rows are only read
    public static <T extends Task & User> Step<T> entry(Table<T> table, String label, String then,
            Row<T>... more) {
        List<Row<T>> rows = new ArrayList<>(List.of(
                awaits("", "lock_extent", task -> task.inode().ioTree().queue(),
                        LockRange::tryLock, "ordered"),
                asks("ordered", "btrfs_lookup_ordered_range", LockRange::isFree, then, "unlock"),
                does("unlock", "unlock_extent", LockRange::unlock),
                awaits("complete", "btrfs_start_ordered_extent", task -> task.inTheWay().queue(),
                        task -> task.inTheWay().isComplete(), Row.TOP)));
        rows.addAll(Arrays.asList(more));
        return table.entry(label, rows.toArray(Row[]::new));
    }

    private static boolean tryLock(User task) {
        return task.inode().ioTree().tryLock(task.firstBlock(), task.blockCount());
    }

    /** Looks for a write in flight over the range. */
    static boolean isFree(User task) {
        task.setInTheWay(task.inode().ordered().lookup(task.firstBlock(), task.blockCount()));
        return task.inTheWay() == null;
    }

    /** Unlocks the range. */
    static void unlock(User task) {
        task.inode().ioTree().unlock(task.firstBlock(), task.blockCount());
    }
}
