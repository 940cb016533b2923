// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space.candidate;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.Ticket;

/**
 * A guard in one word: whether the group is closed, and how many writers are inside.
 *
 * <p>In no kernel. The same shape as the fix's, without the group's lock: two atomic additions a
 * write, whose cost is that of handing one cache line from CPU to CPU.
 * Open to subclasses, so that each part of it can be taken out and the damage seen.
 */
public class SingleWord implements MarkedGuard {
    /*
     * Safe because there is one word: all its changes are atomic and stand in one order. Take a
     * writer's +1 and R1's closing. If the +1 comes first, every later value counts the writer
     * until its -1, so R4 cannot see the word drained before. If the closing comes first, the +1
     * returns a closed value, and the writer takes it back and is refused.
     *
     * What a writer did is seen: R4 reads the value of the last -1 before it, and each change reads
     * the one before, so every section that was counted happens-before that read.
     *
     * The wake-up is exact: after the closing somebody makes the word exactly CLOSED and learns it
     * from his own -1. He may be a refused writer that takes its +1 back, hence REFUSED_BUT_SEEN:
     * R4 may have looked while the +1 stood. R4 enqueues before it looks, so whoever drains the
     * word after that look finds it in the queue.
     *
     * An addition and not a compare-and-set loop: it cannot fail, and where two CPUs met it took
     * half to three quarters of the time. The look before it costs nothing to speak of, and keeps
     * refused writers that come again and again from being seen inside: each can be seen at most
     * once per closing, when the closing falls between its look and its +1.
     */

    /** Set from R1 to the way back from it; the lowest bit. */
    protected static final int CLOSED = 1;

    /** A writer inside. The count stands above the bit, so one too few cannot touch it. */
    protected static final int WRITER = 2;

    private static final AtomicIntegerFieldUpdater<SingleWord> WORD
            = AtomicIntegerFieldUpdater.newUpdater(SingleWord.class, "word");

    private final BlockGroup group;

    /**
     * CLOSED or 0, plus WRITER for each writer between W4 and W6. W4 adds, W6 subtracts; R1 sets
     * CLOSED, under the group's lock; R4 waits for exactly CLOSED. Nobody else takes the lock.
     */
    protected volatile int word;

    /**
     * Makes a guard with nobody inside.
     *
     * @param group what it guards; open unless it is read-only
     */
    public SingleWord(BlockGroup group) {
        this.group = group;
    }

    @Override
    public Ticket enter(Ticket last) {
        if (isClosed()) {
            return Ticket.Word.REFUSED;
        }
        if (!isClosed(add(WRITER))) {
            return Ticket.Word.COUNTED;
        }
        return isLast(add(-WRITER)) ? Ticket.Word.REFUSED_BUT_SEEN : Ticket.Word.REFUSED;
    }

    @Override
    public final boolean isClosed() {
        return isClosed(word);
    }

    private static boolean isClosed(int seen) {
        return (seen & CLOSED) != 0;
    }

    /**
     * Adds to the word.
     *
     * @param delta WRITER, or the same below zero
     * @return the word afterwards
     */
    protected final int add(int delta) {
        return WORD.addAndGet(this, delta);
    }

    /**
     * Tells whether the last writer has left after R1.
     *
     * @param left the word without the writer that leaves
     * @return true: a wake-up is owed
     */
    protected boolean isLast(int left) {
        return left == CLOSED;
    }

    @Override
    public boolean leave(Ticket ticket) {
        int left = add(-WRITER);
        if (left < 0) {
            add(WRITER);
            throw new IllegalStateException("leave without enter: writers in " + group
                    + " would be -1");
        }
        return isLast(left);
    }

    @Override
    public void close() {
        WORD.getAndUpdate(this, before -> before | CLOSED);
    }

    @Override
    public void reopen() {
        WORD.getAndUpdate(this, before -> before & ~CLOSED);
    }

    @Override
    public boolean isDrained() {
        return (word & ~CLOSED) == 0;
    }

    @Override
    public String toString() {
        return "writers " + word / WRITER;
    }
}
