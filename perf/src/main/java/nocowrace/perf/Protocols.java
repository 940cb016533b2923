// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.candidate.Candidate;

/** The protocols that are compared, by name. */
final class Protocols {

    /**
     * NOT equivalent: all steps of the form of 2022, with its look-up and its reference, but nobody
     * is counted. What a guard costs more than this is the guard's own.
     */
    static final Protocol UNCOUNTED = Protocol.HELD.change("held-uncounted")
            .guard(group -> NoGuard.INSTANCE).done();

    private static final List<Protocol> ALL = Stream.concat(
            Stream.of(Protocol.BEFORE_FIX, UNCOUNTED, Protocol.AFTER_FIX),
            Protocol.laterForms().stream()).toList();

    /** Nearest to history first. */
    static final List<String> NAMES = ALL.stream().map(Protocol::name).toList();

    /** Meanings of those whose guard is no candidate, by name, without a full stop at the end. */
    private static final Map<String, String> MEANINGS = Map.of(
            Protocol.BEFORE_FIX.name(), "the write before the fix. Loses data; shown as the floor",
            UNCOUNTED.name(), "the steps of 2022, but without a counter. Loses data",
            Protocol.AFTER_FIX.name(), "the fix of 2016",
            Protocol.HELD.name(),
            "the form of 2022: the block group is held from enter to leave");

    private Protocols() {
    }

    /**
     * Finds a protocol.
     *
     * @param name one of {@link #NAMES}
     * @return the protocol
     * @throws IllegalArgumentException if no protocol has this name
     */
    static Protocol named(String name) {
        return ALL.stream().filter(protocol -> protocol.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no protocol " + name));
    }

    /**
     * Explains a protocol to a reader of the report.
     *
     * @param name one of {@link #NAMES}
     * @return without a full stop at the end
     */
    static String meaning(String name) {
        return Arrays.stream(Candidate.values())
                .filter(candidate -> candidate.id().equals(name)).findFirst()
                .map(candidate -> "the form of 2022. Its guard is " + candidate.meaning())
                .orElse(MEANINGS.getOrDefault(name, "a later form of the fix"));
    }

    /**
     * The fix and its later forms, all of which keep data.
     *
     * @return names, nearest to history first
     */
    static List<String> fixes() {
        return Stream.concat(Stream.of(Protocol.AFTER_FIX), Protocol.laterForms().stream())
                .map(Protocol::name).toList();
    }
}
