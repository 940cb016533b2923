// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.engine.Step;
import nocowrace.engine.ablate.Ablation;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.candidate.Candidate;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.Create;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Read;
import nocowrace.model.task.Reflink;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Sequence;
import nocowrace.model.task.Settle;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.OutcomeId;
import nocowrace.stress.scenario.Outcomes;
import nocowrace.stress.scenario.Race;
import nocowrace.stress.scenario.Scenario;
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

    private static SortedSet<String> explore(Ablation<Protocol, Race> ablation) {
        return explore(ablation.protocol(), ablation.models());
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

    private static boolean isAsExpected(Ablation<Protocol, Race> ablation, Set<String> outcomes) {
        return ablation.isEquivalent() ? !isBad(outcomes)
                : outcomes.stream().anyMatch(ablation::isExpected);
    }

    /** What is taken out of the columns leads to the same, whatever the guard. */
    @ParameterizedTest
    @MethodSource("nocowrace.model.Protocol#laterForms")
    void aLaterFormFailsAsTheFixDoes(Protocol form) {
        List<Ablation<Protocol, Race>> common = Ablations.of(form).stream()
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
                .map(Ablation::models).filter(races -> races.size() == 1).map(races -> races.get(0));
        Stream.concat(own, Races.withFaults().stream()).parallel().forEach(race -> {
            Set<String> outcomes = explore(form, List.of(race));
            assertFalse(isBad(outcomes), form + " reaches " + outcomes);
        });
    }

    /** What mS1t and mS8 do besides what is taken out does no harm. */
    @Test
    void theControlsAreHarmless() {
        Form form = new Form(Protocol.with(Candidate.SLOTS));
        WriterSlotsAblations.addControlsTo(form);
        form.ablations().forEach(control
                -> assertTrue(isAsExpected(control, explore(control)), control.toString()));
    }

    /** None of them brings a guard of its own: each is the shipped one, or a subclass of it. */
    @ParameterizedTest
    @MethodSource("nocowrace.stress.ablation.Ablations#forms")
    void whatIsAblatedIsTheGuardThatShips(Protocol form) {
        Set<Class<?>> shipped = Stream.concat(Stream.of(NocowWriters.class, NoGuard.class),
                        Stream.of(Candidate.values()).map(AblationTest::shipped))
                .collect(Collectors.toSet());
        for (Ablation<Protocol, Race> ablation : Ablations.of(form)) {
            Class<?> guard = new FileSystem(ablation.protocol(), 1, 1).blockGroup(0).guard()
                    .getClass();
            assertTrue(shipped.stream().anyMatch(known -> known.isAssignableFrom(guard)),
                    ablation.id());
        }
    }

    @ParameterizedTest
    @MethodSource("nocowrace.stress.ablation.Ablations#forms")
    void idsAreUniqueAndSayWhatTheProtocolIs(Protocol form) {
        List<Ablation<Protocol, Race>> all = Ablations.of(form);
        assertEquals(form, Ablations.form(form.name()));
        assertEquals(all.size(), all.stream().map(Ablation::id).distinct().count());
        for (Ablation<Protocol, Race> ablation : all) {
            assertTrue(ablation.id().matches("m[A-Z]\\d[a-z]?"), ablation.id());
            assertEquals(ablation.id(), ablation.protocol().name());
            assertTrue(ablation.why().endsWith("."), ablation.id());
            assertEquals(ablation, Ablations.get(form, ablation.id()));
        }
    }

    private static Class<?> shipped(Candidate candidate) {
        return new FileSystem(Protocol.with(candidate), 1, 1).blockGroup(0).guard().getClass();
    }

    private static Set<String> ids(Protocol form, Predicate<Ablation<Protocol, Race>> which) {
        return Ablations.of(form).stream().filter(which).map(Ablation::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A form loses none of the ablations that it shares with the others. */
    @Test
    void eachFormHasTheAblationsOfItsColumnsAndOfItsGuard() {
        assertTrue(Ablations.all().size() >= 88, "fewer than there were");
        Set<String> table = ids(Protocol.AFTER_FIX, one -> OF_THE_TABLE.test(one.id()));
        assertEquals(table, ids(Protocol.HELD, one -> true));
        Set<String> columns = ids(Protocol.HELD,
                one -> one.protocol().guard() == Protocol.HELD.guard());
        assertTrue(columns.size() > 50 && columns.size() < table.size());
        for (Candidate candidate : Candidate.values()) {
            Protocol form = Protocol.with(candidate);
            assertEquals(columns, ids(form, one -> OF_THE_TABLE.test(one.id())));
            Set<String> own = ids(form, one -> !OF_THE_TABLE.test(one.id()));
            assertTrue(own.size() >= 4, form.name());
            assertTrue(ids(Protocol.AFTER_FIX, one -> true).containsAll(own), form.name());
        }
    }

    @ParameterizedTest
    @MethodSource("nocowrace.stress.ablation.Ablations#forms")
    void eachChangesSomethingButWhereTheRaceDoes(Protocol fix) {
        for (Ablation<Protocol, Race> ablation : Ablations.of(fix)) {
            Protocol changed = ablation.protocol();
            assertEquals(ablation.id().startsWith("mB8"), changed.guard() == fix.guard()
                    && changed.columns() == fix.columns(), ablation.id());
        }
    }

    @Test
    void changeThatChangesNothingIsRefused() {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        Protocol fix = Protocol.AFTER_FIX;
        assertThrows(type, () -> fix.change("x").done());
        assertThrows(type, () -> fix.change("x").guard(fix.guard()));
        assertThrows(type, () -> fix.change("x").remove(Relocation.F1), "not there");
        assertThrows(type, () -> fix.change("x").replace(Relocation.R5, Relocation.R5));
        assertThrows(type, () -> fix.change("x").redirect(Relocation.R5, Relocation.R5));
        assertThrows(type, () -> fix.change("x").redirect(Relocation.F1, Relocation.R5));
        assertThrows(type, () -> fix.change("x").move(Relocation.R4).after(Relocation.R3));
        assertThrows(type, () -> fix.change("x").move(Relocation.F1).after(Relocation.R3));
        assertThrows(type, () -> fix.change("x").insert(Relocation.F1).after(Relocation.R4)
                .insert(Relocation.F1).after(Relocation.R3), "twice");
        assertThrows(type, () -> fix.change("x").insert(Relocation.R3).before(Relocation.F1));
        assertThrows(type, () -> fix.change("x").branch("no such task", Relocation.F1));
    }

    /**
     * A label means one step, wherever it is used. An ablation is made anew for each form, so steps
     * with the same code count as one.
     */
    @Test
    void labelsAreUnique() {
        Map<String, Set<String>> meanings = new TreeMap<>();
        Stream<Protocol> ablated = Ablations.forms().stream()
                .flatMap(form -> Ablations.of(form).stream()).map(Ablation::protocol);
        Stream.concat(Stream.concat(Protocol.all().stream(), Protocol.laterForms().stream()),
                        ablated)
                .flatMap(protocol -> protocol.columns().names().stream().map(protocol::column))
                .flatMap(column -> column.steps().stream())
                .forEach(step -> meanings.computeIfAbsent(step.label(), any -> new TreeSet<>())
                        .add(step.code()));
        assertTrue(meanings.size() > 200, "all steps");
        meanings.values().removeIf(codes -> codes.size() == 1);
        assertEquals(Map.of(), meanings);
    }

    /**
     * Constants that a factory has made share its code, and differ by what they were made with; so
     * each constant has a label of its own.
     */
    @Test
    void labelsOfConstantsAreUnique() throws IllegalAccessException {
        Map<String, Set<Step<?>>> steps = new TreeMap<>();
        for (Class<?> type : List.of(Relocation.class, Write.class, DirectWrite.class,
                BufferedWrite.class, Read.class, Reflink.class, Settle.class, Create.class,
                Sequence.class, Scrub.class, CounterAblations.class, WaitAblations.class,
                SpaceAblations.class, SingleWordAblations.class, WriterSlotsAblations.class,
                Looks.class)) {
            for (Field field : type.getDeclaredFields()) {
                if (Step.class.isAssignableFrom(field.getType())) {
                    field.setAccessible(true);
                    Step<?> step = (Step<?>) field.get(null);
                    steps.computeIfAbsent(step.label(), any -> new HashSet<>()).add(step);
                }
            }
        }
        assertTrue(steps.size() > 80, "all constants");
        steps.values().removeIf(same -> same.size() == 1);
        assertEquals(Map.of(), steps);
    }
}
