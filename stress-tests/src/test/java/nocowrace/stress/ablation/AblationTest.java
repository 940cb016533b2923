// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.task.Relocation;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Outcomes;
import nocowrace.stress.Race;
import nocowrace.stress.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Outcome;

/**
 * The matrix, by exploration. Breaks if a line of the fix no longer bears load, if a change that
 * was harmless does harm, or if a race is wrong by itself, whatever is ablated.
 */
class AblationTest {

    private static final int MAX_STATES = 200_000;

    private static final Predicate<String> OF_THE_TABLE
            = Pattern.compile("m[A-L]\\d[a-z]?").asMatchPredicate();

    /** What ablations of the fix reach, by id. */
    private static final Map<String, SortedSet<String>> OF_FIX = new ConcurrentHashMap<>();

    /**
     * Where another guard makes a difference: it wakes only while it is closed, and here R4 may
     * sleep while the group is writable, over a writer that then leaves without a word.
     */
    private static final Map<String, String> UNTOLD = Map.of(
            "mF2", "NOCOW/HUNG", // R4 before R1
            "mB8", "NOCOW/HUNG"); // scrub clears what R1 has set

    private static SortedSet<String> explore(Ablation ablation) {
        return explore(ablation.protocol(), ablation.races());
    }

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
            SortedSet<String> outcomes = explore(ablation);
            OF_FIX.put(ablation.id(), outcomes);
            reached.addAll(outcomes);
            assertTrue(isAsExpected(ablation, outcomes), ablation + " reaches " + outcomes);
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

    private static boolean isAsExpected(Ablation ablation, Set<String> outcomes) {
        return ablation.expected() == Ablation.Expected.EQUIVALENT ? !isBad(outcomes)
                : outcomes.stream().anyMatch(ablation::isExpected);
    }

    /** What is taken out of the columns leads to the same, whatever the guard. */
    @ParameterizedTest
    @MethodSource("nocowrace.model.Protocol#laterForms")
    void aLaterFormFailsAsTheFixDoes(Protocol form) {
        List<Ablation> common = Ablations.of(form).stream()
                .filter(ablation -> OF_THE_TABLE.test(ablation.id())).toList();
        assertTrue(common.size() > 50, "as many as leave the guard alone");
        common.parallelStream().forEach(ablation -> {
            SortedSet<String> expected = new TreeSet<>(OF_FIX.computeIfAbsent(ablation.id(),
                    id -> explore(Ablations.get(id))));
            if (form != Protocol.HELD && UNTOLD.containsKey(ablation.id())) {
                expected.add(UNTOLD.get(ablation.id()));
            }
            assertEquals(expected, explore(ablation), form + ": " + ablation);
        });
    }

    @ParameterizedTest
    @MethodSource("nocowrace.stress.ablation.Ablations#forms")
    void theRacesDoNoHarmByThemselves(Protocol form) {
        Stream<Function<Protocol, Race>> own = Ablations.of(form).stream()
                .filter(ablation -> !ablation.id().equals("mB8")) // there the race is the ablation
                .map(Ablation::races).filter(races -> races.size() == 1).map(races -> races.get(0));
        Stream.concat(own, Races.withFaults().stream()).parallel().forEach(race -> {
            Set<String> outcomes = explore(form, List.of(race));
            assertFalse(isBad(outcomes), form + " reaches " + outcomes);
        });
    }

    /** The guards of mW and mS, with nothing taken out. */
    @Test
    void theGuardsMadeToBeAblatedAreAsGoodAsThoseOfTheModel() {
        isAsGoodAs(Protocol.SINGLE_WORD, group -> new WordAblations.Word());
        isAsGoodAs(Protocol.WRITER_SLOTS, SlotAblations.Slots::new);
        SlotAblations.controls(Protocol.WRITER_SLOTS).forEach(control
                -> assertTrue(isAsExpected(control, explore(control)), control.toString()));
    }

