// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Stream;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.Invariant;
import nocowrace.model.Protocol;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.Candidate;
import nocowrace.model.space.candidate.SingleWord;
import nocowrace.model.space.candidate.WriterSlots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every cell in every order of its steps: what can happen at all. Breaks if a protocol loses a step
 * that bears load, or a broken one is secretly mended.
 */
@Execution(ExecutionMode.CONCURRENT) // a cell per CPU; nothing is shared
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

    /** The fix's guarantees in other forms: its columns or those of 2022, and each guard. */
    private static Stream<Protocol> otherForms() {
        return Stream.concat(Protocol.laterForms().stream(), Stream.of(Candidate.values())
                .map(candidate -> Protocol.AFTER_FIX.change("fix, " + candidate.id())
                        .guard(candidate.maker()).done()));
    }

    @ParameterizedTest
    @MethodSource("otherForms")
    void anotherFormOfTheFixReachesWhatTheFixReaches(Protocol form) {
        for (Scenario scenario : Scenario.values()) {
            if (scenario.isStressed()) {
                Explorer.Result result = explore(scenario, form);
                assertTrue(result.complete());
                assertEquals(scenario.outcomes(Protocol.AFTER_FIX), result.outcomes().keySet(),
                        scenario.id());
                assertEquals(Set.of(), result.violations().keySet(), scenario.id());
            }
        }
    }

    /** What the comparison above would show of a guard that fails in one of its duties. */
    @Test
    void aGuardThatFailsIsFound() {
        assertEquals(Set.of("COW/KEPT", "NOCOW/KEPT", "NOCOW/HUNG"),
                found(failing(false, true, true)));
        assertEquals(Set.of("COW/KEPT", "NOCOW/KEPT", "NOCOW/ERROR", "NOCOW/LOST"),
                found(failing(true, false, true)));
        assertEquals(Set.of("COW/KEPT", "NOCOW/KEPT", "NOCOW/ERROR", "NOCOW/LOST", "NOCOW/HUNG"),
                found(failing(true, true, false)),
                "it wakes only when it is closed");
    }

    private static Set<String> found(Protocol protocol) {
        return explore(Scenario.DIRECT_NODATACOW, protocol).outcomes().keySet();
    }

    private static Protocol failing(boolean wakes, boolean counts, boolean closes) {
        return Protocol.HELD.change("failing").guard(group -> new NocowGuard() {
            private final NocowGuard guard = new WriterSlots(group);

            @Override
            public Ticket enter(Ticket last) {
                return guard.enter(last);
            }

            @Override
            public boolean leave(Ticket ticket) {
                return guard.leave(ticket) && wakes;
            }

            @Override
            public void close() {
                if (closes) {
                    guard.close();
                }
            }

            @Override
            public void reopen() {
                guard.reopen();
            }

            @Override
            public boolean isDrained() {
                return guard.isDrained() || !counts;
            }
        }).done();
    }

    @Test
    void aBoundThatIsReachedIsSaid() {
        Explorer.Result result = Explorer.explore(
                () -> DirectNodatacow.start(Protocol.AFTER_FIX), 1000);
        assertFalse(result.complete());
        assertEquals(1000, result.states());
        assertNull(result.orders());
    }
}
