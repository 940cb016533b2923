// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import nocowrace.model.Protocol;
import nocowrace.model.explore.Explorer;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Outcomes;
import nocowrace.stress.Race;
import nocowrace.stress.Scenario;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.annotations.Outcome;

/**
 * The matrix, by exploration. Breaks if a line of the fix no longer bears load, if a change that
 * was harmless does harm, or if a race is wrong by itself, whatever is ablated.
 */
class AblationTest {

    private static final int MAX_STATES = 200_000;

    private static SortedSet<String> explore(Protocol protocol,
            List<Function<Protocol, Race>> races) {
        SortedSet<String> outcomes = new TreeSet<>();
        for (Function<Protocol, Race> race : races) {
            Explorer.Result result = Explorer.explore(() -> race.apply(protocol), MAX_STATES);
            assertTrue(result.complete(), protocol.name());
            outcomes.addAll(result.outcomes().keySet());
        }
        return outcomes;
    }

    private static boolean isBad(Set<String> outcomes) {
        return outcomes.stream().anyMatch(OutcomeId::isForbidden);
    }

    @Test
    void eachFailsAsExpectedAndEachRowOfTheTableIsReached() {
        Set<String> reached = new ConcurrentSkipListSet<>();
        Ablations.all().parallelStream().forEach(ablation -> {
            Set<String> outcomes = explore(ablation.protocol(), ablation.races());
            reached.addAll(outcomes);
            if (ablation.expected() == Ablation.Expected.EQUIVALENT) {
                assertFalse(isBad(outcomes), ablation + " reaches " + outcomes);
            } else {
                assertTrue(outcomes.stream().anyMatch(ablation::isExpected),
                        ablation + " reaches " + outcomes);
            }
        });
        for (Scenario scenario : Scenario.values()) {
            Protocol.all().forEach(protocol -> reached.addAll(scenario.outcomes(protocol)));
        }
        Set<String> rows = new TreeSet<>();
        for (Outcome row : Outcomes.class.getAnnotationsByType(Outcome.class)) {
            rows.addAll(Arrays.asList(row.id()));
        }
        rows.remove(""); // the default
        assertEquals(rows, reached, "no row in vain, none for the default");
    }

    @Test
    void theRacesDoNoHarmByThemselves() {
        Ablations.all().parallelStream()
                .filter(ablation -> !ablation.id().equals("mB8")) // there the race is the ablation
                .forEach(ablation -> assertFalse(isBad(explore(Protocol.AFTER_FIX,
                        ablation.races())), ablation + ": its race"));
    }

    @Test
    void idsAreUniqueAndSayWhatTheProtocolIs() {
        List<Ablation> all = Ablations.all();
        assertEquals(all.size(), all.stream().map(Ablation::id).distinct().count());
        for (Ablation ablation : all) {
            assertTrue(ablation.id().matches("m[A-L]\\d[a-z]?"), ablation.id());
            assertEquals(ablation.id(), ablation.protocol().name());
            assertTrue(ablation.why().endsWith("."), ablation.id());
            assertEquals(ablation, Ablations.get(ablation.id()));
        }
    }

    @Test
    void theMatrixHasAllOfItsLines() {
        assertEquals("mA1 mA2b mA2d mB1 mB2 mB3 mB4 mB5 mB6 mB7 mB8 mB8c mC1 mC2 mD1 mD2 mD3 mD3e"
                + " mD4b mD4d mD4p mD5 mD5p mD5w mD6 mE1 mE2 mE3 mE4 mE4c mE5 mE5w mE6 mF1 mF2 mF3"
                + " mF4 mF6 mG1 mG2 mG3 mG4 mG5 mG7 mH1 mH2 mH3 mH4 mH5 mI1 mI2 mI3 mI4 mJ1 mJ1t"
                + " mJ3 mJ3e mJ4 mK1 mK2 mK4 mL1 mL2 mL3", String.join(" ",
                Ablations.all().stream().map(Ablation::id).toList()));
    }

    @Test
    void eachChangesSomethingButWhereTheRaceDoes() {
        Protocol fix = Protocol.AFTER_FIX;
        for (Ablation ablation : Ablations.all()) {
            Protocol changed = ablation.protocol();
            assertEquals(ablation.id().startsWith("mB8"), changed.guard() == fix.guard()
                    && changed.relocation() == fix.relocation()
                    && changed.directWrite() == fix.directWrite()
                    && changed.bufferedWrite() == fix.bufferedWrite(), ablation.id());
        }
    }
}
