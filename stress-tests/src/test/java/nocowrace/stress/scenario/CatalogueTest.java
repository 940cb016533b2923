// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.Protocol;
import nocowrace.model.task.Write.How;
import nocowrace.stress.ablation.Ablated;
import nocowrace.stress.part.GuardAlone;
import nocowrace.stress.part.GuardSeal;
import nocowrace.stress.part.GuardUnfenced;
import nocowrace.stress.part.GuardWake;
import nocowrace.stress.part.OrderedExtentsAlone;
import nocowrace.stress.part.WaitQueueAlone;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * What the annotation processor has built is what the scenarios and the parts name, and all
 * scenarios share the one table of outcomes. Breaks if the processor does not run, a variant is
 * missing or has a table of its own, a loss is graded below FORBIDDEN, or a part allows what only
 * its demonstration may show.
 */
class CatalogueTest {

    private static Stream<String> scenarioTests() {
        return Arrays.stream(Scenario.values()).filter(Scenario::isStressed)
                .flatMap(scenario -> Protocol.all().stream().map(scenario::test))
                .map(Scenario.Test::name).distinct();
    }

    @Test
    void theExpectedTable() {
        Map<String, List<String>> broken = new TreeMap<>();
        for (Scenario scenario : Scenario.TABLE) {
            broken.put(scenario.id(), Stream.of(Protocol.V4_6, Protocol.BEFORE_FIX,
                            Protocol.AFTER_FIX).filter(scenario::isBroken)
                    .map(Protocol::name).toList());
        }
        assertEquals(Map.of(
                "direct-nodatacow", List.of("v4.6", "before-fix"),
                "direct-prealloc", List.of("v4.6", "before-fix"),
                "direct-cow", List.of("v4.6"),
                "buffered-nodatacow", List.of("before-fix"),
                "buffered-prealloc", List.of("before-fix"),
                "buffered-cow", List.of()), broken);
    }

    /** Whoever reads a scenario finds the three protocols of the commit message there. */
    @Test
    void eachScenarioHasVariantsOfTheFixAndOfWhatWasBefore() {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.isStressed()) {
                for (Protocol protocol : List.of(Protocol.V4_6, Protocol.BEFORE_FIX,
                        Protocol.AFTER_FIX, scenario.calibration())) {
                    assertNotEquals(AnyCell.class.getName(), scenario.test(protocol).name());
                    assertEquals(List.of(), scenario.test(protocol).arguments());
                }
                Scenario.Test held = scenario.test(Protocol.HELD);
                assertEquals(AnyCell.class.getName(), held.name());
                assertEquals(List.of("-Dnocowrace.cell=" + scenario + "/held"), held.arguments());
            }
        }
    }

    /** Parts of the model alone, each with a demonstration of what it would be if broken. */
    private static Stream<Class<?>> partTests() {
        return Stream.of(GuardAlone.Fix.class, GuardAlone.Candidates.class,
                GuardUnfenced.Polled.class, WaitQueueAlone.VolatileCondition.class,
                OrderedExtentsAlone.CompleteFirst.class);
    }

    private static Stream<Class<?>> demonstrations() {
        return Stream.of(GuardAlone.TestedOutsideTheLock.class, GuardUnfenced.Announced.class,
                GuardUnfenced.Left.class,
                WaitQueueAlone.PlainCondition.class, OrderedExtentsAlone.UnlistFirst.class);
    }

    @Test
    void theBuiltListIsTheScenariosAndTheParts() {
        Set<String> expected = Stream.of(scenarioTests(),
                        Stream.concat(partTests(), demonstrations()).map(Class::getCanonicalName),
                        Stream.of(GuardSeal.class, GuardWake.class)
                                .flatMap(test -> Arrays.stream(test.getDeclaredClasses()))
                                .map(Class::getCanonicalName),
                        Stream.of(BufferedCow.Uncounted.class, Ablated.class, AnyCell.class)
                                .map(Class::getCanonicalName))
                .flatMap(names -> names)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, new TreeSet<>(TestList.tests()));
    }

    @Test
    void onlyADemonstrationMayShowWhatItsPartForbids() {
        partTests().map(Class::getCanonicalName).map(TestList::getInfo).forEach(info -> {
            assertEquals(Expect.FORBIDDEN, info.unmatched().expect(), info.name());
            assertTrue(info.cases().stream().anyMatch(c -> c.expect() == Expect.FORBIDDEN),
                    info.name());
            assertTrue(info.cases().stream().noneMatch(c
                    -> c.expect() == Expect.ACCEPTABLE_INTERESTING), info.name());
        });
        demonstrations().map(Class::getCanonicalName).map(TestList::getInfo).forEach(info -> {
            assertEquals(Expect.FORBIDDEN, info.unmatched().expect(), info.name());
            assertTrue(info.description().startsWith("Demonstration: "), info.name());
            assertEquals(1, info.cases().stream().filter(c
                    -> c.expect() == Expect.ACCEPTABLE_INTERESTING).count(), info.name());
        });
    }

    @Test
    void everyVariantHasTheSharedTable() {
        int rows = Outcomes.class.getAnnotationsByType(Outcome.class).length;
        scenarioTests().map(TestList::getInfo).forEach(info -> {
            assertEquals(rows - 1, info.cases().size(), info.name());
            assertEquals(Expect.FORBIDDEN, info.unmatched().expect(), info.name());
            assertEquals(2, info.threads(), info.name());
            assertTrue(info.cases().stream().allMatch(c -> (c.expect() == Expect.FORBIDDEN)
                    == OutcomeId.isForbidden(c.matchPattern())), info.name());
        });
    }

    @Test
    void theTableHasARowForEachIdAndForbidsAllButKept() {
        TestInfo any = TestList.getInfo(scenarioTests().findFirst().orElseThrow());
        Set<String> rows = any.cases().stream().map(c -> c.matchPattern())
                .collect(Collectors.toSet());
        Set<String> ids = Arrays.stream(How.values()).flatMap(how -> Arrays.stream(Fate.values())
                .map(fate -> OutcomeId.of(how, fate))).collect(Collectors.toSet());
        assertEquals(ids, rows);
        assertEquals(Set.of("NOCOW/KEPT", "COW/KEPT"), ids.stream()
                .filter(id -> !OutcomeId.isForbidden(id)).collect(Collectors.toSet()));
    }

    private static void finish(List<Task> inThisOrder) {
        Replay replay = new Replay(inThisOrder.toArray(Task[]::new));
        inThisOrder.forEach(replay::finish);
    }

    @Test
    void withoutARaceEveryCellKeeps() {
        for (Scenario scenario : Scenario.values()) {
            for (Protocol protocol : Protocol.all()) {
                String how = scenario.id().endsWith("cow") && !scenario.id().endsWith("nodatacow")
                        ? "COW" : "NOCOW";
                Race race = scenario.start(protocol);
                List<Task> cpus = new ArrayList<>(race.tasks());
                finish(cpus);
                assertEquals(how + "/KEPT", race.outcome(), scenario + "/" + protocol);
                race = scenario.start(protocol);
                cpus = new ArrayList<>(race.tasks());
                Collections.reverse(cpus);
                finish(cpus);
                assertEquals(how + "/KEPT", race.outcome(), scenario + "/" + protocol);
            }
        }
    }
}
