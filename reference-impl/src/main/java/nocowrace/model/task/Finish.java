// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import nocowrace.engine.Step;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.space.BlockGroup;

/**
 * The rows of W11, C12 and B13: what the kind of the ordered extent demands, and only after that
 * complete, unlist, wake. After an I/O error the trees stay as they were. Kernel:
 * btrfs_finish_ordered_io(), fs/btrfs/inode.c.
 */
final class Finish {

    private Finish() {
    }

    static Step<Write> entry(String label) {
        return Step.entry(label,
                picks("", "btrfs_finish_ordered_io", Finish::begin,
                        "complete", "lock", "record", "undo"),
                awaits("lock", "lock_extent", write -> write.inode.ioTree().queue(),
                        Finish::tryLock),
                asks("mark", "btrfs_mark_extent_written", Finish::markWritten, "unlock", AGAIN),
                does("unlock", "unlock_extent", Finish::unlock, "complete"),
                asks("record", "insert_reserved_file_extent", Finish::record, "complete", AGAIN),
                does("undo", "btrfs_drop_extent_cache", Finish::undo),
                does("complete", "btrfs_remove_ordered_extent",
                        write -> write.inode.ordered().complete(write.ordered)),
                does("unlist", "list_del_init", write -> write.fs.ordered().remove(write.ordered)),
                does("wake", "wake_up", Finish::wake, Write::afterFinish));
    }

    private static String begin(Write write) {
        write.done = 0;
        OrderedExtent.Kind kind = write.ordered.kind();
        if (write.ordered.hasIoError()) {
            return kind == OrderedExtent.Kind.NOCOW ? "complete" : "undo";
        }
        return switch (kind) {
            case NOCOW -> "complete";
            case PREALLOC -> "lock";
            case REGULAR -> "record";
        };
    }

    private static boolean tryLock(Write write) {
        return write.inode.ioTree().tryLock(write.ordered.block(), write.ordered.blocks());
    }

    /** One block per transaction; true after the last. */
    private static boolean markWritten(Write write) {
        OrderedExtent ordered = write.ordered;
        int at = ordered.block() + write.done;
        Trees.markWritten(write.fs, write.inode, at, place(ordered, write.done),
                write.stampOf(at));
        write.done++;
        return write.done == ordered.blocks();
    }

    private static void unlock(Write write) {
        write.inode.ioTree().unlock(write.ordered.block(), write.ordered.blocks());
    }

    /** Points the file to the new place, one block per transaction; true after the last. */
    private static boolean record(Write write) {
        OrderedExtent ordered = write.ordered;
        int at = ordered.block() + write.done;
        Trees.record(write.fs, write.inode, at, place(ordered, write.done),
                write.stampOf(at));
        write.note("the file points to the new space");
        write.done++;
        return write.done == ordered.blocks();
    }

    private static long place(OrderedExtent ordered, int index) {
        return ordered.bytenr() + (long) index * Disk.SECTOR_SIZE;
    }

    /** Undoes C8 or W7, and gives new space back. */
    private static void undo(Write write) {
        OrderedExtent ordered = write.ordered;
        for (int i = 0; i < ordered.blocks(); i++) {
            write.inode.cached().forget(ordered.block() + i, place(ordered, i));
        }
        BlockGroup booked = write.fs.groups().lookup(ordered.bytenr());
        if (ordered.kind() == OrderedExtent.Kind.REGULAR && booked != null) {
            booked.free(ordered.bytenr(), ordered.blocks());
        }
    }

    private static void wake(Write write) {
        write.ordered.queue().wakeAll();
        write.note(write.error() == null ? "complete" : "complete, with an error");
    }
}
