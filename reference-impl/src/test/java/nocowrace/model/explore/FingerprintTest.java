// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import nocowrace.model.Protocol;
import nocowrace.model.task.Errno;
import org.junit.jupiter.api.Test;

/**
 * Equal states have equal fingerprints, and different ones have not. Breaks if anything that an
 * object holds is left out: the explorer would then take two states for one, and miss what follows
 * from the second.
 */
class FingerprintTest {

    /** What a sample inherits. */
    static class Base {
        int inherited;
    }

    /** One field of each kind. */
    static final class Sample extends Base {
        static int common;

        transient int hint;
        int number;
        long wide;
        boolean flag;
        Object one;
        Object other;
    }

    /** Holds what a sample holds, and is none. */
    static final class Lookalike extends Base {
        int number;
        long wide;
        boolean flag;
        Object one;
        Object other;
    }

    private interface Change {
        void to(Sample sample);
    }

    private static Sample sample(Change change) {
        Sample sample = new Sample();
        change.to(sample);
        return sample;
    }

    private static void same(List<?> some, List<?> others) {
        assertEquals(Fingerprint.of(some), Fingerprint.of(others));
    }

    private static void differ(List<?> some, List<?> others) {
        assertNotEquals(Fingerprint.of(some), Fingerprint.of(others));
    }

    private static void differ(Object one, Object other) {
        same(List.of(one), List.of(one));
        differ(List.of(one), List.of(other));
    }

    /** Roots that hold nothing. */
    private static List<Object> nothing(Object first, int count) {
        Object[] roots = new Object[1 + count];
        roots[0] = first;
        return Arrays.asList(roots);
    }

    /** Of a class that was never met before: a sample's, under another name. */
    private static Object unmet(int number) throws Exception {
        try (InputStream code = Sample.class.getResourceAsStream("FingerprintTest$Sample.class")) {
            Class<?> type = MethodHandles.lookup().defineHiddenClass(code.readAllBytes(), true)
                    .lookupClass();
            Object object = type.getDeclaredConstructor().newInstance();
            type.getDeclaredField("number").setInt(object, number);
            return object;
        }
    }

    @Test
    void everyFieldCounts() {
        List<Change> changes = List.of(sample -> { }, sample -> sample.inherited = 1,
                sample -> sample.number = 1, sample -> sample.number = 1 << 8,
                sample -> sample.number = 1 << 16, sample -> sample.number = 1 << 24,
                sample -> sample.wide = 1, sample -> sample.wide = 1L << 32,
                sample -> sample.flag = true, sample -> sample.one = new Object[0],
                sample -> sample.other = new Object[0]);
        for (Change one : changes) {
            for (Change other : changes) {
                if (one == other) {
                    same(List.of(sample(one)), List.of(sample(other)));
                } else {
                    differ(sample(one), sample(other));
                }
            }
        }
    }

    @Test
    void hintsAndWhatAllHaveInCommonAreNoPartOfTheState() {
        List<Sample> before = List.of(sample(sample -> { }));
        var print = Fingerprint.of(before);
        before.get(0).hint = 1;
        Sample.common++;
        assertEquals(print, Fingerprint.of(before));
    }

    @Test
    void theContentsOfWhatTheJdkProvidesCount() {
        differ(new AtomicInteger(1), new AtomicInteger(2));
        differ(new AtomicLongArray(new long[] {1, 2}), new AtomicLongArray(new long[] {1, 3}));
        differ(BitSet.valueOf(new long[] {1}), BitSet.valueOf(new long[] {2}));
        differ((Object) List.of(Errno.EIO), List.of(Errno.ENOSPC));
        differ((Object) List.of(), List.of(Errno.EIO));
        differ(Map.of(1, Errno.EIO), Map.of(2, Errno.EIO));
        differ(Map.of(1, Errno.EIO), Map.of(1, Errno.ENOSPC));
        differ(Map.of(), Map.of(1, Errno.EIO));
        differ(new long[] {1}, new long[] {2});
        differ(new int[] {1}, new int[] {2});
        differ(new boolean[] {false}, new boolean[] {true});
        differ(new Object[] {Errno.EIO}, new Object[] {Errno.ENOSPC});
        differ(new long[200], new long[201]);
        assertThrows(IllegalStateException.class, () -> Fingerprint.of(List.of(new Random())));
    }

    @Test
    void oneObjectTwiceIsNotTwoObjects() {
        Sample one = new Sample();
        Sample two = new Sample();
        differ(List.of(one, one), List.of(one, two));
        same(List.of(one, one), List.of(two, two));
        differ(List.of(one, two, one), List.of(one, two, two));
    }

    @Test
    void kindsCount() throws Exception {
        differ(new Sample(), new Lookalike());
        differ(unmet(1), unmet(1));
        Object object = unmet(1);
        var print = Fingerprint.of(List.of(object));
        assertEquals(print, Fingerprint.of(List.of(object)));
        object.getClass().getDeclaredField("number").setInt(object, 2);
        assertNotEquals(print, Fingerprint.of(List.of(object)));
    }

    @Test
    void constantsAreNamed() {
        differ(Errno.EIO, Errno.ENOSPC);
        same(List.of(Protocol.V4_6), List.of(Protocol.AFTER_FIX));
    }

    /** Nothing is written as a byte 0, so without a mark or a length these would look alike. */
    @Test
    void whereOneThingEndsAndTheNextBeginsCounts() {
        Object first = new Object[0];
        differ(nothing(first, 4), List.of(first, first));
        differ(nothing(first, 0), nothing(null, 7));
        differ(nothing(new long[1], 0), nothing(new long[0], 8));
        differ(nothing(Map.of(0, new int[0]), 0), Arrays.asList(Map.of(), null, null, null, null,
                new int[0]));
        differ(sample(sample -> sample.one = first), sample(sample -> sample.other = first));
        differ(Arrays.asList(first, null), Arrays.asList(null, first));
    }
}
