// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Stream;
import nocowrace.model.Invariant;
import nocowrace.model.Protocol;
import nocowrace.model.explore.Explorer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell in every order of its steps: what can happen at all. Breaks if a protocol loses a step
 * that bears load, or a broken one is secretly mended.
 */
class ExplorationTest {

    private static final int MAX_STATES = 1_000_000;

    private static Stream<Arguments> cells() {
        return Stream.of(Scenario.values()).flatMap(scenario -> Protocol.all().stream()
                .map(protocol -> Arguments.of(scenario, protocol)));
    }

    private static Explorer.Result explore(Scenario scenario, Protocol protocol) {
        return Explorer.explore(() -> scenario.start(protocol), MAX_STATES);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theCellReachesWhatTheTableSaysAndNothingElse(Scenario scenario, Protocol protocol) {
        Explorer.Result result = explore(scenario, protocol);
        assertTrue(result.complete());
        assertEquals(scenario.outcomes(protocol), result.outcomes().keySet());
        if (scenario.isBroken(protocol)) {
            assertTrue(result.violations().containsKey(Invariant.COMPLETE),
                    "each loss of history begins with an ordered extent that came too late");
        } else {
            assertEquals(Set.of(), result.violations().keySet(), "in no state");
        }
        result.outcomes().forEach((outcome, order) -> {
            Race race = scenario.start(protocol);
            order.forEach(move -> move.take(race));
            assertEquals(outcome, race.outcome(), "the order leads where it is said to lead");
            assertEquals(outcome.endsWith("/LOST") || outcome.endsWith("/CORRUPT"),
                    race.victim() >= 0, outcome);
        });
        result.violations().forEach((invariant, order) -> {
            Race race = scenario.start(protocol);
            order.forEach(move -> move.take(race));
            assertTrue(race.fileSystem().violated(race.tasks()).contains(invariant));
        });
    }

    @Test
    void theCalibrationIsBroken() {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.isStressed()) {
                assertTrue(explore(scenario, Calibration.UNCOUNTED).outcomes().keySet().stream()
                        .anyMatch(id -> id.endsWith("/LOST")), scenario.id());
            }
        }
        assertEquals(Scenario.BUFFERED_COW.outcomes(Calibration.UNCOUNTED),
                explore(Scenario.BUFFERED_COW, Calibration.UNCOUNTED).outcomes().keySet());
    }

    @Test
    void aBoundThatIsReachedIsSaid() {
        Explorer.Result result = Explorer.explore(
                () -> Race.directNodatacow(Protocol.AFTER_FIX), 1000);
        assertFalse(result.complete());
        assertEquals(1000, result.states());
        assertNull(result.orders());
    }
}
