// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.lincheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import nocowrace.engine.World;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.SpaceInfo;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.Candidate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of {@link NocowGuard}, access by access: R1 and R4 on one CPU, writers that enter,
 * publish and leave on the others. A writer let in after R1, or still inside when R4 goes on, shows
 * as one whose work R5 did not see; a missing wake-up as an R4 that is asleep at rest.
 *
 * <p>Exhausted: the fix's with one writer, the wait queue taken as atomic ({@link WaitQueueTest}
 * looks inside), and two that meet without R1. Bounded, at {@value #BOUND} orders each: one writer
 * with the queue access by access, two writers, and a relocation that fails. Catches: ro tested
 * outside the lock; a count that loses updates; a wake-up before the decrement, or none.
 */
class NocowGuardTest {

    private static final int BOUND = 1000;

    /** Above what any search here needs that is to end by itself. */
    private static final int NO_BOUND = 100_000;

    private static final Set<String> ONE_WRITER = Set.of(
            "saw 0, refused, awake",
            "saw 1, let in, awake",
            "slept, let in, awake");

    private static final Set<String> TWO_WRITERS = Set.of(
            "saw 0, refused, refused, awake",
            "saw 1, let in, refused, awake",
            "saw 1, refused, let in, awake",
            "saw 2, let in, let in, awake",
            "slept, let in, refused, awake",
            "slept, refused, let in, awake",
            "slept, let in, let in, awake");

    private static final Set<String> NO_R1 = Set.of("let in, let in, drained");

    /** Of guards whose refused writers can be seen inside for a moment: R4 may sleep over that. */
    private static final Map<Set<String>, String> SEEN = Map.of(
            ONE_WRITER, "slept, refused, awake",
            TWO_WRITERS, "slept, refused, refused, awake");

    /** A block group and what the CPUs do with its guard. */
    public abstract static class Guarded {

        /** The guards that count; each by a lambda, as {@link Interleavings} asks. */
        static final Map<String, Function<BlockGroup, NocowGuard>> GUARDS = guards();

        private static Map<String, Function<BlockGroup, NocowGuard>> guards() {
            Map<String, Function<BlockGroup, NocowGuard>> guards = new TreeMap<>();
            guards.put("NocowWriters", group -> new NocowWriters(group));
            for (Candidate candidate : Candidate.values()) {
                guards.put(candidate.id(), candidate.maker());
            }
            return guards;
        }

        /** Which of them; set before a search, read by constructors. */
        static String name;

        final SpaceInfo space;
        final BlockGroup group;
        final NocowGuard guard;
        final WaitQueue queue;

        Guarded(Function<BlockGroup, NocowGuard> guard) {
            BlockGroups groups = new BlockGroups(1, 1, guard);
            space = new SpaceInfo(new World(), groups);
            group = groups.create();
            this.guard = group.guard();
            queue = group.nocowQueue();
        }
    }

    /** CPU 1 seals and waits, CPU 2 writes. */
    public static class OneWriter extends Guarded {

        final Sleeper relocation = new Sleeper();

        /** What stands for an ordered extent; plain, written before the writer leaves. */
        int published;

        public OneWriter() {
            this(GUARDS.get(name));
        }

        OneWriter(Function<BlockGroup, NocowGuard> guard) {
            super(guard);
        }

        /** R1, R4, R5. */
        public String cpu1() {
            space.incReadOnly(group);
            queue.add(relocation);
            if (!guard.isDrained()) {
                return "slept";
            }
            queue.remove(relocation);
            return "saw " + snapshot();
        }

        int snapshot() {
            return published;
        }

        /** W4, W5, W6. */
        public String cpu2() {
            Ticket ticket = enter();
            if (!ticket.isEntered()) {
                return "refused";
            }
            published = 1;
            leave(ticket);
            return "let in";
        }

        final Ticket enter() {
            Ticket ticket = guard.enter(null);
            if (ticket == Ticket.Word.REFUSED_BUT_SEEN) {
                queue.wakeAll();
            }
            return ticket;
        }

        void leave(Ticket ticket) {
            if (guard.leave(ticket)) {
                queue.wakeAll();
            }
        }

        public String atRest() {
            return relocation.state() + (guard.isDrained() ? "" : ", not drained");
        }
    }

    /** CPU 3 writes too. */
    public static class TwoWriters extends OneWriter {

        int publishedByOther;

        public TwoWriters() {
        }

        TwoWriters(Function<BlockGroup, NocowGuard> guard) {
            super(guard);
        }

        @Override
        int snapshot() {
            return published + publishedByOther;
        }

        /** W4, W5, W6. */
        public String cpu3() {
            Ticket ticket = enter();
            if (!ticket.isEntered()) {
                return "refused";
            }
            publishedByOther = 1;
            leave(ticket);
            return "let in";
        }
    }

    /** Two writers, and nobody seals. */
    public static class WithoutR1 extends Guarded {

        public WithoutR1() {
            this(GUARDS.get(name));
        }

        WithoutR1(Function<BlockGroup, NocowGuard> guard) {
            super(guard);
        }

        public String cpu1() {
            return enterAndLeave();
        }

        public String cpu2() {
            return enterAndLeave();
        }

        private String enterAndLeave() {
            Ticket ticket = guard.enter(null);
            if (!ticket.isEntered()) {
                return "refused";
            }
            guard.leave(ticket);
            return "let in";
        }

        public String atRest() {
            return guard.isDrained() ? "drained" : "not drained";
        }
    }

    /** CPU 1 seals and unseals, as a relocation does that fails; CPU 2 writes. */
    public static class Unsealed extends OneWriter {

        @Override
        public String cpu1() {
            space.incReadOnly(group);
            space.decReadOnly(group);
            return "unsealed";
        }

        @Override
        public String atRest() {
            return super.atRest() + (guard.enter(null).isEntered() ? ", open" : ", shut");
        }
    }

    static Stream<String> guards() {
        return Guarded.GUARDS.keySet().stream();
    }

    private static Interleavings explore(String guard, Class<?> scenario, Set<String> table,
            int bound, Class<?>... atomic) {
        Guarded.name = guard;
        return Interleavings.of(scenario, table, bound, atomic);
    }

    /**
     * What a guard may show: the table of the fix, and a row more if its writers announce first.
     */
    private static Set<String> table(String guard, Set<String> fix) {
        if (guard.equals("NocowWriters")) {
            return fix;
        }
        Set<String> more = new HashSet<>(fix);
        more.add(SEEN.get(fix));
        return more;
    }

    /** The fix shows all of it within the bound; of the others the bound may leave some out. */
    private static void isTheTable(String guard, Set<String> table, Interleavings found) {
        assertNull(found.forbidden(), found.trace());
        assertTrue(table.containsAll(found.outcomes()), found::toString);
        if (guard.equals("NocowWriters")) {
            assertEquals(table, found.outcomes());
        }
    }

    @Test
    void oneWriterInEveryOrder() {
        Interleavings found = explore("NocowWriters", OneWriter.class, ONE_WRITER, NO_BOUND,
                WaitQueue.class);
        isTheTable("NocowWriters", ONE_WRITER, found);
        assertTrue(found.exhausted(), found::toString);
    }

    @ParameterizedTest
    @MethodSource("guards")
    void oneWriterAndTheInsideOfTheQueue(String guard) {
        Set<String> table = table(guard, ONE_WRITER);
        isTheTable(guard, table, explore(guard, OneWriter.class, table, BOUND));
    }

    @ParameterizedTest
    @MethodSource("guards")
    void twoWriters(String guard) {
        Set<String> table = table(guard, TWO_WRITERS);
        isTheTable(guard, table, explore(guard, TwoWriters.class, table, BOUND,
                WaitQueue.class));
    }

    @ParameterizedTest
    @MethodSource("guards")
    void aFailedRelocationOpensItAgain(String guard) {
        Set<String> table = Set.of("unsealed, let in, awake, open",
                "unsealed, refused, awake, open");
        isTheTable(guard, table, explore(guard, Unsealed.class, table, BOUND, WaitQueue.class));
    }

    /** NoGuard has no inside: if a guard's were not transformed, it would have no more orders. */
    @ParameterizedTest
    @MethodSource("guards")
    void theInsideOfTheGuardIsSearched(String guard) {
        Interleavings found = explore(guard, WithoutR1.class, NO_R1, NO_BOUND);
        assertNull(found.forbidden(), found.trace());
        assertTrue(found.exhausted(), found::toString);
        int noInside = Interleavings.of(WithoutR1OrGuard.class, NO_R1, NO_BOUND).orders();
        assertTrue(found.orders() > noInside, found.orders() + " against " + noInside);
    }

    /** Without a guard. */
    public static final class WithoutR1OrGuard extends WithoutR1 {
        public WithoutR1OrGuard() {
            super(group -> NoGuard.INSTANCE);
        }
    }

    /* What must be found. */

    /** The state of things before the fix. */
    public static final class BeforeTheFix extends OneWriter {
        public BeforeTheFix() {
            super(group -> NoGuard.INSTANCE);
        }
    }

    /** A guard that counts, without being told when to. */
    private abstract static class Counting implements NocowGuard {

        final BlockGroup group;
        final AtomicInteger writers = new AtomicInteger();

        Counting(BlockGroup group) {
            this.group = group;
        }

        /** W4: true if let in. */
        abstract boolean tryEnter();

        @Override
        public Ticket enter(Ticket last) {
            return tryEnter() ? Ticket.Word.COUNTED : Ticket.Word.REFUSED;
        }

        @Override
        public boolean leave(Ticket ticket) {
            return writers.decrementAndGet() == 0;
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

    private static final class TestedOutsideTheLock extends Counting {

        TestedOutsideTheLock(BlockGroup group) {
            super(group);
        }

        @Override
        boolean tryEnter() {
            if (group.isReadOnly()) {
                return false;
            }
            synchronized (group) {
                writers.incrementAndGet();
            }
            return true;
        }
    }

    /** Counts under the lock on the way in, and without any on the way out. */
    private static final class LosesUpdates extends Counting {

        private volatile int inside;

        LosesUpdates(BlockGroup group) {
            super(group);
        }

        @Override
        boolean tryEnter() {
            synchronized (group) {
                if (group.isReadOnly()) {
                    return false;
                }
                inside = inside + 1;
                return true;
            }
        }

        @Override
        public boolean leave(Ticket ticket) {
            inside = inside - 1;
            return inside == 0;
        }

        @Override
        public boolean isDrained() {
            return inside == 0;
        }
    }

    /** The store buffering that the group's lock forbids. */
    public static final class RoTestedOutsideTheLock extends OneWriter {
        public RoTestedOutsideTheLock() {
            super(group -> new TestedOutsideTheLock(group));
        }
    }

    /** A count that is none. */
    public static final class LostUpdate extends TwoWriters {
        public LostUpdate() {
            super(group -> new LosesUpdates(group));
        }
    }

    /** The wake-up comes before what R4 waits for. */
    public static final class WakesTooEarly extends OneWriter {
        @Override
        void leave(Ticket ticket) {
            queue.wakeAll();
            guard.leave(ticket);
        }
    }

    /** The last writer wakes nobody. */
    public static final class WakesNobody extends OneWriter {
        @Override
        void leave(Ticket ticket) {
            guard.leave(ticket);
        }
    }

    private static String found(Class<?> scenario, Set<String> table) {
        return explore("NocowWriters", scenario, table, NO_BOUND, WaitQueue.class).forbidden();
    }

    @Test
    void whatIsBrokenIsFound() {
        assertEquals("saw 0, let in, awake", found(BeforeTheFix.class, ONE_WRITER));
        assertEquals("saw 0, let in, awake", found(RoTestedOutsideTheLock.class, ONE_WRITER));
        assertEquals("slept, let in, asleep", found(WakesTooEarly.class, ONE_WRITER));
        assertEquals("slept, let in, asleep", found(WakesNobody.class, ONE_WRITER));
        String lost = found(LostUpdate.class, TWO_WRITERS);
        assertTrue(lost.contains("not drained"), lost);
    }
}
