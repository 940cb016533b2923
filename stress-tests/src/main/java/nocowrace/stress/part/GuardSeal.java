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
 * Question: can relocation see a group drained that a writer has entered?
 * Run:      java -jar stress-tests/target/jcstress.jar -t GuardSeal
 *
 *   CPU 1 (relocation)                 CPU 2 (a nocow writer that does not leave)
 *   R1  close                          W4  announce or count
 *   R4  look: drained?                 W4  closed?
 *
 * Store buffering: each side writes one thing and reads the other's. "drained, inside" means that
 * both read the old value: the loss. A refused writer that was seen inside owes a wake-up.
 * Catches: the test of ro outside the lock, an announcement without a fence or without a second
 * look, a refused writer that wakes nobody.
 */
@Outcome(id = "drained, inside(, by .*)?", expect = FORBIDDEN, desc = "Both read the old value.")
@Outcome(id = "waits, refused(, by .*)?", expect = FORBIDDEN, desc = "No wake-up comes.")
@Outcome(id = "waits, inside(, by .*)?", expect = ACCEPTABLE, desc = "The writer came first.")
@Outcome(id = "drained, refused(, woke)?(, by .*)?", expect = ACCEPTABLE, desc = "Sealed first.")
@Outcome(id = "waits, refused, woke(, by .*)?", expect = ACCEPTABLE, desc = "Seen inside.")
@Outcome(                         expect = FORBIDDEN,  desc = "Not in the table.")
public final class GuardSeal {

    private GuardSeal() {
    }

    /** The counter of the fix. */
    @JCStressTest
    @JCStressMeta(GuardSeal.class)
    @Description("The counter of the fix: a writer that stays inside")
    @State
    public static class Fix {
        private final GuardSample sample = new GuardSample(NocowWriters::new);

        @Actor
        public void cpu1(LL_Result r) {
            r.r1 = sample.sealAndLook();
        }

        @Actor
        public void cpu2(LL_Result r) {
            r.r2 = sample.enter();
        }
    }

    /** The guards that no kernel has, in turn; the outcome says by which. */
    @JCStressTest
    @JCStressMeta(GuardSeal.class)
    @Description("The guards that no kernel has: a writer that stays inside")
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
            r.r2 = sample.enter();
        }

        @Arbiter
        public void name(LLL_Result r) {
            r.r3 = "by " + candidate.id();
        }
    }
}
