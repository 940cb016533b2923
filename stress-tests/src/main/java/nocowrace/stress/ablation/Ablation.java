// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.stress.Race;
import nocowrace.stress.Scenario;

/**
 * One thing that is taken out of the fix or misplaced.
 *
 * @param id m, a letter and a number; a letter behind it where there are several ways to do it
 * @param phrase what is changed, a few words
 * @param expected what it leads to; written down before it was run
 * @param protocol the fix, changed
 * @param races in which races: one that kills it; for an equivalent one those of the truth table
 *        and those with injected faults, or one in which it could show
 * @param why one sentence: the order of steps that kills it, or what makes it harmless
 */
public record Ablation(String id, String phrase, Expected expected, Protocol protocol,
        List<Function<Protocol, Race>> races, String why) {

    /** What an ablation leads to. */
    public enum Expected {
        /** Acknowledged bytes are missing. */
        LOST,
        /** A task never ends. */
        HUNG,
        /** A count, reference or ro is stuck. */
        LEAK,
        /** Bytes of another file are overwritten. */
        CORRUPT,
        /** An operation fails, or meets a state that cannot be. */
        ERROR,
        /** Nothing: it is as good as the fix. */
        EQUIVALENT;

        @Override
        public String toString() {
            return this == EQUIVALENT ? "equivalent" : name();
        }
    }

    /** One that fails. */
    static Ablation fails(String id, String phrase, Expected expected, Change change,
            Function<Protocol, Race> race, String why) {
        return new Ablation(id, phrase, expected, change.named(id), List.of(race), why);
    }

    /** One that is as good as the fix. */
    static Ablation equivalent(String id, String phrase, Change change, String why) {
        return new Ablation(id, phrase, Expected.EQUIVALENT, change.named(id),
                Stream.concat(Scenario.TABLE.stream().map(scenario -> scenario::start),
                        Races.withFaults().stream()).toList(), why);
    }

    /** The same, in a race of its own. */
    static Ablation equivalent(String id, String phrase, Change change,
            Function<Protocol, Race> race, String why) {
        return new Ablation(id, phrase, Expected.EQUIVALENT, change.named(id), List.of(race), why);
    }

    /**
     * Tells whether an outcome is what is expected.
     *
     * @param outcome an outcome id
     * @return true if its fate is the expected one; never for an equivalent one
     */
    public boolean isExpected(String outcome) {
        return outcome.endsWith("/" + expected.name().toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return id + " " + phrase;
    }
}
