// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.stress.ablation.Ablation.Expected.ERROR;
import static nocowrace.stress.ablation.Ablation.Expected.HUNG;
import static nocowrace.stress.ablation.Ablation.Expected.LOST;
import static nocowrace.stress.ablation.Ablation.equivalent;
import static nocowrace.stress.ablation.Ablation.fails;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.WriterSlots;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import nocowrace.stress.Race;

/** What bears load in {@link WriterSlots} (S), and where they are left without a fence (P). */
final class SlotAblations {

    private SlotAblations() {
    }

    /** The writer slots, made so that one thing of them can be left out. */
    static class Slots extends FlaggedGuard {

        /** Never closed: nothing but the slots. */
        final WriterSlots slots;

        private volatile boolean closed;

        Slots(BlockGroup group) {
            slots = new WriterSlots(group);
        }

        @Override
        final boolean isClosed() {
            return closed;
        }

        @Override
        public Ticket enter(Ticket last) {
            if (closed) {
                return Ticket.Word.REFUSED;
            }
            Ticket slot = slots.enter(last);
            if (closed) {
                slots.leave(slot);
                return Ticket.Word.REFUSED_BUT_SEEN;
            }
            return slot;
        }

        @Override
        public boolean leave(Ticket ticket) {
            slots.leave(ticket);
            return closed;
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public void reopen() {
            closed = false;
        }

        @Override
        public boolean isDrained() {
            return slots.isDrained();
        }
    }

    /** mS1t: finds a slot in one step and takes it in another. One per file. */
    private static final class Claimed extends Slots {
        private static final int FILES = 4;

        /** [slots], 1 if taken. */
        private final AtomicLongArray taken = new AtomicLongArray(FILES);

        /** [inode number], which slot is this writer's; a writer's own. */
        private final int[] found = new int[FILES];

        Claimed(BlockGroup group) {
            super(group);
        }

        static Claimed of(Write write) {
            return (Claimed) write.fs().groups().lookup(write.bytenr()).guard();
        }

        void find(int inode) {
            found[inode] = IntStream.range(0, FILES).filter(slot -> taken.get(slot) == 0)
                    .findFirst().orElseThrow();
        }

        void set(int inode, int value) {
            taken.set(found[inode], value);
        }

        /** Has been announced in a step before, and is taken back in a step behind. */
        @Override
        public Ticket enter(Ticket last) {
            return isClosed() ? Ticket.Word.REFUSED_BUT_SEEN : Ticket.Word.COUNTED;
        }

        @Override
        public boolean leave(Ticket ticket) {
            return isClosed();
        }

        @Override
        public boolean isDrained() {
            return IntStream.range(0, FILES).allMatch(slot -> taken.get(slot) == 0);
        }
    }

    private static final Step<Write> W4_FIND = step("W4s", "-", write -> {
        Claimed.of(write).find(write.inode().number());
        return write.next();
    });

    private static final Step<Write> W4_TAKE = step("W4t", "-", write -> {
        Claimed.of(write).set(write.inode().number(), 1);
        return write.next();
    });

    private static final Step<Write> W4_FIND_AND_TAKE = step("W4c", "-", write -> {
        synchronized (Claimed.of(write)) {
            W4_FIND.run(write);
            return W4_TAKE.run(write);
        }
    });

    private static Change claimed(Change fix, Step<?>... claim) {
        return fix.guard(Claimed::new).direct(c -> {
            Column column = c;
            for (Step<?> step : claim) {
                column = column.replace(W4, step, W4);
            }
            return column.redirect(W4.part("wake"), freeing(W4.part("wake")))
                    .redirect(fix.w6(), freeing(fix.w6()));
        });
    }

    /** Frees the slot before what an entry does. */
    private static Step<?> freeing(Step<Write> before) {
        return before.sub("free", "-", write -> {
            Claimed.of(write).set(write.inode().number(), 0);
            return before;
        });
    }

    /** Leaves without a fence, and so without a look at closed. */
    private static final class Unfenced extends Slots {
        Unfenced(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean leave(Ticket ticket) {
            slots.leaveUnfenced(ticket);
            return false;
        }
    }

    /** Looks again and again, and is woken by nobody. */
    private static final Step<Relocation> R4_POLL = step("R4p", "-", relocation
            -> relocation.from().guard().isDrained() ? relocation.next() : SlotAblations.R4_POLL);

    /** mS4: a writer has looked at closed in a step before it leaves. */
    private static final class LookedBefore extends Slots {
        private boolean saw;

        LookedBefore(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean leave(Ticket ticket) {
            slots.leave(ticket);
            return saw;
        }
    }

    private static final Step<Write> W6_LOOK = step("W6k", "-", write -> {
        LookedBefore guard = (LookedBefore) write.group().guard();
        guard.saw = guard.isClosed();
        return write.next();
    });

    /** mS8, mS8l: the slot of the one writer comes into the table, which R4 has read. */
    private static final class Growing extends Slots {
        private volatile boolean listed;
        private boolean read;

        Growing(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean isDrained() {
            return !read || super.isDrained();
        }
    }

    private static final Step<Write> W4_LIST = step("W4l", "-", write -> {
        ((Growing) write.fs().groups().lookup(write.bytenr()).guard()).listed = true;
        return write.next();
    });

