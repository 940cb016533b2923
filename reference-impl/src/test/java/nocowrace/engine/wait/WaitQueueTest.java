// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.wait;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Queues and the count of those who can act, call by call. Breaks if somebody is forgotten in a
 * queue or takes others along, if a wake-up is counted twice, if a hang is not noticed because it
 * is noticed late.
 */
class WaitQueueTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private static final class Sleeper extends Waiter {
        Sleeper(RunQueue runQueue) {
            super(runQueue);
            join();
        }

        @Override
        protected boolean isOverdue() {
            return false;
        }
    }

    private final RunQueue runQueue = new RunQueue();
    private final WaitQueue queue = new WaitQueue();
    private final Sleeper one = new Sleeper(runQueue);
    private final Sleeper two = new Sleeper(runQueue);
    private final Sleeper three = new Sleeper(runQueue);

    @Test
    void whoLeavesTakesNobodyAlong() {
        for (Sleeper leaver : List.of(one, two, three)) {
            for (Sleeper sleeper : List.of(one, two, three)) {
                queue.add(sleeper);
                assertTrue(sleeper.isWaiting());
            }
            queue.remove(leaver);
            for (Sleeper sleeper : List.of(one, two, three)) {
                assertEquals(sleeper != leaver, sleeper.isWaiting());
            }
            assertFalse(queue.isEmpty());
            queue.wakeAll();
            assertFalse(one.isWaiting() || two.isWaiting() || three.isWaiting());
            assertTrue(queue.isEmpty());
        }
    }

    @Test
    void whoIsQueuedAlreadyStaysAsItIs() {
        queue.add(one);
        queue.add(two);
        queue.add(one);
        assertTrue(one.isWaiting());
        queue.remove(one);
        queue.remove(one);
        assertFalse(one.isWaiting());
        assertTrue(two.isWaiting());
        queue.remove(two);
        assertTrue(queue.isEmpty());
    }

    @Test
    void nobodyWaitsOnTwoQueues() {
        queue.add(one);
        assertThrows(IllegalStateException.class, () -> new WaitQueue().add(one));
        new WaitQueue().remove(two);
        assertThrows(IllegalStateException.class, () -> new WaitQueue().remove(one));
        assertTrue(one.isWaiting(), "it still waits");
        assertFalse(queue.isEmpty());
    }

    @Test
    void aWakeUpBeforeTheSleepSparesItAndIsNotCounted() {
        queue.add(one);
        queue.wakeAll();
        assertTrue(one.schedule(), "at once");
        one.retire();
        two.retire();
        assertFalse(runQueue.isIdle(), "the third is still about");
        three.retire();
        assertTrue(runQueue.isIdle());
    }

    @Test
    void sleeperIsCountedAgainOnceWoken() {
        two.retire();
        assertTimeoutPreemptively(BOUND, () -> {
            queue.add(one);
            CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(one::schedule);
            queue.wakeAll();
            three.retire();
            assertTrue(woken.get());
            assertFalse(runQueue.isIdle());
            one.retire();
            assertTrue(runQueue.isIdle());
        });
    }

    /** Otherwise a late wake-up would count it for ever, and no deadlock would be noticed again. */
    @Test
    void wakeUpAfterASleeperGaveUpCountsNobody() {
        two.retire();
        three.retire();
        queue.add(one);
        assertFalse(assertTimeoutPreemptively(BOUND, one::schedule), "nobody is left");
        assertTrue(one.isWaiting(), "it is still in the queue");
        one.retire();
        queue.wakeAll();
        assertTrue(runQueue.isIdle());
        one.retire();
        assertTrue(runQueue.isIdle(), "retired once");
        one.join();
        one.join();
        assertFalse(runQueue.isIdle());
        one.retire();
        assertTrue(runQueue.isIdle(), "counted once");
    }

    /** Much later than anybody would go on looking without a pause. */
    @Test
    void aHangThatBeginsLateIsNoticed() {
        two.retire();
        assertTimeoutPreemptively(BOUND, () -> {
            queue.add(one);
            CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(one::schedule);
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            three.retire();
            assertFalse(woken.get());
        });
    }
}
