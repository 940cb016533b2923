// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/*
 * Question: what does a protocol do for which the scenarios have no variant of their own?
 * Run:      java -jar stress-tests/target/jcstress.jar -t AnyCell
 *                   -jvmArgsPrepend -Dnocowrace.cell=direct-nodatacow/held
 *
 * One test for all such cells: a system property of the fork names one. The protocols of which the
 * commit message speaks have variants in each scenario, because those are there to be read.
 */
@JCStressTest
@JCStressMeta(Outcomes.class)
@Description("The cell that the system property " + AnyCell.CELL + " names")
@State
public class AnyCell {

    /** The system property with a cell's name, scenario/protocol. */
    public static final String CELL = "nocowrace.cell";

    private static final Supplier<Race> START
            = start(System.getProperty(CELL, "direct-nodatacow/after-fix"));

    private final Race race = START.get();

    private static Supplier<Race> start(String cell) {
        return Arrays.stream(Scenario.values()).flatMap(scenario
                        -> Stream.of(Protocol.all(), Protocol.laterForms(),
                                List.of(Calibration.UNCOUNTED)).flatMap(List::stream)
                        .filter(protocol -> cell.equals(scenario + "/" + protocol))
                        .map(protocol -> (Supplier<Race>) () -> scenario.start(protocol)))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no cell " + cell));
    }

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
