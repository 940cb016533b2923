// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.function.Function;
import nocowrace.engine.ablate.Ablation;
import nocowrace.model.Protocol;
import nocowrace.stress.scenario.Outcomes;
import nocowrace.stress.scenario.Race;
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
@Description("The ablation that the system property " + Ablated.ABLATION + " names")
@State
public class Ablated {

    /** The system property with the ablation's id. */
    public static final String ABLATION = "nocowrace.ablation";

    /** The system property with the name of the form of the fix that is ablated. */
    public static final String FORM = "nocowrace.form";

    /** The system property with the index of one of its races. */
    public static final String RACE = "nocowrace.race";

    private static final Ablation<Protocol, Race> CHOSEN = Ablations.get(
            Ablations.form(System.getProperty(FORM, Protocol.AFTER_FIX.name())),
            System.getProperty(ABLATION, "mA1"));
    private static final Function<Protocol, Race> START
            = CHOSEN.models().get(Integer.getInteger(RACE, 0));

    private final Race race = START.apply(CHOSEN.protocol());

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