    private static final Step<Relocation> R4_TABLE = step("R4t", "-", relocation -> {
        Growing guard = (Growing) relocation.from().guard();
        guard.read = guard.listed;
        return relocation.next();
    });

    /** Waits until nobody is in any group, but in the queue of its own. */
    private static final Step<Relocation> R4_ANY = Step.waitUntil("R4a", "-",
            relocation -> relocation.from().nocowQueue(), relocation -> {
                BlockGroups groups = relocation.fs().groups();
                return IntStream.range(0, groups.size()).mapToObj(groups::at)
                        .allMatch(group -> group == null || group.guard().isDrained());
            });

    /**
     * mS1t and mS8 with nothing taken out.
     *
     * @param form the protocol with this guard
     */
    static List<Ablation> controls(Protocol form) {
        Change fix = new Change(form);
        return List.of(
                equivalent("mS1c", "slots: a free one taken in one step",
                        claimed(fix, W4_FIND_AND_TAKE), Races::writeThenRelocate,
                        "The control of mS1t."),
                equivalent("mS8c", "slots: R4 looks at those that there are after R1",
                        fix.guard(Growing::new)
                                .relocation(c -> c.replace(R1, R1, R4_TABLE))
                                .direct(c -> c.replace(W4, W4_LIST, W4)),
                        Race::directNodatacow,
                        "The control of mS8 and mS8l: who comes later finds it closed."));
    }

    /**
     * The ablations.
     *
     * @param form the protocol with this guard
     */
    static List<Ablation> all(Protocol form) {
        Change fix = new Change(form);
        Step<Write> w6 = fix.w6();
        Change announcing = fix.guard(group -> new Slots(group) {
            @Override
            public Ticket enter(Ticket last) {
                return slots.enter(last);
            }
        });
        return List.of(
                fails("mS1", "slots: looked at, then announced, and not looked at again", LOST,
                        FlaggedGuard.lookingBefore(announcing), Race::directNodatacow,
                        "R1 and R4 fall between the look and the announcement."),
                fails("mS1t", "slots: a free one taken by a look and a write", LOST,
                        claimed(fix, W4_FIND, W4_TAKE), Races::writeThenRelocate,
                        "Two writers find the same one, and the first to leave frees it."),
                equivalent("mS2", "slots: no look before the announcement",
                        FlaggedGuard.lookingAfter(announcing, true),
                        "R4 may see who will be refused, and is woken when that is taken back."),
                fails("mS3", "slots: freed again without a wake-up", HUNG,
                        FlaggedGuard.lookingAfter(FlaggedGuard.lookingBefore(announcing), false),
                        Race::directNodatacow,
                        "R4 looks while a writer stands there that is going to be refused."),
                fails("mS4", "slots: closed looked at before the slot is freed", HUNG,
                        fix.guard(LookedBefore::new).direct(c -> c.replace(w6, W6_LOOK, w6)),
                        Race::directNodatacow, "R1 and R4's look fall between the two."),
                fails("mS5", "slots: R1 does not set closed", LOST,
                        fix.guard(group -> new Slots(group) {
                            @Override
                            public void close() {
                            }
                        }), Race::directNodatacow, "W4 lets in after R4."),
                fails("mS6", "slots: the way back from R1 leaves closed set", ERROR,
                        fix.guard(group -> new Slots(group) {
                            @Override
                            public void reopen() {
                            }
                        }), Races::scrubThenWriteToFull,
                        "A writable group refuses, and there is no new space."),
                fails("mS7", "slots: R4 does not look at them", LOST,
                        fix.guard(group -> new Slots(group) {
                            @Override
                            public boolean isDrained() {
                                return true;
                            }
                        }), Race::directNodatacow, "Announced, but not waited for."),
                fails("mS7g", "slots: do not say in which group their writer is", HUNG,
                        fix.relocation(c -> c.replace(R4, R4_ANY)), Races::writeElsewhere,
                        "R4 sees a writer of another group, which wakes nobody here."),
                fails("mS8", "slots: R4 looks at those that there were before R1", LOST,
                        fix.guard(Growing::new)
                                .relocation(c -> c.replace(R1, R4_TABLE, R1))
                                .direct(c -> c.replace(W4, W4_LIST, W4)),
                        Race::directNodatacow, "W4 gets a new one, between that and R1."),
                fails("mS8l", "slots: a new one in the table only when its writer is in", LOST,
                        fix.guard(Growing::new)
                                .relocation(c -> c.replace(R1, R1, R4_TABLE))
                                .direct(c -> c.replace(W4, W4, W4_LIST)),
                        Race::directNodatacow, "R1 and R4 fall between W4's look and that."),
                equivalent("mP1", "slots: left without a fence, and R4 polls",
                        fix.guard(Unfenced::new).relocation(c -> c.replace(R4, R4_POLL)),
                        "R4 sees the slot free at last, without being told."),
                fails("mP2", "slots: left without a fence, and R4 sleeps", HUNG,
                        fix.guard(Unfenced::new), Race::directNodatacow,
                        "R4 sleeps; nobody tells it of W6."));
    }
}
