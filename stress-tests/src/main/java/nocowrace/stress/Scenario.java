// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import nocowrace.model.Protocol;

/**
 * What is written how while its block group is relocated; and the expected table: under which
 * protocols the scenario is broken. Source: f78c436c3931 and its parent.
 */
public enum Scenario {

    /** A direct write in place, to a file with the nodatacow attribute. */
    DIRECT_NODATACOW("direct-nodatacow", DirectNodatacow.class, Race::directNodatacow,
            Protocol.V4_6, Protocol.BEFORE_FIX),

    /** A direct write in place, to booked space of a file with checksums. */
    DIRECT_PREALLOC("direct-prealloc", DirectPrealloc.class, Race::directPrealloc,
            Protocol.V4_6, Protocol.BEFORE_FIX),

    /** A direct write to new space. */
    DIRECT_COW("direct-cow", DirectCow.class, Race::directCow,
            Protocol.V4_6),

    /** A buffered write, written back in place, to a file with the nodatacow attribute. */
    BUFFERED_NODATACOW("buffered-nodatacow", BufferedNodatacow.class, Race::bufferedNodatacow,
            Protocol.BEFORE_FIX),

    /** A buffered write, written back in place, to booked space of a file with checksums. */
    BUFFERED_PREALLOC("buffered-prealloc", BufferedPrealloc.class, Race::bufferedPrealloc,
            Protocol.BEFORE_FIX),

    /** A buffered write, written back to new space; broken under no protocol of history. */
    BUFFERED_COW("buffered-cow", BufferedCow.class, Race::bufferedCow,
            Ablations.UNCOUNTED),

    /** A direct write in place whose bio lands where another file has been written meanwhile. */
    LATE_BIO("late-bio", LateBio.class, Race::lateBio,
            Protocol.V4_6, Protocol.BEFORE_FIX);

    /** The six rows of the truth table; the others are run only when they are asked for. */
    public static final Set<Scenario> TABLE = Collections.unmodifiableSet(
            EnumSet.range(DIRECT_NODATACOW, BUFFERED_COW));

    private final String id;
    private final Class<?> stressTest;
    private final Function<Protocol, Race> start;
    private final List<Protocol> broken;

    Scenario(String id, Class<?> stressTest, Function<Protocol, Race> start, Protocol... broken) {
        this.id = id;
        this.stressTest = stressTest;
        this.start = start;
        this.broken = List.of(broken);
    }

    /**
     * The name that commands and tables use.
     *
     * @return lower case, with hyphens
     */
    public String id() {
        return id;
    }

    /**
     * The JCStress test of one variant.
     *
     * @param protocol one of history, or the calibration
     * @return its name as JCStress lists it
     * @throws IllegalStateException if there is no such variant
     */
    public String testName(Protocol protocol) {
        return Arrays.stream(stressTest.getDeclaredClasses())
                .filter(variant -> key(variant.getSimpleName()).equals(key(protocol.name())))
                .map(Class::getCanonicalName)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(stressTest + " has no " + protocol));
    }

    /** V4_6 and v4.6, BeforeFix and before-fix: letters and digits alone. */
    private static String key(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    /**
     * Makes one sample.
     *
     * @param protocol which state of the kernel
     * @return a race, before its first step
     */
    public Race start(Protocol protocol) {
        return start.apply(protocol);
    }

    /**
     * What the table expects.
     *
     * @param protocol which state of the kernel
     * @return true if a forbidden outcome is reachable
     */
    public boolean isBroken(Protocol protocol) {
        return broken.contains(protocol);
    }

    /**
     * The broken variant whose rate is measured where none of those in the table was chosen.
     *
     * @return the last of the protocols that break it
     */
    public Protocol calibration() {
        return broken.get(broken.size() - 1);
    }

    @Override
    public String toString() {
        return id;
    }
}
