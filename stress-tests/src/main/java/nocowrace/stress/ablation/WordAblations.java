// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.stress.ablation.Ablation.Expected.ERROR;
import static nocowrace.stress.ablation.Ablation.Expected.HUNG;
import static nocowrace.stress.ablation.Ablation.Expected.LOST;
import static nocowrace.stress.ablation.Ablation.equivalent;
import static nocowrace.stress.ablation.Ablation.fails;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.SingleWord;
import nocowrace.model.space.Ticket;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import nocowrace.stress.Race;

/** What bears load in {@link SingleWord} (W). */
final class WordAblations {

    private WordAblations() {
    }

    /** The single word, made so that one thing of it can be left out. */
    static class Word extends FlaggedGuard {
        static final int CLOSED = 1;
        static final int WRITER = 2;

        final AtomicInteger word = new AtomicInteger();

        @Override
        final boolean isClosed() {
            return (word.get() & CLOSED) != 0;
        }

        @Override
        public Ticket enter(Ticket last) {
            if (isClosed()) {
                return Ticket.Word.REFUSED;
            }
            if ((word.getAndAdd(WRITER) & CLOSED) == 0) {
                return Ticket.Word.COUNTED;
            }
            return word.addAndGet(-WRITER) == CLOSED ? Ticket.Word.REFUSED_BUT_SEEN
                    : Ticket.Word.REFUSED;
        }

        @Override
        public boolean leave(Ticket ticket) {
            return isLast(word.addAndGet(-WRITER));
        }

        boolean isLast(int left) {
            return left == CLOSED;
        }

        @Override
        public void close() {
            word.getAndUpdate(before -> before | CLOSED);
        }

        @Override
        public void reopen() {
            word.getAndUpdate(before -> before & ~CLOSED);
        }

        @Override
        public boolean isDrained() {
            return (word.get() & ~CLOSED) == 0;
        }
    }

    /** mW1 to mW3: the addition alone. */
    private static final class Adding extends Word {
        @Override
        public Ticket enter(Ticket last) {
            word.getAndAdd(WRITER);
            return Ticket.Word.COUNTED;
        }
    }

    /** mW1t, mW4t, mW5t: one of its changes is a read and a write, for a step each. */
    private static final class Torn extends Word {
        private enum Change { IN, OUT, CLOSE }

        private final Change torn;

        /** What was read; there is one who does. */
        private int read;

        Torn(Change torn) {
            this.torn = torn;
        }

        void read() {
            read = word.get();
        }

        @Override
        public Ticket enter(Ticket last) {
            if (torn != Change.IN) {
                return super.enter(last);
            }
            if ((read & CLOSED) != 0) {
                return Ticket.Word.REFUSED;
            }
            word.set(read + WRITER);
            return Ticket.Word.COUNTED;
        }

        @Override
        public boolean leave(Ticket ticket) {
            if (torn != Change.OUT) {
                return super.leave(ticket);
            }
            word.set(read - WRITER);
            return isLast(read - WRITER);
        }

        @Override
        public void close() {
            if (torn == Change.CLOSE) {
                word.set(read | CLOSED);
            } else {
                super.close();
            }
        }
    }

    private static void read(BlockGroup group) {
        ((Torn) group.guard()).read();
    }

    private static final Step<Write> W4_READ = step("W4d", "-", write -> {
        BlockGroup group = write.fs().groups().lookup(write.bytenr());
        if (group == null) {
            return write.refuse();
        }
        read(group);
        return write.next();
    });

    private static final Step<Write> W6_READ = step("W6d", "-", write -> {
        read(write.group());
        return write.next();
    });

    private static final Step<Relocation> R1_READ = step("R1d", "-", relocation -> {
        read(relocation.from());
        return relocation.next();
    });

    /**
     * The ablations.
     *
     * @param form the protocol with this guard
     */
    static List<Ablation> all(Protocol form) {
        Change fix = new Change(form);
        Change adding = fix.guard(group -> new Adding());
        return List.of(
                fails("mW1", "one word: looked at, then counted in, and not looked at again", LOST,
                        FlaggedGuard.lookingBefore(adding), Race::directNodatacow,
                        "R1 and R4 fall between the look and the count."),
                fails("mW1t", "one word: counted in by a read and a write", LOST,
                        fix.guard(group -> new Torn(Torn.Change.IN))
                                .direct(c -> c.replace(W4, W4_READ, W4)),
                        Race::directNodatacow,
                        "R1 and R4 fall between them, and the write takes R1's bit away."),
                equivalent("mW2", "one word: no look before the count",
                        FlaggedGuard.lookingAfter(adding, true),
                        "R4 may see who will be refused, and is woken when that is taken back."),
                fails("mW3", "one word: a count taken back without a wake-up", HUNG,
                        FlaggedGuard.lookingAfter(FlaggedGuard.lookingBefore(adding), false),
                        Race::directNodatacow,
                        "R4 looks while a writer stands there that is going to be refused."),
                fails("mW4", "one word: the last one out looks for zero, not for R1's bit", HUNG,
                        fix.guard(group -> new Word() {
                            @Override
                            boolean isLast(int left) {
                                return left == 0;
                            }
                        }), Race::directNodatacow,
                        "With the bit set the word is never zero."),
                fails("mW4t", "one word: counted out by a read and a write", HUNG,
                        fix.guard(group -> new Torn(Torn.Change.OUT))
                                .direct(c -> c.replace(fix.w6(), W6_READ, fix.w6())),
                        Race::directNodatacow,
                        "The write takes R1's bit away, and the word is not seen to be drained."),
                fails("mW5", "one word: R1 does not set its bit", LOST,
                        fix.guard(group -> new Word() {
                            @Override
                            public void close() {
                            }
                        }), Race::directNodatacow,
                        "W4 lets in after R4."),
                fails("mW5t", "one word: R1 sets its bit by a read and a write", LOST,
                        fix.guard(group -> new Torn(Torn.Change.CLOSE))
                                .relocation(c -> c.replace(R1, R1_READ, R1)),
                        Race::directNodatacow, "The write takes away the count of W4."),
                fails("mW6", "one word: the way back from R1 leaves its bit", ERROR,
                        fix.guard(group -> new Word() {
                            @Override
                            public void reopen() {
                            }
                        }), Races::scrubThenWriteToFull,
                        "A writable group refuses, and there is no new space."),
                fails("mW7", "one word: R4 does not look at the count", LOST,
                        fix.guard(group -> new Word() {
                            @Override
                            public boolean isDrained() {
                                return true;
                            }
                        }), Race::directNodatacow,
                        "Counted, but not waited for."),
                fails("mW8", "one word: R4 waits for zero", HUNG,
                        fix.guard(group -> new Word() {
                            @Override
                            public boolean isDrained() {
                                return word.get() == 0;
                            }
                        }), Race::directNodatacow,
                        "With R1's bit set the word is never zero."));
    }
}
