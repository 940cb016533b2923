// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import nocowrace.model.Protocol;

/**
 * What is written how while its block group is relocated; and the expected table: which outcomes
 * each cell can reach. Of the kernel is known where it loses data (f78c436c3931 and its parent);
 * the sets are those of the model, found by exploration and looked at one by one. The explorer is
 * held against them, and so is what real CPUs show.
 */
public enum Scenario {

    /** A direct write in place, to a file with the nodatacow attribute. */
    DIRECT_NODATACOW("direct-nodatacow", DirectNodatacow.class, DirectNodatacow::start,
            Can.LOSE_IN_PLACE, Can.LOSE_IN_PLACE, Can.KEEP_IN_PLACE),

    /** A direct write in place, to booked space of a file with checksums. */
    DIRECT_PREALLOC("direct-prealloc", DirectPrealloc.class, DirectPrealloc::start,
            Can.LOSE_IN_PLACE, Can.LOSE_IN_PLACE, Can.KEEP_IN_PLACE),

    /** A direct write to new space. */
    DIRECT_COW("direct-cow", DirectCow.class, DirectCow::start,
            Can.LOSE_NEW_SPACE, Can.KEEP_NEW_SPACE, Can.KEEP_NEW_SPACE),

    /** A buffered write, written back in place, to a file with the nodatacow attribute. */
    BUFFERED_NODATACOW("buffered-nodatacow", BufferedNodatacow.class, BufferedNodatacow::start,
            Can.KEEP_IN_PLACE, Can.LOSE_IN_PLACE, Can.KEEP_IN_PLACE),

    /** A buffered write, written back in place, to booked space of a file with checksums. */
    BUFFERED_PREALLOC("buffered-prealloc", BufferedPrealloc.class, BufferedPrealloc::start,
            Can.KEEP_IN_PLACE, Can.LOSE_IN_PLACE, Can.KEEP_IN_PLACE),

    /** A buffered write, written back to new space; broken under no protocol of history. */
    BUFFERED_COW("buffered-cow", BufferedCow.class, BufferedCow::start,
            Can.KEEP_NEW_SPACE, Can.KEEP_NEW_SPACE, Can.KEEP_NEW_SPACE),

    /** A direct write in place whose bio lands where another file has been written meanwhile. */
    LATE_BIO("late-bio", LateBio.class, LateBio::start,
            Can.CORRUPT_IN_PLACE, Can.CORRUPT_IN_PLACE, Can.KEEP_IN_PLACE),

    /** Two direct writes in place, to two files in the group that is relocated. */
    TWO_WRITERS("two-writers", null, TwoWriters::start,
            Can.LOSE_IN_PLACE, Can.LOSE_IN_PLACE, Can.KEEP_IN_PLACE),

    /** A direct write in place; its group and the one to which it may move are relocated. */
    TWO_RELOCATIONS("two-relocations", null, TwoRelocations::start,
            Can.LOSE_BOTH, Can.LOSE_IN_PLACE, Can.KEEP_IN_PLACE),

    /** A direct write in place, while somebody reads the file. */
    READER("reader", null, Reader::start,
            Can.LOSE_IN_PLACE, Can.LOSE_IN_PLACE, Can.KEEP_IN_PLACE);

    /** The six rows of the truth table; the others are run only when they are asked for. */
    public static final Set<Scenario> TABLE = Collections.unmodifiableSet(
            EnumSet.range(DIRECT_NODATACOW, BUFFERED_COW));

    /** The sets of outcomes that occur in the table, in alphabetical order. */
    private static final class Can {
        static final String KEEP_IN_PLACE = "COW/KEPT NOCOW/KEPT";
        static final String KEEP_NEW_SPACE = "COW/KEPT";
        static final String LOSE_IN_PLACE = "COW/KEPT NOCOW/ERROR NOCOW/KEPT NOCOW/LOST";
        static final String LOSE_NEW_SPACE = "COW/ERROR COW/KEPT COW/LOST";
        static final String LOSE_BOTH
                = "COW/ERROR COW/KEPT COW/LOST NOCOW/ERROR NOCOW/KEPT NOCOW/LOST";
        static final String CORRUPT_IN_PLACE
                = "COW/KEPT NOCOW/CORRUPT NOCOW/ERROR NOCOW/KEPT NOCOW/LOST";
    }

