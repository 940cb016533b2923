// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Row.AGAIN;
import static nocowrace.engine.Row.NEXT;
import static nocowrace.engine.Row.asks;
import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Step.entry;
import static nocowrace.engine.Step.step;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.stress.ablation.Form.ERROR;
import static nocowrace.stress.ablation.Form.HUNG;
import static nocowrace.stress.ablation.Form.LOST;

import java.util.stream.IntStream;
import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.WriterSlot;
import nocowrace.model.space.candidate.WriterSlots;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.DirectNodatacow;
import nocowrace.stress.scenario.Race;

/** What bears load in {@link WriterSlots} (S), and where they are left without a fence (P). */
final class WriterSlotsAblations {

    private WriterSlotsAblations() {
    }

    /** mS1t: finds a slot in one step and takes it in another. */
    private static final class Claimed extends WriterSlots {
        private static final int FILES = 4;

        /** A slot that is free at the beginning; each of two writers can find it. */
        private final WriterSlot spare;

        /** [inode number], the slot that this writer has found. */
        private final WriterSlot[] found = new WriterSlot[FILES];

        Claimed(BlockGroup group) {
            super(group);
            spare = announce(null);
            set(spare, false);
        }

        static Claimed of(Write write) {
            return (Claimed) write.fs().groups().lookup(write.bytenr()).guard();
        }

        void find(int inode) {
            found[inode] = spare.isFree() ? spare : announce(null);
        }

        void set(int inode, boolean taken) {
            set(found[inode], taken);
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
    }

    private static final Step<Write> W4_FIND = step("W4find", "-", write -> {
        Claimed.of(write).find(write.inode().number());
        return write.next();
    });

    private static final Step<Write> W4_TAKE = step("W4take", "-", write -> {
        Claimed.of(write).set(write.inode().number(), true);
        return write.next();
    });

    private static final Step<Write> W4_FIND_AND_TAKE = step("W4claim", "-", write -> {
        synchronized (Claimed.of(write)) {
            W4_FIND.run(write);
            return W4_TAKE.run(write);
        }
    });

    private static Protocol.Change claimed(Form fix, Protocol.Change change, Step<?>... claim) {
        return change.guard(Claimed::new).insert(claim).before(W4)
                .redirect(W4.part("wake"), freeing(W4.part("wake")))
                .redirect(fix.w6(), freeing(fix.w6()));
    }

    /** Frees the slot before what an entry does. */
    private static Step<?> freeing(Step<Write> before) {
        return before.sub("free", "-", write -> {
            Claimed.of(write).set(write.inode().number(), false);
            return before;
        });
    }

    /** Leaves without a fence, and so without a look at closed. */
    private static final class Unfenced extends WriterSlots {
        Unfenced(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean leave(Ticket ticket) {
            leaveUnfenced(ticket);
            return false;
        }
    }

    /** Looks again and again, and is woken by nobody. */
    private static final Step<Relocation> R4_POLL = entry("R4poll",
            asks("", "-", relocation -> relocation.from().guard().isDrained(), NEXT, AGAIN));

    /** mS4: a writer has looked at closed in a step before it leaves. */
    private static final class LookedBefore extends WriterSlots {
        private boolean saw;

        LookedBefore(BlockGroup group) {
            super(group);
        }

        void look() {
            saw = isClosed();
        }

        @Override
        public boolean leave(Ticket ticket) {
            super.leave(ticket);
            return saw;
        }
    }

    private static final Step<Write> W6_LOOK = step("W6look", "-", write -> {
        ((LookedBefore) write.group().guard()).look();
        return write.next();
    });

    /** mS8, mS8l: the slot of the one writer comes into the table, which R4 has read. */
    private static final class Growing extends WriterSlots {
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

    private static final Step<Write> W4_LIST = step("W4list", "-", write -> {
        ((Growing) write.fs().groups().lookup(write.bytenr()).guard()).listed = true;
        return write.next();
    });

    private static final Step<Relocation> R4_TABLE = step("R4table", "-", relocation -> {
        Growing guard = (Growing) relocation.from().guard();
        guard.read = guard.listed;
        return relocation.next();
    });

