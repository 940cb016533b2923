// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.BooleanSupplier;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.WriterSlots;

/**
 * What somebody would reach for in the library, made into guards: a closed flag, and a writer that
 * takes its share before it looks at the flag. Whoever drains polls.
 */
final class Peers {

    private Peers() {
    }

    /** A closed flag, and shares of something. */
    private abstract static class Shared implements NocowGuard {

        private volatile boolean closed;

        abstract boolean tryTake();

        abstract void giveBack();

        @Override
        public final Ticket enter(Ticket last) {
            if (!tryTake()) {
                return Ticket.Word.REFUSED; // whoever drains is looking just now
            }
            if (closed) {
                giveBack();
                return Ticket.Word.REFUSED_BUT_SEEN;
            }
            return Ticket.Word.COUNTED;
        }

        @Override
        public final boolean leave(Ticket ticket) {
            giveBack();
            return false;
        }

        @Override
        public final void close() {
            closed = true;
        }

        @Override
        public final void reopen() {
            closed = false;
        }
    }

    private static NocowGuard locks(Lock share, Lock all) {
        return new Shared() {
            @Override
            boolean tryTake() {
                return share.tryLock();
            }

            @Override
            void giveBack() {
                share.unlock();
            }

            @Override
            public boolean isDrained() {
                if (!all.tryLock()) {
                    return false;
                }
                all.unlock();
                return true;
            }
        };
    }

    static NocowGuard readWriteLock() {
        ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        return locks(lock.readLock(), lock.writeLock());
    }

    static NocowGuard stampedLock() {
        StampedLock lock = new StampedLock();
        return locks(lock.asReadLock(), lock.asWriteLock());
    }

    static NocowGuard semaphore() {
        Semaphore permits = new Semaphore(Integer.MAX_VALUE);
        return counted(permits::tryAcquire, permits::release,
                () -> permits.availablePermits() == Integer.MAX_VALUE);
    }

    static NocowGuard phaser() {
        Phaser parties = new Phaser() {
            @Override
            protected boolean onAdvance(int phase, int registered) {
                return false;
            }
        };
        return counted(() -> parties.register() >= 0, parties::arriveAndDeregister,
                () -> parties.getRegisteredParties() == 0);
    }

    private static NocowGuard counted(BooleanSupplier take, Runnable give,
            BooleanSupplier drained) {
        return new Shared() {
            @Override
            boolean tryTake() {
                return take.getAsBoolean();
            }

            @Override
            void giveBack() {
                give.run();
            }

            @Override
            public boolean isDrained() {
                return drained.getAsBoolean();
            }
        };
    }

    /** Slots whose writers leave without a fence. */
    static NocowGuard polledSlots(BlockGroup group) {
        WriterSlots slots = new WriterSlots(group);
        return new NocowGuard() {
            @Override
            public Ticket enter(Ticket last) {
                return slots.enter(last);
            }

            @Override
            public boolean leave(Ticket ticket) {
                slots.leaveUnfenced(ticket);
                return false;
            }

            @Override
            public void close() {
                slots.close();
            }

            @Override
            public void reopen() {
                slots.reopen();
            }

            @Override
            public boolean isDrained() {
                return slots.isDrained();
            }
        };
    }
}
