// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.candidate.Candidate;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/*
 * Question: can relocation go to sleep over a writer that has left without waking it?
 * Run:      java -jar stress-tests/target/jcstress.jar -t GuardWake
 *
 *   CPU 1 (relocation)                 CPU 2 (a nocow writer)
 *                                      W4  enter, or be refused
 *   R1  close
 *   R4  enqueue                        W6  count out, or free the slot
 *   R4  look: drained?                 W6  somebody waiting? then wake
 *
 * Store buffering again. "waits, gone" means that nobody is left to end the wait. Catches: a leave
 * that looks at closed before it leaves or without a fence, a refused writer that wakes nobody.
 */
@Outcome(id = "waits, gone(, by .*)?", expect = FORBIDDEN, desc = "R4 sleeps for ever.")
@Outcome(id = "waits, gone, woke(, by .*)?", expect = ACCEPTABLE, desc = "Woken.")
@Outcome(id = "drained, gone(, by .*)?", expect = ACCEPTABLE, desc = "Nothing to wait for.")
@Outcome(id = "drained, gone, woke(, by .*)?", expect = ACCEPTABLE, desc = "Woken for nothing.")
@Outcome(                          expect = FORBIDDEN,  desc = "Not in the table.")
public final class GuardWake {

    private GuardWake() {
    }

    /** The counter of the fix. */
    @JCStressTest
    @JCStressMeta(GuardWake.class)
    @Description("The counter of the fix: a writer that leaves")
    @State
    public static class Fix {
        private final GuardSample sample = new GuardSample(NocowWriters::new);

        @Actor
        public void cpu1(LL_Result r) {
            r.r1 = sample.sealAndLook();
        }

        @Actor
        public void cpu2(LL_Result r) {
            r.r2 = sample.enterAndLeave();
        }
    }

    /** The guards that no kernel has, in turn; the outcome says by which. */
    @JCStressTest
    @JCStressMeta(GuardWake.class)
    @Description("The guards that no kernel has: a writer that leaves")
    @State
    public static class Candidates {
        private final Candidate candidate = GuardSample.nextCandidate();
        private final GuardSample sample = new GuardSample(candidate.maker());

        @Actor
        public void cpu1(LLL_Result r) {
            r.r1 = sample.sealAndLook();
        }

        @Actor
        public void cpu2(LLL_Result r) {
            r.r2 = sample.enterAndLeave();
        }

        @Arbiter
        public void name(LLL_Result r) {
            r.r3 = "by " + candidate.id();
        }
    }
}
