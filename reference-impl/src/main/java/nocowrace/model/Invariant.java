// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import nocowrace.engine.Model;
import nocowrace.engine.Task;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.Drain;
import nocowrace.model.task.FsInfo;

/**
 * What holds between any two steps under a protocol that loses nothing, not only at rest. A
 * violation comes earlier than the loss that it leads to, and more often.
 */
public enum Invariant implements Model.Claim {

    /** I2, I3: while extents are moved, no writer that goes in place is counted in their group. */
    DRAINED("a nocow writer is inside the group that is being moved",
            state -> state.moved().allMatch(group -> group.guard().isDrained())),

    /** I5: while extents are moved, nobody has space in their group and no ordered extent yet. */
    UNRESERVED("space is reserved in the group that is being moved",
            state -> state.moved().allMatch(group -> group.reservations().isZero())),

    /** I4: when an extent is moved, no incomplete ordered extent lies over its group. */
    COMPLETE("an incomplete ordered extent lies over the group that is being moved",
            state -> state.moved().allMatch(group -> state.inFlight.stream()
                    .noneMatch(write -> write.overlapsDisk(group.start(), group.length())))),

    /** No write is in flight to a group that is gone. */
    PRESENT("an ordered extent lies in a group that is gone",
            state -> state.inFlight.stream().allMatch(write -> state.group(write) != null)),

    /**
     * Each address is in one hand: no two writes in flight go there, and new space in flight is
     * booked and recorded for no other file block.
     */
    UNSHARED("an address is in two hands", State::isEachAddressInOneHand),

    /** Each block of a file lies where the extent tree knows of it, in a group that exists. */
    KNOWN("a file block lies where nobody knows of it", State::isEachBlockKnown),

    /** Each group that can be found is referred to. */
    REFERRED("a group that can be found is freed",
            state -> state.groups().allMatch(group -> group.references() > 0));

    private final String violation;
    private final Predicate<State> holds;

    Invariant(String violation, Predicate<State> holds) {
        this.violation = violation;
        this.holds = holds;
    }

    @Override
    public String violation() {
        return violation;
    }

    /**
     * Checks all of them.
     *
     * @param fs a file system, between two steps, while nobody takes one
     * @param tasks everybody who is at work on it
     * @return those that do not hold; empty if all do
     */
    static Set<Invariant> violated(FsInfo fs, Collection<? extends Task> tasks) {
        State state = new State(fs, tasks);
        Set<Invariant> violated = EnumSet.noneOf(Invariant.class);
        for (Invariant invariant : values()) {
            if (!invariant.holds.test(state)) {
                violated.add(invariant);
            }
        }
        return violated;
    }

    /** What the checks look at. */
    private static final class State {
        private final FsInfo fs;
        private final Collection<? extends Task> tasks;

        /** Listed for everybody and incomplete. */
        private final List<OrderedExtent> inFlight;

        State(FsInfo fs, Collection<? extends Task> tasks) {
            this.fs = fs;
            this.tasks = tasks;
            inFlight = fs.ordered().snapshot(0, Long.MAX_VALUE).stream()
                    .filter(write -> !write.isComplete()).toList();
        }

        /** Groups whose extents are being moved. */
        Stream<BlockGroup> moved() {
            return tasks.stream().map(Task::innermost)
                    .filter(task -> task instanceof Drain.User user && user.isMoving())
                    .map(task -> ((Drain.User) task).from());
        }

        Stream<BlockGroup> groups() {
            return IntStream.range(0, fs.groups().size()).mapToObj(fs.groups()::at)
                    .filter(group -> group != null);
        }

        BlockGroup group(OrderedExtent write) {
            return fs.groups().lookup(write.bytenr());
        }

        private Stream<Inode> inodes() {
            return IntStream.range(0, fs.inodes().size())
                    .mapToObj(i -> fs.inodes().get(Inodes.FIRST + i));
        }

        boolean isEachAddressInOneHand() {
            List<OrderedExtent> all = inodes()
                    .flatMap(inode -> inode.ordered().inFlight().stream()).toList();
            for (OrderedExtent write : all) {
                if (all.stream().anyMatch(other -> other != write
                        && other.overlapsDisk(write.bytenr(), write.length()))) {
                    return false;
                }
            }
            return inodes().allMatch(inode -> inode.ordered().inFlight().stream()
                    .allMatch(write -> isItsOwn(inode, write)));
        }

        /** New space in flight is booked, and recorded for its own file block or not at all. */
        private boolean isItsOwn(Inode inode, OrderedExtent write) {
            BlockGroup group = group(write);
            if (group == null || write.kind() != OrderedExtent.Kind.REGULAR) {
                return true;
            }
            for (int i = 0; i < write.blocks(); i++) {
                long bytenr = write.bytenr() + (long) i * Disk.SECTOR_SIZE;
                long own = ExtentTree.backref(inode.number(), write.block() + i);
                if (!group.isAllocated(bytenr)
                        || Arrays.stream(group.extents().references(group.sectorOf(bytenr)))
                                .anyMatch(reference -> reference != own)) {
                    return false;
                }
            }
            return true;
        }

        boolean isEachBlockKnown() {
            return inodes().allMatch(inode -> IntStream.range(0, inode.blocks()).allMatch(block -> {
                long item = inode.recorded().get(block);
                return item == FileExtents.HOLE
                        || Fsck.isKnown(fs, inode, block, FileExtents.bytenr(item));
            }));
        }
    }
}
