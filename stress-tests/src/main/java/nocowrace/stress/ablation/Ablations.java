// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import nocowrace.model.Protocol;

/** The matrix: all ablations. */
public final class Ablations {

    private static final List<Ablation> OF_WORD = WordAblations.all(Protocol.SINGLE_WORD);
    private static final List<Ablation> OF_SLOTS = SlotAblations.all(Protocol.WRITER_SLOTS);
    private static final Map<Protocol, List<Ablation>> BY_FORM = new LinkedHashMap<>();

    static {
        put(Protocol.AFTER_FIX, Stream.concat(table(Protocol.AFTER_FIX),
                Stream.concat(OF_WORD.stream(), OF_SLOTS.stream())));
        put(Protocol.HELD, table(Protocol.HELD));
        put(Protocol.SINGLE_WORD, Stream.concat(path(Protocol.SINGLE_WORD), OF_WORD.stream()));
        put(Protocol.WRITER_SLOTS, Stream.concat(path(Protocol.WRITER_SLOTS),
                OF_SLOTS.stream()));
    }

    private Ablations() {
    }

    private static void put(Protocol form, Stream<Ablation> ablations) {
        BY_FORM.put(form, ablations.sorted(Comparator.comparing(Ablation::id)).toList());
    }

    /** What is taken out of the columns, or out of the fix's guard. */
    private static Stream<Ablation> table(Protocol form) {
        return Stream.of(CounterAblations.all(form), WaitAblations.all(form),
                SpaceAblations.all(form)).flatMap(List::stream);
    }

    /** What is taken out of the columns and leaves the guard as it is. */
    private static Stream<Ablation> path(Protocol form) {
        return table(form).filter(ablation -> ablation.protocol().guard() == form.guard());
    }

    /**
     * The matrix.
     *
     * @return all ablations of the fix, and those of the other guards, by id
     */
    public static List<Ablation> all() {
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
    public static List<Ablation> of(Protocol form) {
        List<Ablation> all = BY_FORM.get(form);
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
    public static Ablation get(String id) {
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
    public static Ablation get(Protocol form, String id) {
        return of(form).stream().filter(ablation -> ablation.id().equals(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no ablation " + id + " of "
                        + form));
    }
}