    private static void isAsGoodAs(Protocol form, Function<BlockGroup, NocowGuard> guard) {
        Ablations.of(form).stream().filter(ablation -> !OF_THE_TABLE.test(ablation.id()))
                .map(Ablation::races).flatMap(List::stream).distinct().parallel()
                .forEach(race -> assertEquals(explore(form, List.of(race)),
                        explore(form.with("made to be ablated", guard), List.of(race))));
    }

    @ParameterizedTest
    @MethodSource("nocowrace.stress.ablation.Ablations#forms")
    void idsAreUniqueAndSayWhatTheProtocolIs(Protocol form) {
        List<Ablation> all = Ablations.of(form);
        assertEquals(form, Ablations.form(form.name()));
        assertEquals(all.size(), all.stream().map(Ablation::id).distinct().count());
        for (Ablation ablation : all) {
            assertTrue(ablation.id().matches("m[A-LPSW]\\d[a-z]?"), ablation.id());
            assertEquals(ablation.id(), ablation.protocol().name());
            assertTrue(ablation.why().endsWith("."), ablation.id());
            assertEquals(ablation, Ablations.get(form, ablation.id()));
        }
    }

    private static String ids(Protocol form) {
        return String.join(" ", Ablations.of(form).stream().map(Ablation::id).toList());
    }

    @Test
    void theMatrixHasAllOfItsLines() {
        String all = "mA1 mA2b mA2d mB1 mB2 mB3 mB4 mB5 mB6 mB7 mB8 mB8c mC1 mC2 mD1 mD2 mD3 mD3e"
                + " mD4b mD4d mD4p mD5 mD5p mD5w mD6 mE1 mE2 mE3 mE4 mE4c mE5 mE5w mE6 mF1 mF2 mF3"
                + " mF4 mF6 mG1 mG2 mG3 mG4 mG5 mG7 mH1 mH2 mH3 mH4 mH5 mI1 mI2 mI3 mI4 mJ1 mJ1t"
                + " mJ3 mJ3e mJ4 mK1 mK2 mK4 mL1 mL2 mL3";
        String word = " mW1 mW1t mW2 mW3 mW4 mW4t mW5 mW5t mW6 mW7 mW8";
        String slots = " mP1 mP2 mS1 mS1t mS2 mS3 mS4 mS5 mS6 mS7 mS7g mS8 mS8l";
        assertEquals(all + slots + word, ids(Protocol.AFTER_FIX));
        assertEquals(all, ids(Protocol.HELD));
        String path = all.replaceAll(" ?m(A1|B[1-5]|D5w?|D6|E6|L\\d)\\b", "").strip();
        assertEquals(path + word, ids(Protocol.SINGLE_WORD), "not those of the fix's own counter");
        assertEquals(path + slots, ids(Protocol.WRITER_SLOTS), "nor here");
    }

    @ParameterizedTest
    @MethodSource("nocowrace.stress.ablation.Ablations#forms")
    void eachChangesSomethingButWhereTheRaceDoes(Protocol fix) {
        for (Ablation ablation : Ablations.of(fix)) {
            Protocol changed = ablation.protocol();
            assertEquals(ablation.id().startsWith("mB8"), changed.guard() == fix.guard()
                    && changed.relocation() == fix.relocation()
                    && changed.directWrite() == fix.directWrite()
                    && changed.bufferedWrite() == fix.bufferedWrite(), ablation.id());
        }
    }

    @Test
    void changeThatChangesNothingIsRefused() {
        Change fix = new Change(Protocol.AFTER_FIX);
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        assertThrows(type, () -> fix.relocation(c -> c));
        assertThrows(type, () -> fix.direct(c -> c));
        assertThrows(type, () -> fix.buffered(c -> c));
        assertThrows(type, () -> fix.writes(c -> c));
        assertThrows(type, () -> fix.guard(Protocol.AFTER_FIX.guard()));
        assertThrows(type, () -> fix.relocation(c -> c.replace(Relocation.R5, Relocation.R5)));
        assertThrows(type, () -> fix.relocation(c -> c.redirect(Relocation.R5, Relocation.R5)));
    }
}
