// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.List;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.model.space.NoGuard;

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

    private Protocols() {
    }

    static Protocol named(String name) {
        return ALL.stream().filter(protocol -> protocol.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no protocol " + name));
    }
}
