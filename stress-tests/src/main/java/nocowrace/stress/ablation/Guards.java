// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.lang.invoke.VarHandle;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.Ticket;

/** The fix's guard with one thing wrong, or changed without harm. */
final class Guards {

    private Guards() {
    }

    /** Counts everybody in, read-only or not. */
    static class Trusting extends NocowWriters {
        Trusting(BlockGroup group) {
            super(group);
        }

        @Override
        public Ticket enter(Ticket last) {
            writers.incrementAndGet();
            return Ticket.Word.COUNTED;
        }
    }

    /** mB2: has a lock of its own, which R1 does not take. */
    static final class OwnLock extends Trusting {
        final RwSemaphore lock = new RwSemaphore();

        OwnLock(BlockGroup group) {
            super(group);
        }
    }

    /** mE6: a count below zero is as good as zero. */
    static final class AtMostZero extends NocowWriters {
        AtMostZero(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean isDrained() {
            return writers.get() <= 0;
        }
    }

    /** mD5: counts each writer out twice, and makes nothing of a count below zero. */
    static final class Twice extends NocowWriters {
        Twice(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean leave(Ticket ticket) {
            boolean last = writers.decrementAndGet() == 0;
            return writers.decrementAndGet() == 0 || last;
        }
    }

    /** mL1: the decrement orders nothing before it. What it wakes for is ordered by a fence. */
    static final class Relaxed extends NocowWriters {
        Relaxed(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean leave(Ticket ticket) {
            int now = writers.getOpaque();
            while (!writers.weakCompareAndSetPlain(now, now - 1)) {
                now = writers.getOpaque();
            }
            VarHandle.fullFence();
            return now == 1;
        }
    }

    /** mL2: a plain flag, under the group's lock on either side. */
    static final class PlainFlag extends NocowWriters {
        private boolean closed;

        PlainFlag(BlockGroup group) {
            super(group);
        }

        @Override
        public void close() {
            closed = true; // the caller holds the group's lock
        }

        @Override
        public void reopen() {
            closed = false;
        }

        @Override
        public Ticket enter(Ticket last) {
            synchronized (group) {
                if (closed) {
                    return Ticket.Word.REFUSED;
                }
                writers.incrementAndGet();
                return Ticket.Word.COUNTED;
            }
        }
    }

    /** mL3: no lock; counts first, then looks, and takes it back. */
    static final class CountThenLook extends NocowWriters {
        CountThenLook(BlockGroup group) {
            super(group);
        }

        @Override
        public Ticket enter(Ticket last) {
            writers.incrementAndGet();
            if (!group.isReadOnly()) {
                return Ticket.Word.COUNTED;
            }
            return leave(Ticket.Word.COUNTED) ? Ticket.Word.REFUSED_BUT_SEEN
                    : Ticket.Word.REFUSED;
        }
    }

    /** mD6: the decrement is a read (by inode number) and a write, for a step each. */
    static final class Torn extends NocowWriters {
        /** [inode number], what was read. */
        private final int[] read = new int[FILES];

        private static final int FILES = 4;

        Torn(BlockGroup group) {
            super(group);
        }

        void read(int inode) {
            read[inode] = writers.get();
        }

        boolean write(int inode) {
            writers.set(read[inode] - 1);
            return read[inode] == 1;
        }
    }
}
