// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.run;

import static nocowrace.engine.Row.AGAIN;
import static nocowrace.engine.Row.NEXT;
import static nocowrace.engine.Row.asks;
import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Row.does;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import nocowrace.engine.Column;
import nocowrace.engine.Model;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.World;
import nocowrace.engine.wait.WaitQueue;
import org.junit.jupiter.api.Test;

/** A model on threads: its end, a hang, what a step throws. Breaks if one of them is lost. */
class ThreadsTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    /** What the tasks share. */
    private static final class Sample implements Model {
        private final World world = new World();
        private final WaitQueue queue = new WaitQueue();
        private final List<Task> tasks = new ArrayList<>();
        private volatile boolean flag;

        Sample(Step<?>... firsts) {
            for (Step<?> first : firsts) {
                tasks.add(new Toy(this, first));
            }
        }

        @Override
        public World world() {
            return world;
        }

        @Override
        public List<Task> tasks() {
            return tasks;
        }

        @Override
        public String outcome() {
            return tasks.stream().allMatch(task -> task.at() == null) ? "ended" : "hung";
        }

        @Override
        public String outcomeWithoutEnd(boolean hung) {
            return hung ? "hangs without end" : "threw";
        }
    }

    private static final class Toy extends Task {
        private static final Step<Toy> SLEEP = Step.entry("T1", awaits("", "-",
                (Toy toy) -> toy.sample.queue, toy -> toy.sample.flag));
        private static final Step<Toy> WAKE = Step.entry("T2", does("", "-", Toy::wake));
        private static final Step<Toy> SPIN = Step.entry("T3", asks("", "-",
                (Toy toy) -> toy.sample.flag, NEXT, AGAIN));
        private static final Step<Toy> THROW = Step.entry("T4", does("", "-", (Toy toy) -> {
            throw new IllegalStateException("impossible");
        }));
        private static final Step<Toy> FAIL = Step.entry("T5", does("", "-", (Toy toy) -> {
            throw new AssertionError("wrong");
        }));

        private final Sample sample;

        Toy(Sample sample, Step<?> first) {
            super(sample.world, Column.of(first));
            this.sample = sample;
        }

        private void wake() {
            sample.flag = true;
            sample.queue.wakeAll();
        }
    }

    private static String run(Duration timeout, Step<?>... firsts) {
        return assertTimeoutPreemptively(BOUND, () -> Threads.run(new Sample(firsts), timeout));
    }

    /** Each counts on the others from the beginning, whichever thread begins first. */
    @Test
    void aSleeperIsWokenByWhoeverBeginsLater() {
        for (int i = 0; i < 2000; i++) {
            assertEquals("ended", run(BOUND, Toy.SLEEP, Toy.WAKE));
        }
    }

    @Test
    void whatNeverEndsIsTold() {
        assertEquals("hung", run(BOUND, Toy.SLEEP, Toy.SLEEP), "a deadlock, at once");
        assertEquals("hung", run(Duration.ofMillis(50), Toy.SPIN, Toy.SPIN));
        assertEquals("ended", run(BOUND), "nobody is at work");
    }

    @Test
    void whatAStepThrowsIsAnOutcomeUnlessItIsAnError() {
        assertEquals("threw", run(BOUND, Toy.THROW, Toy.WAKE));
        assertEquals("wrong", assertThrows(AssertionError.class,
                () -> Threads.run(new Sample(Toy.WAKE, Toy.FAIL), BOUND)).getMessage());
    }

    @Test
    void aTaskOfAnotherWorldIsRefused() {
        Sample sample = new Sample(Toy.WAKE);
        sample.tasks.add(new Toy(new Sample(), Toy.WAKE));
        assertThrows(IllegalArgumentException.class, () -> Threads.run(sample, BOUND));
    }

    @Test
    void aTimeoutMayBeLongerThanALongOfNanoseconds() {
        assertEquals("ended", run(Duration.ofSeconds(Long.MAX_VALUE), Toy.WAKE));
    }

    @Test
    void aNegativeTimeoutIsRefused() {
        assertEquals("timeout PT-1S is negative", assertThrows(IllegalArgumentException.class,
                () -> Threads.run(new Sample(Toy.WAKE), Duration.ofSeconds(-1))).getMessage());
    }
}
