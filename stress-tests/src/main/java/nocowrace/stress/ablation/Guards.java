// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;

/** Guards with one thing wrong, or changed without harm. */
final class Guards {

    private Guards() {
    }

    /** Counts everybody in, sealed or not, and makes nothing of a count below zero. */
    static class Trusting implements NocowGuard {
        final BlockGroup group;
        final AtomicInteger writers = new AtomicInteger();

        Trusting(BlockGroup group) {
            this.group = group;
        }

        /** W4: true if let in. */
        boolean tryEnter() {
            writers.incrementAndGet();
            return true;
        }

        /** W6: true if nobody is inside any more. */
        boolean leave() {
            return writers.decrementAndGet() == 0;
        }

        @Override
        public final Ticket enter(Ticket last) {
            return tryEnter() ? Ticket.Word.COUNTED : Ticket.Word.REFUSED;
        }

        @Override
        public final boolean leave(Ticket ticket) {
            return leave();
        }

        @Override
        public void close() {
        }

        @Override
        public void reopen() {
        }

        @Override
        public boolean isDrained() {
            return writers.get() == 0;
        }
    }

    /** mB2: has a lock of its own, which R1 does not take. */
    static final class OwnLock extends Trusting {
        final RwSemaphore lock = new RwSemaphore();

        OwnLock(BlockGroup group) {
            super(group);
        }
    }

    /** The fix's way in. */
    static class Locking extends Trusting {
        Locking(BlockGroup group) {
            super(group);
        }

        @Override
        boolean tryEnter() {
            synchronized (group) {
                return !group.isReadOnly() && super.tryEnter();
            }
        }
    }

    /** mE6: a count below zero is as good as zero. */
    static final class AtMostZero extends Locking {
        AtMostZero(BlockGroup group) {
            super(group);
        }

        @Override
        public boolean isDrained() {
            return writers.get() <= 0;
        }
    }

    /** mD5: counts each writer out twice. */
    static final class Twice extends Locking {
        Twice(BlockGroup group) {
            super(group);
        }

        @Override
        boolean leave() {
            boolean last = super.leave();
            return super.leave() || last;
        }
    }

    /** mL1: the decrement orders nothing before it. What it wakes for is ordered by a fence. */
    static final class Relaxed extends Locking {
        Relaxed(BlockGroup group) {
            super(group);
        }

        @Override
        boolean leave() {
            int now = writers.getOpaque();
            while (!writers.weakCompareAndSetPlain(now, now - 1)) {
                now = writers.getOpaque();
            }
            VarHandle.fullFence();
            return now == 1;
        }
    }

    /** mL2: a plain flag, under the group's lock on either side. */
    static final class PlainFlag extends Trusting {
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
        boolean tryEnter() {
            synchronized (group) {
                return !closed && super.tryEnter();
            }
        }
    }

    /** mL3: no lock; counts first, then looks, and takes it back. */
    static final class CountThenLook extends Trusting {
        CountThenLook(BlockGroup group) {
            super(group);
        }

        @Override
        boolean tryEnter() {
            super.tryEnter();
            if (!group.isReadOnly()) {
                return true;
            }
            if (leave()) {
                group.nocowQueue().wakeAll();
            }
            return false;
        }
    }

    /** mD6: the decrement is a read (by inode number) and a write, for a step each. */
    static final class Torn extends Locking {
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
