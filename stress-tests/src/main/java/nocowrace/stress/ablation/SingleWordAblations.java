// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.stress.ablation.Form.ERROR;
import static nocowrace.stress.ablation.Form.HUNG;
import static nocowrace.stress.ablation.Form.LOST;

import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.SingleWord;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.DirectNodatacow;
import nocowrace.stress.scenario.Race;

/** What bears load in {@link SingleWord} (W). */
final class SingleWordAblations {

    private SingleWordAblations() {
    }

    /** mW1 to mW3: the addition alone. */
    private static final class Adding extends SingleWord {
        Adding(BlockGroup group) {
            super(group);
        }

        @Override
        public Ticket enter(Ticket last) {
            add(WRITER);
            return Ticket.Word.COUNTED;
        }
    }

    /** mW1t, mW4t, mW5t: one of its changes is a read and a write, for a step each. */
    private abstract static class Torn extends SingleWord {

        /** What was read; there is one who does. */
        int read;

        Torn(BlockGroup group) {
            super(group);
        }

        void read() {
            read = word;
        }
    }

    private static final class TornIn extends Torn {
        TornIn(BlockGroup group) {
            super(group);
        }

        @Override
        public Ticket enter(Ticket last) {
            if ((read & CLOSED) != 0) {
                return Ticket.Word.REFUSED;
            }
            word = read + WRITER;
            return Ticket.Word.COUNTED;
        }
    }

    private static final class TornOut extends Torn {
        TornOut(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean leave(Ticket ticket) {
            word = read - WRITER;
            return isLast(word);
        }
    }

    private static final class TornClose extends Torn {
        TornClose(BlockGroup group) {
            super(group);
        }

        @Override
        public void close() {
            word = read | CLOSED;
        }

        /** Makes nothing of a count below zero, where its own count was taken away. */
        @Override
        public boolean leave(Ticket ticket) {
            return isLast(add(-WRITER));
        }
    }

    private static void read(BlockGroup group) {
        ((Torn) group.guard()).read();
    }

    private static final Step<Write> W4_READ = step("W4read", "-", write -> {
        BlockGroup group = write.fs().groups().lookup(write.bytenr());
        if (group == null) {
            return write.refuse();
        }
        read(group);
        return write.next();
    });

    private static final Step<Write> W6_READ = step("W6read", "-", write -> {
        read(write.group());
        return write.next();
    });

    private static final Step<Relocation> R1_READ = step("R1read", "-", relocation -> {
        read(relocation.from());
        return relocation.next();
    });

    static void addTo(Form fix) {
        Step<Write> w6 = fix.w6();
        Protocol adding = fix.change("adding").guard(Adding::new).done();
        fix.fails(adding, "mW1", "one word: looked at, then counted in, and not looked at again",
                LOST, Looks::before, DirectNodatacow::start,
                "R1 and R4 fall between the look and the count.");
        fix.fails("mW1t", "one word: counted in by a read and a write", LOST,
                c -> c.guard(TornIn::new).insert(W4_READ).before(W4), DirectNodatacow::start,
                "R1 and R4 fall between them, and the write takes R1's bit away.");
        fix.equivalent(adding, "mW2", "one word: no look before the count",
                c -> Looks.after(fix, c, true),
                "R4 may see who will be refused, and is woken when that is taken back.");
        fix.fails(adding, "mW3", "one word: a count taken back without a wake-up", HUNG,
                c -> Looks.after(fix, Looks.before(c), false), DirectNodatacow::start,
                "R4 looks while a writer stands there that is going to be refused.");
        fix.fails("mW4", "one word: the last one out looks for zero, not for R1's bit", HUNG,
                c -> c.guard(group -> new SingleWord(group) {
                    @Override
                    protected boolean isLast(int left) {
                        return left == 0;
                    }
                }), DirectNodatacow::start, "With the bit set the word is never zero.");
        fix.fails("mW4t", "one word: counted out by a read and a write", HUNG,
                c -> c.guard(TornOut::new).insert(W6_READ).before(w6), DirectNodatacow::start,
                "The write takes R1's bit away, and the word is not seen to be drained.");
        fix.fails("mW5", "one word: R1 does not set its bit", LOST,
                c -> c.guard(group -> new SingleWord(group) {
                    @Override
                    public void close() {
                    }
                }), DirectNodatacow::start, "W4 lets in after R4.");
        fix.fails("mW5t", "one word: R1 sets its bit by a read and a write", LOST,
                c -> c.guard(TornClose::new).insert(R1_READ).before(R1), DirectNodatacow::start,
                "The write takes away the count of W4.");
        fix.fails("mW6", "one word: the way back from R1 leaves its bit", ERROR,
                c -> c.guard(group -> new SingleWord(group) {
                    @Override
                    public void reopen() {
                    }
                }), Races::scrubThenWriteToFull,
                "A writable group refuses, and there is no new space.");
        fix.fails("mW7", "one word: R4 does not look at the count", LOST,
                c -> c.guard(group -> new SingleWord(group) {
                    @Override
                    public boolean isDrained() {
                        return true;
                    }
                }), DirectNodatacow::start, "Counted, but not waited for.");
        fix.fails("mW8", "one word: R4 waits for zero", HUNG,
                c -> c.guard(group -> new SingleWord(group) {
                    @Override
                    public boolean isDrained() {
                        return word == 0;
                    }
                }), DirectNodatacow::start, "With R1's bit set the word is never zero.");
    }
}
