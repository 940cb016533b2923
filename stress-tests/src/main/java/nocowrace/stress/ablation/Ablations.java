// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.engine.ablate.Ablation;
import nocowrace.model.Protocol;
import nocowrace.model.space.candidate.Candidate;
import nocowrace.stress.scenario.Race;

/** The matrix: all ablations. */
public final class Ablations {

    private static final Map<Protocol, List<Ablation<Protocol, Race>>> BY_FORM
            = new LinkedHashMap<>();

    static {
        put(Protocol.AFTER_FIX, false, table(Protocol.AFTER_FIX), ofWord(), ofSlots());
        put(Protocol.HELD, false, table(Protocol.HELD));
        put(Protocol.with(Candidate.WORD), true, table(Protocol.with(Candidate.WORD)), ofWord());
        put(Protocol.with(Candidate.SLOTS), true, table(Protocol.with(Candidate.SLOTS)), ofSlots());
    }

    private Ablations() {
    }

    /** Of the table, a form with another guard than the fix's takes what leaves its guard alone. */
    private static void put(Protocol form, boolean ownGuard, Form table, Form... guards) {
        BY_FORM.put(form, Stream.concat(table.ablations().stream()
                                .filter(ablation -> !ownGuard
                                        || ablation.protocol().guard() == form.guard()),
                        Arrays.stream(guards).flatMap(guard -> guard.ablations().stream()))
                .sorted(Comparator.comparing(Ablation::id)).toList());
    }

    /** What is taken out of the columns, or out of the fix's guard. */
    private static Form table(Protocol protocol) {
        Form form = new Form(protocol);
        CounterAblations.addTo(form);
        WaitAblations.addTo(form);
        SpaceAblations.addTo(form);
        return form;
    }

    private static Form ofWord() {
        Form form = new Form(Protocol.with(Candidate.WORD));
        WordAblations.addTo(form);
        return form;
    }

    private static Form ofSlots() {
        Form form = new Form(Protocol.with(Candidate.SLOTS));
        SlotAblations.addTo(form);
        return form;
    }

    /**
     * The matrix.
     *
     * @return all ablations of the fix, and those of the other guards, by id
     */
    public static List<Ablation<Protocol, Race>> all() {
        return of(Protocol.AFTER_FIX);
    }

    /**
     * What can be ablated.
     *
     * @return the fix and its later forms
     */
    public static Set<Protocol> forms() {
        return BY_FORM.keySet();
    }

    /**
     * Finds a form.
     *
     * @param name the protocol's
     * @return one of {@link #forms}
     * @throws IllegalArgumentException if there is none
     */
    public static Protocol form(String name) {
        return forms().stream().filter(form -> form.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name
                        + "' is no form of the fix: " + forms().stream().map(Protocol::name)
                                .collect(Collectors.joining(", "))));
    }

    /**
     * The matrix of another form of the fix: what is taken out of the columns is the same, and is
     * to lead to the same; what is taken out of a guard is that form's own.
     *
     * @param form one of {@link #forms}
     * @return its ablations, by id; of the fix, those of all guards
     * @throws IllegalArgumentException if it is none
     */
    public static List<Ablation<Protocol, Race>> of(Protocol form) {
        List<Ablation<Protocol, Race>> all = BY_FORM.get(form);
        if (all == null) {
            throw new IllegalArgumentException("no form of the fix: " + form);
        }
        return all;
    }

    /**
     * Finds an ablation.
     *
     * @param id as in the matrix
     * @return the ablation of the fix, or of another guard
     * @throws IllegalArgumentException if there is none
     */
    public static Ablation<Protocol, Race> get(String id) {
        return get(Protocol.AFTER_FIX, id);
    }

    /**
     * Finds an ablation.
     *
     * @param form one of {@link #forms}
     * @param id as in the matrix
     * @return the ablation of that form
     * @throws IllegalArgumentException if there is none
     */
    public static Ablation<Protocol, Race> get(Protocol form, String id) {
        return of(form).stream().filter(ablation -> ablation.id().equals(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no ablation " + id + " of "
                        + form));
    }
}
