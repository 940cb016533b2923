// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.lincheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import nocowrace.engine.wait.RunQueue;
import nocowrace.engine.wait.WaitQueue;
import org.junit.jupiter.api.Test;

/**
 * The hand-over of {@link WaitQueue}, access by access: enqueue and look on one CPU, make it true
 * and wake on the other; two that wait; a waker that meets waiters who leave by themselves.
 *
 * <p>Exhausted: one waiter that ends where it would sleep, one that sleeps (the queue taken as
 * atomic), and two that leave. Bounded, at {@value #BOUND} orders each: the others. Catches: a
 * wake-up before the condition, a look before the enqueue, a waker that looks for waiters before it
 * has made the condition true, a removal that cuts the queue, a run queue that forgets whom a
 * wake-up has just made able to act.
 */
class WaitQueueTest {

    private static final int BOUND = 1000;

    /** Above what any search here needs that is to end by itself. */
    private static final int NO_BOUND = 100_000;

    private static final Set<String> ONE_WAITER = Set.of("went on, woke, awake, empty",
            "slept, woke, awake, empty");

    private static final Set<String> SLEEP = Set.of("went on, woke, awake, empty");

    /** A queue, and the condition for which one waits there. */
    public abstract static class Condition {

        final WaitQueue queue = new WaitQueue();
        volatile boolean done;

        String await(Sleeper waiter) {
            queue.add(waiter);
            if (!done) {
                return "slept";
            }
            queue.remove(waiter);
            return "went on";
        }

        String wake() {
            done = true;
            queue.wakeAll();
            return "woke";
        }

        String atRest(Sleeper... waiters) {
            StringBuilder words = new StringBuilder();
            for (Sleeper waiter : waiters) {
                words.append(waiter.state()).append(", ");
            }
            return words.append(queue.isEmpty() ? "empty" : "not empty").toString();
        }
    }

    /** CPU 1 waits, CPU 2 wakes. */
    public static class OneWaiter extends Condition {

        final Sleeper waiter = new Sleeper();

        public String cpu1() {
            return await(waiter);
        }

        public String cpu2() {
            return wake();
        }

        public String atRest() {
            return atRest(waiter);
        }
    }

    /** CPU 3 waits too. */
    public static final class TwoWaiters extends OneWaiter {

        private final Sleeper other = new Sleeper();

        public String cpu3() {
            return await(other);
        }

        @Override
        public String atRest() {
            return atRest(waiter, other);
        }
    }

    /** Three are queued; CPU 1 and CPU 2 take the first and the middle one out. */
    public static class Removals extends Condition {

        final Sleeper first = new Sleeper();
        final Sleeper middle = new Sleeper();
        final Sleeper last = new Sleeper();

        public Removals() {
            queue.add(first);
            queue.add(middle);
            queue.add(last);
        }

        public String cpu1() {
            queue.remove(first);
            return "first is out";
        }

        public String cpu2() {
            queue.remove(middle);
            return "middle is out";
        }

        public String atRest() {
            String before = last.state();
            queue.wakeAll();
            return before + ", " + atRest(first, middle, last);
        }
    }

    /** And CPU 3 wakes whom it finds. */
    public static final class RemovalsAndWaker extends Removals {

        public String cpu3() {
            return wake();
        }
    }

    /** CPU 1 leaves a queue and waits on another, CPU 2 wakes the first one. */
    public static final class NextWait extends OneWaiter {

        private final WaitQueue next = new WaitQueue();

        @Override
        public String cpu1() {
            queue.add(waiter);
            queue.remove(waiter);
            next.add(waiter);
            return "waits for something else";
        }

        @Override
        public String atRest() {
            return super.atRest() + (next.isEmpty() ? ", gone" : ", queued");
        }
    }

    /** CPU 1 waits and really sleeps, CPU 2 wakes and ends. */
    public static class Sleep extends Condition {

        final RunQueue runQueue = new RunQueue();
        final Sleeper waiter = new Sleeper(runQueue);
        private final Sleeper waker = new Sleeper(runQueue);

        public String cpu1() {
            queue.add(waiter);
            if (done) {
                queue.remove(waiter);
            } else if (!waiter.sleep()) {
                return "hung";
            }
            return "went on";
        }

        public String cpu2() {
            String word = wake();
            waker.end();
            return word;
        }