    private final String id;
    private final Class<?> stressTest;
    private final Function<Protocol, Race> start;

    /** The protocols of history; and one more where none of them is broken. */
    private final Map<Protocol, Set<String>> outcomes = new LinkedHashMap<>();

    /**
     * A scenario.
     *
     * @param id lower case, with hyphens
     * @param stressTest the class with the JCStress tests; null if it is only explored
     * @param start makes a sample
     * @param outcomes what each protocol of history can reach, oldest first
     */
    Scenario(String id, Class<?> stressTest, Function<Protocol, Race> start,
            String... outcomes) {
        this.id = id;
        this.stressTest = stressTest;
        this.start = start;
        List<Protocol> protocols = Protocol.all();
        if (outcomes.length != protocols.size()) {
            throw new IllegalStateException(id + " tells the outcomes of " + outcomes.length
                    + " protocols; there are " + protocols);
        }
        for (int i = 0; i < outcomes.length; i++) {
            this.outcomes.put(protocols.get(i), Set.of(outcomes[i].split(" ")));
        }
    }

    static {
        // broken under no protocol of the table, so its samples are held against this one
        BUFFERED_COW.outcomes.put(Calibration.UNCOUNTED, Set.of(Can.LOSE_NEW_SPACE.split(" ")));
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
     * Tells whether there are JCStress tests of this scenario.
     *
     * @return false if it is only explored
     */
    public boolean isStressed() {
        return stressTest != null;
    }

    /**
     * A test as JCStress runs it.
     *
     * @param name as JCStress lists it
     * @param arguments what the JVM of its fork must be told
     */
    public record Test(String name, List<String> arguments) {
    }

    /**
     * The JCStress test of one cell: the variant that this scenario has for the protocol, else the
     * test that can be any cell.
     *
     * @param protocol one of history, or the calibration
     * @return the test
     * @throws IllegalStateException if this scenario is only explored
     */
    public Test test(Protocol protocol) {
        if (!isStressed()) {
            throw new IllegalStateException("no test of " + id + "/" + protocol);
        }
        return Arrays.stream(stressTest.getDeclaredClasses())
                .filter(variant -> key(variant.getSimpleName()).equals(key(protocol.name())))
                .map(variant -> new Test(variant.getCanonicalName(), List.of()))
                .findFirst()
                .orElseGet(() -> new Test(AnyCell.class.getName(),
                        List.of("-D" + AnyCell.CELL + "=" + id + "/" + protocol)));
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
     * What the table expects: every outcome that the cell can reach, and no other.
     *
     * @param protocol one of history, or the calibration
     * @return outcome ids
     * @throws IllegalArgumentException if the table has no such cell
     */
    public Set<String> outcomes(Protocol protocol) {
        Set<String> ids = outcomes.get(protocol);
        if (ids == null) {
            throw new IllegalArgumentException("no cell " + id + "/" + protocol);
        }
        return ids;
    }

    /**
     * What the table expects.
     *
     * @param protocol one of history, or the calibration
     * @return true if a forbidden outcome is reachable
     * @throws IllegalArgumentException if the table has no such cell
     */
    public boolean isBroken(Protocol protocol) {
        return outcomes(protocol).stream().anyMatch(OutcomeId::isForbidden);
    }

    /**
     * The broken variant whose rate is measured where none of those in the table was chosen.
     *
     * @return the last of the protocols that break it
     */
    public Protocol calibration() {
        return outcomes.keySet().stream().filter(protocol -> Protocol.TABLE.contains(protocol)
                        || protocol.equals(Calibration.UNCOUNTED)).filter(this::isBroken)
                .reduce((first, last) -> last).orElseThrow();
    }

    @Override
    public String toString() {
        return id;
    }
}
