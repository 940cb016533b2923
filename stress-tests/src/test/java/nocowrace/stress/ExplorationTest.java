// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.model.explore.Explorer;
import nocowrace.model.task.Replay;
import nocowrace.model.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell in every order of its steps: what can happen at all. Breaks if a protocol loses a step
 * that bears load, or a broken one is secretly mended.
 */
class ExplorationTest {

    private static Stream<Arguments> cells() {
        return Stream.of(Scenario.values()).flatMap(scenario -> Protocol.all().stream()
                .map(protocol -> Arguments.of(scenario, protocol)));
    }

    /** What each cell can reach, found by exploration and looked at: the truth table in full. */
    @Test
    void theSets() {
        String keptInPlace = "COW/KEPT NOCOW/KEPT";
        String lostInPlace = "COW/KEPT NOCOW/ERROR NOCOW/KEPT NOCOW/LOST";
        String late = "COW/KEPT NOCOW/CORRUPT NOCOW/ERROR NOCOW/KEPT NOCOW/LOST";
        assertSets(Scenario.DIRECT_NODATACOW, lostInPlace, lostInPlace, keptInPlace);
        assertSets(Scenario.DIRECT_PREALLOC, lostInPlace, lostInPlace, keptInPlace);
        assertSets(Scenario.DIRECT_COW, "COW/ERROR COW/KEPT COW/LOST", "COW/KEPT", "COW/KEPT");
        assertSets(Scenario.BUFFERED_NODATACOW, keptInPlace, lostInPlace, keptInPlace);
        assertSets(Scenario.BUFFERED_PREALLOC, keptInPlace, lostInPlace, keptInPlace);
        assertSets(Scenario.BUFFERED_COW, "COW/KEPT", "COW/KEPT", "COW/KEPT");
        assertSets(Scenario.LATE_BIO, late, late, keptInPlace);
    }

    private static void assertSets(Scenario scenario, String v46, String beforeFix,
            String afterFix) {
        assertEquals(List.of(v46, beforeFix, afterFix), Protocol.all().stream()
                .map(protocol -> String.join(" ", Explorer.explore(
                        () -> scenario.start(protocol), 1_000_000).outcomes().keySet()))
                .toList(), scenario.id());
    }

    @Test
    void theCalibrationIsBroken() {
        for (Scenario scenario : Scenario.values()) {
            assertTrue(Explorer.explore(() -> scenario.start(Ablations.UNCOUNTED), 1_000_000)
                    .outcomes().keySet().stream().anyMatch(id -> id.endsWith("/LOST")),
                    scenario.id());
        }
    }

    @Test
    void aBoundThatIsReachedIsSaid() {
        Explorer.Result result = Explorer.explore(
                () -> Race.directNodatacow(Protocol.AFTER_FIX), 1000);
        assertFalse(result.complete());
        assertEquals(1000, result.states());
        assertNull(result.orders());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theCellIsBrokenOrSafeAsExpected(Scenario scenario, Protocol protocol) {
        Explorer.Result result = Explorer.explore(() -> scenario.start(protocol), 1_000_000);
        assertTrue(result.complete());
        String how = scenario == Scenario.DIRECT_COW || scenario == Scenario.BUFFERED_COW
                ? "COW" : "NOCOW";
        assertTrue(result.outcomes().containsKey(how + "/KEPT"));
        boolean broken = result.outcomes().keySet().stream().anyMatch(OutcomeId::isForbidden);
        assertEquals(scenario.isBroken(protocol), broken, () -> "reached: "
                + result.outcomes().keySet());
        result.outcomes().forEach((outcome, order) -> {
            Race race = scenario.start(protocol);
            List<Task> tasks = new ArrayList<>(race.tasks());
            for (int task : order) {
                Replay.step(tasks.get(task));
            }
            assertEquals(outcome, race.outcome(), "the order leads where it is said to lead");
        });
    }
}
