// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.ablate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import nocowrace.engine.Model;
import nocowrace.engine.explore.Explorer;

/**
 * One thing that is taken out of a protocol or misplaced, and what that is expected to do.
 *
 * @param id a short name, the same for ever
 * @param phrase what is changed, a few words
 * @param expected the outcome to which it leads, or its part behind the slash, such as LOST;
 *        or {@link #EQUIVALENT}.
 *        Written down before it was run
 * @param protocol the protocol, changed
 * @param models in what it is tried; one that kills it, or those in which it could show
 * @param why one sentence: the order of steps that kills it, or what makes it harmless
 * @param <P> the kind of protocol
 * @param <M> the kind of model
 */
public record Ablation<P, M extends Model>(String id, String phrase, String expected, P protocol,
        List<Function<P, M>> models, String why) {

    /** Expected of an ablation that is as good as the protocol. */
    public static final String EQUIVALENT = "equivalent";

    /** What the engines say of an ablation. */
    public enum Verdict {
        /** It fails as expected. */
        KILLED,
        /** It cannot fail, as expected. */
        EQUIVALENT,
        /** It should fail and cannot: the model, the protocol or the expectation is wrong. */
        SURVIVED,
        /** It fails otherwise than expected. */
        WRONG;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Tells whether it should be as good as the protocol.
     *
     * @return false if it should fail
     */
    public boolean isEquivalent() {
        return expected.equals(EQUIVALENT);
    }

    /**
     * Tells whether an outcome is what is expected.
     *
     * @param outcome an outcome id
     * @return true if it is the expected one, or that behind its last slash; never for an
     *         equivalent one
     */
    public boolean isExpected(String outcome) {
        return outcome.equals(expected) || outcome.endsWith("/" + expected);
    }

    /**
     * Takes the steps in every order, in each of its models.
     *
     * @param maxStates bound on distinct states in each, a count, at least 1
     * @return [models], what was found
     */
    public List<Explorer.Result> explore(int maxStates) {
        List<Explorer.Result> results = new ArrayList<>();
        for (Function<P, M> model : models) {
            results.add(Explorer.explore(() -> model.apply(protocol), maxStates));
        }
        return results;
    }

    /**
     * Judges.
     *
     * @param outcomes all ids that were seen
     * @param complete whether there can be no others
     * @param isForbidden which ids are failures
     * @return the verdict
     */
    public Verdict verdict(Collection<String> outcomes, boolean complete,
            Predicate<String> isForbidden) {
        boolean fails = outcomes.stream().anyMatch(isForbidden);
        if (isEquivalent()) {
            return fails ? Verdict.WRONG : complete ? Verdict.EQUIVALENT : Verdict.SURVIVED;
        }
        return !fails ? Verdict.SURVIVED
                : outcomes.stream().filter(isForbidden).anyMatch(this::isExpected)
                        ? Verdict.KILLED : Verdict.WRONG;
    }

    @Override
    public String toString() {
        return id + " " + phrase;
    }
}