        public String atRest() {
            return atRest(waiter) + (runQueue.isIdle() ? ", idle" : "");
        }
    }

    /** CPU 1 sleeps twice, on two queues, and CPU 3 asks whether all hang. */
    public static final class SleepTwice extends Sleep {

        private final WaitQueue next = new WaitQueue();
        private volatile boolean nextDone;

        @Override
        public String cpu1() {
            String first = super.cpu1();
            next.add(waiter);
            if (nextDone) {
                next.remove(waiter);
            } else if (!waiter.sleep()) {
                return "hung";
            }
            return first;
        }

        @Override
        String wake() {
            super.wake();
            nextDone = true;
            next.wakeAll();
            return "woke";
        }

        /** CPU 1 never ends, so they hang at no time. */
        public String cpu3() {
            return runQueue.isIdle() ? "all hang" : "no hang";
        }
    }

    private static void isTheTable(Class<?> scenario, Set<String> table, int bound,
            Class<?>... atomic) {
        Interleavings found = Interleavings.of(scenario, table, bound, atomic);
        assertNull(found.forbidden(), found.trace());
        assertEquals(table, found.outcomes());
        assertTrue(bound != NO_BOUND || found.exhausted(), found::toString);
    }

    @Test
    void noWakeUpIsLost() {
        isTheTable(OneWaiter.class, ONE_WAITER, NO_BOUND);
    }

    @Test
    void noSleepLastsForEver() {
        isTheTable(Sleep.class, SLEEP, NO_BOUND, WaitQueue.class);
    }

    @Test
    void nobodyIsTakenForHung() {
        isTheTable(SleepTwice.class, Set.of("went on, woke, no hang, awake, empty"), BOUND);
    }

    @Test
    void noneOfTwoIsForgotten() {
        isTheTable(TwoWaiters.class, Set.of(
                "went on, woke, went on, awake, awake, empty",
                "went on, woke, slept, awake, awake, empty",
                "slept, woke, went on, awake, awake, empty",
                "slept, woke, slept, awake, awake, empty"), BOUND);
    }

    @Test
    void whoLeavesTakesNobodyAlong() {
        isTheTable(Removals.class, Set.of(
                "first is out, middle is out, asleep, awake, awake, awake, empty"), NO_BOUND);
        isTheTable(RemovalsAndWaker.class, Set.of(
                "first is out, middle is out, woke, awake, awake, awake, awake, empty"), BOUND);
    }

    @Test
    void aLateWakeUpDoesNotReachTheNextWait() {
        isTheTable(NextWait.class, Set.of(
                "waits for something else, woke, asleep, empty, queued"), BOUND);
    }

    /* What must be found. */

    /** Wakes, and only then makes it true. */
    public static final class WakesTooEarly extends OneWaiter {
        @Override
        String wake() {
            queue.wakeAll();
            done = true;
            return "woke";
        }
    }

    /** Looks for waiters, makes it true, and wakes if it had found one. */
    public static final class LooksForWaitersFirst extends OneWaiter {
        @Override
        String wake() {
            boolean somebody = !queue.isEmpty();
            done = true;
            if (somebody) {
                queue.wakeAll();
            }
            return "woke";
        }
    }

    /** Looks, and only then enqueues. */
    public static final class LooksTooEarly extends OneWaiter {
        @Override
        String await(Sleeper sleeper) {
            if (done) {
                return "went on";
            }
            queue.add(sleeper);
            return "slept";
        }
    }

    /** Wakes before the condition who really sleeps. */
    public static final class SleepsForEver extends Sleep {
        @Override
        String wake() {
            queue.wakeAll();
            done = true;
            return "woke";
        }
    }

    private static String found(Class<?> scenario) {
        return Interleavings.of(scenario, ONE_WAITER, NO_BOUND).forbidden();
    }

    @Test
    void whatIsBrokenIsFound() {
        assertEquals("slept, woke, asleep, not empty", found(WakesTooEarly.class));
        assertEquals("slept, woke, asleep, not empty", found(LooksForWaitersFirst.class));
        assertEquals("slept, woke, asleep, not empty", found(LooksTooEarly.class));
        Interleavings slept = Interleavings.of(SleepsForEver.class, SLEEP, NO_BOUND);
        assertTrue(slept.trace().contains("The execution has hung"), slept.trace());
    }
}
