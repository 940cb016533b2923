// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import nocowrace.engine.ablate.Ablation;
import nocowrace.model.Protocol;
import nocowrace.model.space.candidate.Candidate;
import nocowrace.stress.scenario.Race;

/** The matrix: all ablations. */
public final class Ablations {

    private static final Map<Protocol, List<Ablation<Protocol, Race>>> BY_FORM
            = new LinkedHashMap<>();

    static {
        List<Ablation<Protocol, Race>> ofFix = new ArrayList<>(table(Protocol.AFTER_FIX));
        put(Protocol.HELD, table(Protocol.HELD));
        for (Candidate candidate : Candidate.values()) {
            Protocol form = Protocol.with(candidate);
            List<Ablation<Protocol, Race>> own = own(candidate, form);
            ofFix.addAll(own);
            List<Ablation<Protocol, Race>> all = new ArrayList<>(own);
            table(form).stream() // what is taken out of another guard says nothing of this one
                    .filter(ablation -> ablation.protocol().guard() == form.guard())
                    .forEach(all::add);
            put(form, all);
        }
        put(Protocol.AFTER_FIX, ofFix);
    }

    private Ablations() {
    }

    private static void put(Protocol form, List<Ablation<Protocol, Race>> ablations) {
        BY_FORM.put(form, ablations.stream().sorted(Comparator.comparing(Ablation::id)).toList());
    }

    /** What is taken out of the columns, or out of the fix's guard. */
    private static List<Ablation<Protocol, Race>> table(Protocol protocol) {
        Form form = new Form(protocol);
        CounterAblations.addTo(form);
        WaitAblations.addTo(form);
        SpaceAblations.addTo(form);
        return form.ablations();
    }

    /**
     * What is taken out of a guard that no kernel has. It stands in the class that is named after
     * the guard: those of single-word in SingleWordAblations.
     */
    private static List<Ablation<Protocol, Race>> own(Candidate candidate, Protocol protocol) {
        String name = Arrays.stream(candidate.id().split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining()) + "Ablations";
        Form form = new Form(protocol);
        try {
            Class.forName(Ablations.class.getPackageName() + "." + name)
                    .getDeclaredMethod("addTo", Form.class).invoke(null, form);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(name + ".addTo(Form) fails", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(candidate.id() + " has no ablations: there is no "
                    + name + ".addTo(Form)", e);
        }
        return form.ablations();
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
     * @return the fix, then its later forms
     */
    public static List<Protocol> forms() {
        List<Protocol> forms = new ArrayList<>(List.of(Protocol.AFTER_FIX));
        forms.addAll(Protocol.laterForms());
        return forms;
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
