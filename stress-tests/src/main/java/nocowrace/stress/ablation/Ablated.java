// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import nocowrace.stress.Outcomes;
import nocowrace.stress.Race;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/*
 * Question: does an ablation fail on real CPUs too?
 * Run:      java -jar stress-tests/target/jcstress.jar ablate --engine stress --only mD1
 *
 * One test for all of them: the ablation is named by a system property of the fork. The outcomes
 * are graded as ever; without the property it is the fix's parent, and fails.
 */
@JCStressTest
@JCStressMeta(Outcomes.class)
@Description("The ablation that the system property " + Ablated.PROPERTY + " names")
@State
public class Ablated {

    /** The system property with the ablation's id. */
    public static final String PROPERTY = "nocowrace.ablation";

    private static final Ablation ABLATION = Ablations.get(System.getProperty(PROPERTY, "mA1"));

    private final Race race = ABLATION.races().get(0).apply(ABLATION.protocol());

    @Actor
    public void cpu1() {
        race.cpu1();
    }

    @Actor
    public void cpu2() {
        race.cpu2();
    }

    @Arbiter
    public void readBack(L_Result r) {
        r.r1 = race.outcome();
    }
}
