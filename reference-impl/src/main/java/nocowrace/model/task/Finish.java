// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Step.step;

import nocowrace.engine.Step;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.space.BlockGroup;

/**
 * The steps of W11, C12 and B13: what the kind of the ordered extent demands, and only after that
 * complete, unlist, wake. After an I/O error the trees stay as they were. Kernel:
 * btrfs_finish_ordered_io(), fs/btrfs/inode.c.
 */
final class Finish {

    final Step<Write> entry;
    private final Step<Write> lock;
    private final Step<Write> record;
    private final Step<Write> undo;
    private final Step<Write> complete;

    Finish(String label) {
        entry = step(label, "btrfs_finish_ordered_io", this::route);
        Step<Write> wake = entry.sub("wake", "wake_up", write -> {
            write.ordered.queue().wakeAll();
            write.note(write.error() == null ? "complete" : "complete, with an error");
            return write.afterFinish();
        });
        Step<Write> unlist = entry.sub("unlist", "list_del_init", write -> {
            write.fs.ordered().remove(write.ordered);
            return wake;
        });
        complete = entry.sub("complete", "btrfs_remove_ordered_extent", write -> {
            write.inode.ordered().complete(write.ordered);
            return unlist;
        });
        Step<Write> unlock = entry.sub("unlock", "unlock_extent", write -> {
            write.inode.ioTree().unlock(write.ordered.block(), write.ordered.blocks());
            return complete;
        });
        Step<Write> mark = entry.sub("mark", "btrfs_mark_extent_written",
                write -> markWritten(write) ? unlock : write.again());
        lock = entry.subWait("lock", "lock_extent", write -> write.inode.ioTree().queue(),
                write -> write.inode.ioTree().tryLock(write.ordered.block(),
                        write.ordered.blocks()), write -> mark);
        record = entry.sub("record", "insert_reserved_file_extent",
                write -> recordNewPlace(write) ? complete : write.again());
        undo = entry.sub("undo", "btrfs_drop_extent_cache", write -> {
            undo(write);
            return complete;
        });
    }

    private Step<?> route(Write write) {
        write.done = 0;
        OrderedExtent.Kind kind = write.ordered.kind();
        if (write.ordered.hasIoError()) {
            return kind == OrderedExtent.Kind.NOCOW ? complete : undo;
        }
        return switch (kind) {
            case NOCOW -> complete;
            case PREALLOC -> lock;
            case REGULAR -> record;
        };
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

    /** One block per transaction; true after the last. */
    private static boolean recordNewPlace(Write write) {
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
}
