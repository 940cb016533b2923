// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.lincheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Set;
import nocowrace.engine.World;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.Reservations;
import nocowrace.model.space.SpaceInfo;
import org.junit.jupiter.api.Test;

/**
 * {@link Reservations} inside {@link RwSemaphore}, access by access: R1 and R3 on one CPU, C2 to C7
 * of a write to new space on the other; and the semaphore alone, readers against a writer. A write
 * that was given space and is not waited for shows as one whose work R5 did not see.
 *
 * <p>Bounded, at {@value #BOUND} orders each; the wait queue taken as atomic ({@link WaitQueueTest}
 * looks inside). Catches: no C4, C4 after C5, no drain of groups_sem in R3, a wake-up before the
 * count falls.
 */
class ReservationsTest {

    private static final int BOUND = 1000;

    /** CPU 1 seals and waits, CPU 2 takes new space. */
    public static class NewSpace {

        final SpaceInfo space;
        final RwSemaphore groupsSem;
        final BlockGroup group;
        final Reservations reservations;
        final Sleeper relocation = new Sleeper();
        final Sleeper write = new Sleeper();

        /** What stands for an ordered extent; plain, written before C7. */
        int published;

        public NewSpace() {
            BlockGroups groups = new BlockGroups(1, 1, any -> NoGuard.INSTANCE);
            space = new SpaceInfo(new World(), groups);
            group = groups.create();
            groupsSem = space.groupsSem();
            reservations = group.reservations();
        }

        /** R1, R3, R5. */
        public String cpu1() {
            space.incReadOnly(group);
            if (!drainGroupsSem()) {
                return "slept on groups_sem";
            }
            reservations.queue().add(relocation);
            if (!reservations.isZero()) {
                return "slept";
            }
            reservations.queue().remove(relocation);
            return "saw " + published;
        }

        boolean drainGroupsSem() {
            groupsSem.queue().add(relocation);
            if (!groupsSem.tryDownWrite()) {
                return false;
            }
            groupsSem.queue().remove(relocation);
            groupsSem.upWrite();
            return true;
        }

        /** C2 to C7. */
        public String cpu2() {
            groupsSem.queue().add(write);
            if (!groupsSem.tryDownRead()) {
                return "slept on groups_sem";
            }
            groupsSem.queue().remove(write);
            boolean given = book();
            if (!given) {
                return "refused";
            }
            published = 1;
            unreserve();
            return "given";
        }

        /** C3, C4, C5. */
        boolean book() {
            boolean given = space.allocate(1) != 0;
            if (given) {
                reservations.inc();
            }
            groupsSem.upRead();
            return given;
        }

        /** C7. */
        void unreserve() {
            if (reservations.dec()) {
                reservations.queue().wakeAll();
            }
        }

        public String atRest() {
            return relocation.state() + ", " + write.state()
                    + (reservations.isZero() && groupsSem.isFree() ? "" : ", leak");
        }
    }

    private static final Set<String> NEW_SPACE = Set.of(
            "saw 0, refused, awake, awake",
            "saw 1, given, awake, awake",
            "slept, given, awake, awake",
            "slept on groups_sem, given, awake, awake",
            "slept on groups_sem, refused, awake, awake",
            "saw 0, slept on groups_sem, awake, awake");

    /** CPU 1 writes, CPU 2 reads; plain flags tell who is inside. */
    public static class Semaphore {

        final RwSemaphore semaphore = new RwSemaphore();
        final Sleeper writer = new Sleeper();
        final Sleeper reader = new Sleeper();
        int written;

        /** The write side. */
        public String cpu1() {
            semaphore.queue().add(writer);
            if (!semaphore.tryDownWrite()) {
                return "slept";
            }
            semaphore.queue().remove(writer);
            written = 1;
            written = 2;
            semaphore.upWrite();
            return "wrote";
        }

        /** The read side. */
        public String cpu2() {
            return read(reader);
        }

        final String read(Sleeper any) {
            semaphore.queue().add(any);
            if (!semaphore.tryDownRead()) {
                return "slept";
            }
            semaphore.queue().remove(any);
            int found = written;
            semaphore.upRead();
            return "read " + found;
        }

        public String atRest() {
            return writer.state() + ", " + reader.state()
                    + (semaphore.isFree() ? ", free" : ", held");
        }
    }

    private static final Set<String> SEMAPHORE = Set.of(
            "wrote, read 0, awake, awake, free",
            "wrote, read 2, awake, awake, free",
            "wrote, slept, awake, awake, free",
            "slept, read 0, awake, awake, free");

    /** CPU 3 reads too. */
    public static final class TwoReaders extends Semaphore {

        private final Sleeper other = new Sleeper();

        public String cpu3() {
            return read(other);
        }

        @Override
        public String atRest() {
            return super.atRest() + ", " + other.state();
        }
    }

    private static void isTheTable(Class<?> scenario, Set<String> table) {
        Interleavings found = Interleavings.of(scenario, table, BOUND, WaitQueue.class);
        assertNull(found.forbidden(), found.trace());
        assertEquals(table, found.outcomes());
    }

    @Test
    void relocationWaitsForWhoWasGivenSpace() {
        isTheTable(NewSpace.class, NEW_SPACE);
    }

    @Test
    void aWriterIsAloneAndNobodySleepsOn() {
        isTheTable(Semaphore.class, SEMAPHORE);
    }

    @Test
    void twoReadersAndAWriter() {
        isTheTable(TwoReaders.class, Set.of(
                "wrote, read 0, read 0, awake, awake, free, awake",
                "wrote, read 0, read 2, awake, awake, free, awake",
                "wrote, read 0, slept, awake, awake, free, awake",
                "wrote, read 2, read 0, awake, awake, free, awake",
                "wrote, read 2, read 2, awake, awake, free, awake",
                "wrote, read 2, slept, awake, awake, free, awake",
                "wrote, slept, read 0, awake, awake, free, awake",
                "wrote, slept, read 2, awake, awake, free, awake",
                "wrote, slept, slept, awake, awake, free, awake",
                "slept, read 0, read 0, awake, awake, free, awake"));
    }

    /* What must be found. */

    /** No C4 and no C7: the state of things in Linux 4.6. */
    public static final class Uncounted extends NewSpace {
        @Override
        boolean book() {
            boolean given = space.allocate(1) != 0;
            groupsSem.upRead();
            return given;
        }

        @Override
        void unreserve() {
        }
    }

    /** C4 after C5. */
    public static final class CountedTooLate extends NewSpace {
        @Override
        boolean book() {
            boolean given = space.allocate(1) != 0;
            groupsSem.upRead();
            if (given) {
                reservations.inc();
            }
            return given;
        }
    }

    /** R3 without its first half. */
    public static final class GroupsSemNotDrained extends NewSpace {
        @Override
        boolean drainGroupsSem() {
            return true;
        }
    }

    /** Wakes before it counts down. */
    public static final class WakesTooEarly extends NewSpace {
        @Override
        void unreserve() {
            reservations.queue().wakeAll();
            reservations.dec();
        }
    }

    private static String found(Class<?> scenario) {
        return Interleavings.of(scenario, NEW_SPACE, BOUND, WaitQueue.class).forbidden();
    }

    @Test
    void whatIsBrokenIsFound() {
        assertEquals("saw 0, given, awake, awake", found(Uncounted.class));
        assertEquals("saw 0, given, awake, awake", found(CountedTooLate.class));
        assertEquals("saw 0, given, awake, awake", found(GroupsSemNotDrained.class));
        assertEquals("slept, given, asleep, awake", found(WakesTooEarly.class));
    }
}
