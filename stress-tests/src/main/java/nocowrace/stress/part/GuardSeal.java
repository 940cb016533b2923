// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.candidate.SingleWord;
import nocowrace.model.space.candidate.WriterSlots;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
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
@Outcome(id = "drained, inside",  expect = FORBIDDEN,  desc = "Both read the old value.")
@Outcome(id = "waits, refused",   expect = FORBIDDEN,  desc = "Waits for nobody: no wake-up comes.")
@Outcome(id = "waits, inside",    expect = ACCEPTABLE, desc = "The writer came first.")
@Outcome(id = "drained, refused(, woke)?", expect = ACCEPTABLE, desc = "Relocation came first.")
@Outcome(id = "waits, refused, woke", expect = ACCEPTABLE, desc = "Seen inside for a moment.")
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

    /** The single word. */
    @JCStressTest
    @JCStressMeta(GuardSeal.class)
    @Description("The single word: a writer that stays inside")
    @State
    public static class Word {
        private final GuardSample sample = new GuardSample(SingleWord::new);

        @Actor
        public void cpu1(LL_Result r) {
            r.r1 = sample.sealAndLook();
        }

        @Actor
        public void cpu2(LL_Result r) {
            r.r2 = sample.enter();
        }
    }

    /** The writer slots. */
    @JCStressTest
    @JCStressMeta(GuardSeal.class)
    @Description("The writer slots: a writer that stays inside")
    @State
    public static class Slots {
        private final GuardSample sample = new GuardSample(WriterSlots::new);

        @Actor
        public void cpu1(LL_Result r) {
            r.r1 = sample.sealAndLook();
        }

        @Actor
        public void cpu2(LL_Result r) {
            r.r2 = sample.enter();
        }
    }
}