    /** Waits until nobody is in any group, but in the queue of its own. */
    private static final Step<Relocation> R4_ANY = entry("R4any",
            awaits("", "-", relocation -> relocation.from().nocowQueue(), relocation -> {
                BlockGroups groups = relocation.fs().groups();
                return IntStream.range(0, groups.size()).mapToObj(groups::at)
                        .allMatch(group -> group == null || group.guard().isDrained());
            }));

    /** mS1t and mS8 with nothing taken out. */
    static void addControlsTo(Form fix) {
        fix.equivalent("mS1c", "slots: a free one taken in one step",
                c -> claimed(fix, c, W4_FIND_AND_TAKE), Races::writeThenRelocate,
                "The control of mS1t.");
        fix.equivalent("mS8c", "slots: R4 looks at those that there are after R1",
                c -> c.guard(Growing::new).insert(R4_TABLE).after(R1).insert(W4_LIST).before(W4),
                DirectNodatacow::start,
                "The control of mS8 and mS8l: who comes later finds it closed.");
    }

    static void addTo(Form fix) {
        Step<Write> w6 = fix.w6();
        Protocol announcing = fix.change("announcing").guard(group -> new WriterSlots(group) {
            @Override
            public Ticket enter(Ticket last) {
                return announce(last);
            }
        }).done();
        fix.fails(announcing, "mS1", "slots: looked at, then announced, and not looked at again",
                LOST, Looks::before, DirectNodatacow::start,
                "R1 and R4 fall between the look and the announcement.");
        fix.fails("mS1t", "slots: a free one taken by a look and a write", LOST,
                c -> claimed(fix, c, W4_FIND, W4_TAKE), Races::writeThenRelocate,
                "Two writers find the same one, and the first to leave frees it.");
        fix.equivalent(announcing, "mS2", "slots: no look before the announcement",
                c -> Looks.after(fix, c, true),
                "R4 may see who will be refused, and is woken when that is taken back.");
        fix.fails(announcing, "mS3", "slots: freed again without a wake-up", HUNG,
                c -> Looks.after(fix, Looks.before(c), false), DirectNodatacow::start,
                "R4 looks while a writer stands there that is going to be refused.");
        fix.fails("mS4", "slots: closed looked at before the slot is freed", HUNG,
                c -> c.guard(LookedBefore::new).insert(W6_LOOK).before(w6),
                DirectNodatacow::start, "R1 and R4's look fall between the two.");
        fix.fails("mS5", "slots: R1 does not set closed", LOST,
                c -> c.guard(group -> new WriterSlots(group) {
                    @Override
                    public void close() {
                    }
                }), DirectNodatacow::start, "W4 lets in after R4.");
        fix.fails("mS6", "slots: the way back from R1 leaves closed set", ERROR,
                c -> c.guard(group -> new WriterSlots(group) {
                    @Override
                    public void reopen() {
                    }
                }), Races::scrubThenWriteToFull,
                "A writable group refuses, and there is no new space.");
        fix.fails("mS7", "slots: R4 does not look at them", LOST,
                c -> c.guard(group -> new WriterSlots(group) {
                    @Override
                    public boolean isDrained() {
                        return true;
                    }
                }), DirectNodatacow::start, "Announced, but not waited for.");
        fix.fails("mS7g", "slots: do not say in which group their writer is", HUNG,
                c -> c.replace(R4, R4_ANY), Races::writeElsewhere,
                "R4 sees a writer of another group, which wakes nobody here.");
        fix.fails("mS8", "slots: R4 looks at those that there were before R1", LOST,
                c -> c.guard(Growing::new).insert(R4_TABLE).before(R1).insert(W4_LIST).before(W4),
                DirectNodatacow::start, "W4 gets a new one, between that and R1.");
        fix.fails("mS8l", "slots: a new one in the table only when its writer is in", LOST,
                c -> c.guard(Growing::new).insert(R4_TABLE).after(R1).insert(W4_LIST).after(W4),
                DirectNodatacow::start, "R1 and R4 fall between W4's look and that.");
        fix.equivalent("mP1", "slots: left without a fence, and R4 polls",
                c -> c.guard(Unfenced::new).replace(R4, R4_POLL),
                "R4 sees the slot free at last, without being told.");
        fix.fails("mP2", "slots: left without a fence, and R4 sleeps", HUNG,
                c -> c.guard(Unfenced::new), DirectNodatacow::start,
                "R4 sleeps; nobody tells it of W6.");
    }
}
