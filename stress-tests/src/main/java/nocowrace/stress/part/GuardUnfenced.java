// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import static org.openjdk.jcstress.annotations.Expect.*;

import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.WriterSlots;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/*
 * Question: which fences of the writer slots are needed, and when may a writer leave without one?
 * Run:      java -jar stress-tests/target/jcstress.jar -t GuardUnfenced -v
 *
 *   CPU 1 (relocation)                 CPU 2 (a nocow writer)
 *   R1  close                          W4  announce, W6  free: a store
 *   R4  look: drained?                 W4, W6  closed?: a load that may pass it
 *
 * Store buffering. In: both read the old value, and nobody waits for the writer. Out: relocation
 * waits, and nobody wakes it; whoever polls does not mind. Exploration and Lincheck see nothing of
 * this; that the fences of the model are enough is asked by GuardSeal and GuardWake. Catches: a
 * free of a slot that what the writer did before can pass.
 *
 * Seen in 2 s on x86-64, 2 CPUs of a VM, JDK 17: Announced lets 160,360 of 37,814,414 samples
 * through, Left leaves 167,396 of 36,950,158 asleep; Polled fails in none of 6,975,630.
 */
public final class GuardUnfenced {

    private GuardUnfenced() {
    }

    /** As benchmarked: left without a fence, and relocation polls. */
    @JCStressTest
    @Outcome(id = "drained 0, refused", expect = ACCEPTABLE, desc = "Sealed first.")
    @Outcome(id = "drained 1, let in",  expect = ACCEPTABLE, desc = "Left first.")
    @Outcome(id = "waits, .*",          expect = ACCEPTABLE, desc = "Looks again.")
    @Outcome(id = "drained 0, let in",  expect = FORBIDDEN,  desc = "Not waited for, or not seen.")
    @Outcome(                           expect = FORBIDDEN,  desc = "Not in the table.")
    @Description("The writer slots, left without a fence: what the writer did is seen")
    @State
    public static class Polled {
        private final BlockGroup group = new BlockGroups(1, 1, WriterSlots::new).create();
        private final WriterSlots guard = (WriterSlots) group.guard();
        private int published;

        @Actor
        public void cpu1(LL_Result r) {
            guard.close();
            r.r1 = !guard.isDrained() ? "waits" : published == 0 ? "drained 0" : "drained 1";
        }

        @Actor
        public void cpu2(LL_Result r) {
            Ticket ticket = guard.enter(null);
            if (ticket.isEntered()) {
                published = 1;
                guard.leaveUnfenced(ticket);
                r.r2 = "let in";
            } else {
                r.r2 = "refused";
            }
        }
    }

    /** Announces without a fence. */
    @JCStressTest
    @Outcome(id = "drained, inside", expect = ACCEPTABLE_INTERESTING, desc = "Not waited for.")
    @Outcome(id = "waits, inside",   expect = ACCEPTABLE,             desc = "Waited for.")
    @Outcome(id = ".*, refused",     expect = ACCEPTABLE,             desc = "Sealed first.")
    @Outcome(                        expect = FORBIDDEN,              desc = "Not in the table.")
    @Description("Demonstration: what slots let through if the announcement has no fence")
    @State
    public static class Announced {
        private final NocowGuard guard = new UnfencedSlot();

        @Actor
        public void cpu1(LL_Result r) {
            guard.close();
            r.r1 = guard.isDrained() ? "drained" : "waits";
        }

        @Actor
        public void cpu2(LL_Result r) {
            r.r2 = guard.enter(null).isEntered() ? "inside" : "refused";
        }
    }

    /** Leaves without a fence, and looks whether to wake. */
    @JCStressTest
    @Outcome(id = "waits, silent", expect = ACCEPTABLE_INTERESTING, desc = "Would sleep for ever.")
    @Outcome(id = "drained, .*",   expect = ACCEPTABLE,             desc = "Nothing to wait for.")
    @Outcome(id = "waits, wakes",  expect = ACCEPTABLE,             desc = "Woken.")
    @Outcome(                      expect = FORBIDDEN,              desc = "Not in the table.")
    @Description("Demonstration: whom slots leave asleep if leaving has no fence")
    @State
    public static class Left {
        private final NocowGuard guard = new UnfencedSlot();
        private final Ticket ticket = guard.enter(null);

        @Actor
        public void cpu1(LL_Result r) {
            guard.close();
            r.r1 = guard.isDrained() ? "drained" : "waits";
        }

        @Actor
        public void cpu2(LL_Result r) {
            r.r2 = guard.leave(ticket) ? "wakes" : "silent";
        }
    }
}
