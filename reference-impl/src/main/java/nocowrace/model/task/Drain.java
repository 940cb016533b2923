// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.space.BlockGroup;

/**
 * R3, R4 and R5: the waits of any task that moves the extents of a block group. The group
 * is read-only by then.
 */
public final class Drain {

    private Drain() {
    }

    /** A task that drains a block group. */
    public interface User {

        /**
         * What it works on.
         *
         * @return what the tasks of the file system share
         */
        FsInfo fs();

        /**
         * The group that is drained.
         *
         * @return X
         */
        BlockGroup from();

        /**
         * What R5 waits for.
         *
         * @return one object, always the same
         */
        InFlight inFlight();

        /**
         * Tells whether the waits are over and extents are being moved.
         *
         * @return true while no write may be in flight to the group
         */
        boolean isMoving();
    }

    /** The ordered extents that R5 waits for, oldest first, and how far it has got. */
    public static final class InFlight {
        private List<OrderedExtent> ordered = List.of();
        private int waited;

        private OrderedExtent current() {
            return ordered.get(waited);
        }
    }

    /**
     * R3. Waits until no writer has space in the group without an ordered extent. Takes and drops
     * groups_sem first, so that no writer is past C3 and not yet at C4; ends because a writer at C4
     * reaches C7 without waiting for relocation. Kernel: btrfs_wait_block_group_reservations(),
     * the parent of f78c436c3931.
     *
     * @param <T> the task
     * @param label label of the entry
     * @return the first step
     */
    public static <T extends Task & User> Step<T> reservations(String label) {
        return Step.entry(label,
                awaits("", "down_write", task -> task.fs().space().groupsSem().queue(),
                        task -> task.fs().space().groupsSem().tryDownWrite(), "up"),
                does("up", "up_write", task -> task.fs().space().groupsSem().upWrite()),
                awaits("zero", "btrfs_wait_block_group_reservations",
                        task -> task.from().reservations().queue(),
                        task -> task.from().reservations().isZero(),
                        task -> goOn(task, "nobody has space in X without an ordered extent")));
    }

    /**
     * R4. Waits until the last nocow writer has left. Ends because a writer that entered in W4
     * reaches W6 without waiting for relocation. Kernel: btrfs_wait_nocow_writers(), f78c436c3931.
     *
     * @param <T> the task
     * @param label label of the entry
     * @return the first step
     */
    public static <T extends Task & User> Step<T> nocowWriters(String label) {
        return Step.entry(label,
                awaits("", "btrfs_wait_nocow_writers", task -> task.from().nocowQueue(),
                        task -> task.from().guard().isDrained(),
                        task -> goOn(task, "no nocow writer is inside X")));
    }

    private static Step<?> goOn(Task task, String found) {
        task.note(found);
        return task.next();
    }

    /**
     * R5. Waits for each ordered extent over the group that is listed now; not for later ones.
     * Kernel: btrfs_wait_ordered_roots(), 578def7c50f2.
     *
     * @param <T> the task
     * @param label label of the entry
     * @return the first step
     */
    public static <T extends Task & User> Step<T> orderedExtents(String label) {
        return orderedExtents(label, task -> task.fs().ordered().snapshot(task.from().start(),
                task.from().length()), OrderedExtent::isComplete);
    }

    /**
     * Makes an entry that waits for other ordered extents, or less long.
     *
     * @param <T> the task
     * @param label label of the entry
     * @param which what to wait for
     * @param done when the wait for one of them is over
     * @return the first step
     */
    public static <T extends Task & User> Step<T> orderedExtents(String label,
            Function<T, List<OrderedExtent>> which, Predicate<OrderedExtent> done) {
        return Step.entry(label,
                asks("", "btrfs_wait_ordered_roots", task -> list(task, which.apply(task)),
                        "complete", NEXT),
                awaits("complete", "btrfs_start_ordered_extent",
                        task -> task.inFlight().current().queue(),
                        task -> done.test(task.inFlight().current()), Drain::waitForNext));
    }

    private static <T extends Task & User> boolean list(T task, List<OrderedExtent> ordered) {
        task.note(ordered.isEmpty() ? "no ordered extent over X is listed"
                : "ordered extents over X are listed");
        if (ordered.isEmpty()) {
            return false;
        }
        task.inFlight().ordered = ordered;
        return true;
    }

    private static <T extends Task & User> Step<?> waitForNext(T task) {
        InFlight inFlight = task.inFlight();
        inFlight.waited++;
        if (inFlight.waited < inFlight.ordered.size()) {
            return task.at().part("complete");
        }
        inFlight.ordered = List.of();
        inFlight.waited = 0;
        return task.next();
    }
}
