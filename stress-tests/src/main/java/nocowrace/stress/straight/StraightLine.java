// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.straight;

import java.util.Arrays;
import nocowrace.model.Protocol;
import nocowrace.stress.Outcomes;
import nocowrace.stress.Scenario;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/*
 * Question: what do tasks, steps and columns cost a stress test?
 * Run:      java -jar stress-tests/target/jcstress.jar throughput
 *
 * The yardstick beside the scenarios' tests: the same critical sections on the same state in the
 * same order, written straight down by hand. One test for all cells: a system property of the fork
 * names one. It is no scenario, and compare does not run it.
 */
@JCStressTest
@JCStressMeta(Outcomes.class)
@Description("The yardstick: the cell that the system property " + StraightLine.CELL
        + " names, without tasks and steps")
@State
public class StraightLine {

    /** The system property with a cell's name, scenario/protocol. */
    public static final String CELL = "nocowrace.cell";

    private static final StraightRace.Start START
            = start(System.getProperty(CELL, "direct-nodatacow/after-fix"));

    private final StraightRace race = START.race();

    private static StraightRace.Start start(String cell) {
        return Arrays.stream(Scenario.values()).flatMap(scenario -> Protocol.all().stream()
                        .filter(protocol -> cell.equals(scenario + "/" + protocol))
                        .map(protocol -> StraightRace.of(scenario, protocol)))
                .findFirst().orElseThrow(() -> new IllegalArgumentException(cell));
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
