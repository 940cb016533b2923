// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import static org.openjdk.jcstress.annotations.Expect.*;

import nocowrace.engine.wait.WaitQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/*
 * Question: can a wake-up be lost between the enqueue and the look?
 * Run:      java -jar stress-tests/target/jcstress.jar -t WaitQueueAlone -strideSize 4 -v
 *
 *   CPU 1 (waiter)                     CPU 2 (waker)
 *   enqueue                            make the condition true
 *   look: true? else sleep             wake whoever is queued
 *
 * Store buffering: each writes one thing and reads the other's. The queue's half of the cure is its
 * volatile head, the caller's half a condition that is volatile, atomic or locked. r1: what CPU 1
 * saw; r2: whether it sleeps for ever. Catches: a plain condition. A plain head was not caught: on
 * x86-64 the fences of the lock and of the condition are enough.
 *
 * Seen in 1 s on x86-64, 2 CPUs of a VM, JDK 17: forbidden rows in none of 842,802 samples, the
 * demonstration's in 10,182 of 628,018.
 */
public final class WaitQueueAlone {

    private WaitQueueAlone() {
    }

    /** As the tasks use it. */
    @JCStressTest
    @Outcome(id = "went on, awake", expect = ACCEPTABLE, desc = "Looked after it was true.")
    @Outcome(id = "slept, awake",   expect = ACCEPTABLE, desc = "Looked before, and was woken.")
    @Outcome(id = "slept, asleep",  expect = FORBIDDEN,  desc = "The wake-up is lost.")
    @Outcome(                       expect = FORBIDDEN,  desc = "Not in the table.")
    @Description("The wait queue alone: a condition that is volatile")
    @State
    public static class VolatileCondition {
        private final WaitQueue queue = new WaitQueue();
        private final Sleeper waiter = new Sleeper();
        private volatile boolean done;

        @Actor
        public void cpu1(LL_Result r) {
            queue.add(waiter);
            if (done) {
                queue.remove(waiter);
                r.r1 = "went on";
            } else {
                r.r1 = "slept";
            }
        }

        @Actor
        public void cpu2() {
            done = true;
            queue.wakeAll();
        }

        @Arbiter
        public void atRest(LL_Result r) {
            r.r2 = waiter.state();
        }
    }

    /** As it must not be used. */
    @JCStressTest
    @Outcome(id = "slept, asleep", expect = ACCEPTABLE_INTERESTING, desc = "The wake-up is lost.")
    @Outcome(id = ".*, awake",     expect = ACCEPTABLE,             desc = "As if volatile.")
    @Outcome(                      expect = FORBIDDEN,              desc = "Not in the table.")
    @Description("Demonstration: the wait queue alone with a condition that is plain")
    @State
    public static class PlainCondition {
        private final WaitQueue queue = new WaitQueue();
        private final Sleeper waiter = new Sleeper();
        private boolean done;

        @Actor
        public void cpu1(LL_Result r) {
            queue.add(waiter);
            if (done) {
                queue.remove(waiter);
                r.r1 = "went on";
            } else {
                r.r1 = "slept";
            }
        }

        @Actor
        public void cpu2() {
            done = true;
            queue.wakeAll();
        }

        @Arbiter
        public void atRest(LL_Result r) {
            r.r2 = waiter.state();
        }
    }
}
