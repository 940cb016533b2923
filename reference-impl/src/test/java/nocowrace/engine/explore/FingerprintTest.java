// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import nocowrace.model.Protocol;
import nocowrace.model.task.Errno;
import org.junit.jupiter.api.Test;

/**
 * Equal states have equal fingerprints, and different ones have not. Breaks if anything that an
 * object holds is left out: the explorer would then take two states for one, and miss what follows
 * from the second.
 */
class FingerprintTest {

    private static ByteBuffer print(List<?> roots) {
        return Fingerprint.of(Printers.STANDARD, roots);
    }

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
        assertEquals(print(some), print(others));
    }

    private static void differ(List<?> some, List<?> others) {
        assertNotEquals(print(some), print(others));
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
        var print = print(before);
        before.get(0).hint = 1;
        Sample.common++;
        assertEquals(print, print(before));
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
        assertThrows(IllegalStateException.class, () -> print(List.of(new Random())));
    }

    /** One field of each ordinary type. */
    static final class Ordinary {
        private byte small;
        private short shorter;
        private char letter;
        private float real;
        private double wider;
        private String text = "";
        private Object held;
    }

    private static Ordinary ordinary(Consumer<Ordinary> change) {
        Ordinary made = new Ordinary();
        change.accept(made);
        return made;
    }

    @Test
    void fieldsOfOrdinaryTypesCount() {
        List<Consumer<Ordinary>> changes = List.of(one -> { }, one -> one.small = 1,
                one -> one.shorter = 1, one -> one.letter = 'a', one -> one.real = 1,
                one -> one.wider = 1, one -> one.text = "a", one -> one.text = "b",
                one -> one.text = null, one -> one.held = new Object());
        for (Consumer<Ordinary> one : changes) {
            for (Consumer<Ordinary> other : changes) {
                if (one == other) {
                    same(List.of(ordinary(one)), List.of(ordinary(other)));
                } else {
                    differ(ordinary(one), ordinary(other));
                }
            }
        }
    }

    /** Different contents, each made twice: equal to itself, and to none of the others. */
    private static List<Supplier<Object>> contents() {
        return List.of(() -> "a", () -> "ab", () -> 'a', () -> 1, () -> 1L, () -> (short) 1,
                () -> (byte) 1, () -> 1.0, () -> 1.0f, () -> true, () -> BigInteger.ONE,
                () -> BigDecimal.ONE, () -> new BigDecimal("1.0"), () -> new UUID(1, 2),
                () -> Duration.ofSeconds(1), () -> Instant.EPOCH, Optional::empty,
                () -> Optional.of("a"), () -> Optional.of("b"), () -> OptionalInt.of(1),
                () -> new byte[] {1}, () -> new byte[] {2}, () -> new byte[] {1, 0},
                () -> new short[] {1}, () -> new char[] {1}, () -> new float[] {1},
                () -> new double[] {1}, () -> new double[] {2}, () -> new int[] {1},
                () -> new long[] {1}, () -> new boolean[] {true}, () -> new String[] {"a"},
                () -> new Object[] {"a"}, () -> new AtomicLong(1), () -> new AtomicLong(2),
                () -> new AtomicBoolean(true), () -> new AtomicBoolean(),
                () -> new AtomicReference<>("a"), () -> new AtomicReference<>("b"),
                () -> new AtomicIntegerArray(new int[] {1}),
                () -> new AtomicReferenceArray<>(new String[] {"a"}), FingerprintTest::adder,
                () -> Set.of("a", "b"), () -> Set.of("a"), () -> new TreeSet<>(Set.of("a")),
                () -> Map.of("a", 1), () -> Map.of("a", 2), () -> Map.of("b", 1),
                () -> Map.of('a', 1), () -> Map.of(Errno.EIO, 1), () -> Map.of(List.of(1), 1),
                () -> new TreeMap<>(Map.of("a", 1)), () -> List.of("a", "b"),
                () -> List.of("b", "a"), () -> new StringBuilder("a"), Object::new);
    }

    private static LongAdder adder() {
        LongAdder adder = new LongAdder();
        adder.add(1);
        return adder;
    }

    @Test
    void contentsOfOrdinaryTypesCount() {
        List<Supplier<Object>> all = contents();
        for (int i = 0; i < all.size(); i++) {
            for (int j = 0; j < all.size(); j++) {
                var one = print(List.of(all.get(i).get()));
                var other = print(List.of(all.get(j).get()));
                if (i == j) {
                    assertEquals(one, other, all.get(i).get().toString());
                } else {
                    assertNotEquals(one, other, all.get(i).get() + " and " + all.get(j).get());
                }
            }
        }
    }

    @Test
    void orderOfASetOrMapCountsOnlyWhereItHasOne() {
        List<String> names = List.of("some", "names", "that", "hash", "into", "another", "order");
        List<String> reversed = new ArrayList<>(names);
        Collections.reverse(reversed);
        same(List.of(new HashSet<>(names)), List.of(filled(new HashSet<>(64), reversed)));
        same(List.of(new HashSet<>(names)), List.of(Set.copyOf(reversed)));
        differ(new LinkedHashSet<>(names), new LinkedHashSet<>(reversed));
        Map<Object, Object> some = new HashMap<>();
        Map<Object, Object> others = new HashMap<>(64);
        Map<Object, Object> linked = new LinkedHashMap<>();
        Map<Object, Object> relinked = new LinkedHashMap<>();
        names.forEach(name -> some.put(name, new int[] {name.length()}));
        names.forEach(name -> linked.put(name, 1));
        reversed.forEach(name -> others.put(name, new int[] {name.length()}));
        reversed.forEach(name -> relinked.put(name, 1));
        same(List.of(some), List.of(others));
        differ(linked, relinked);
    }

    private static <T> Set<T> filled(Set<T> set, List<T> elements) {
        set.addAll(elements);
        return set;
    }

    /** Objects that are keys are told apart by what they hold, wherever they lie in memory. */
    @Test
    void keysWithoutAnOrderOfTheirOwnAreComparedByContents() {
        for (int i = 0; i < 50; i++) {
            same(List.of(keyed(1, 2)), List.of(keyed(1, 2)));
            same(List.of(keyed(1, 2)), List.of(keyed(2, 1)));
            differ(keyed(1, 2), keyed(1, 3));
        }
        Sample shared = sample(sample -> sample.number = 5);
        same(List.of(shared, Set.of(shared)), List.of(shared, Set.of(shared)));
        differ(List.of(shared, Set.of(shared)),
                List.of(shared, Set.of(sample(sample -> sample.number = 5))));
    }

    private static Map<Object, Object> keyed(int one, int other) {
        Map<Object, Object> map = new HashMap<>();
        map.put(sample(sample -> sample.number = one), "value " + one);
        map.put(sample(sample -> sample.number = other), "value " + other);
        return map;
    }

    /** A list that holds more than its elements. */
    private static final class Titled extends ArrayList<String> {
        private static final long serialVersionUID = 1;
        private String title;
    }

    @Test
    void fieldsOfAClassThatExtendsACollectionCount() {
        Titled one = new Titled();
        Titled other = new Titled();
        one.add("a");
        other.add("a");
        same(List.of(one), List.of(other));
        other.title = "b";
        differ((Object) one, other);
        other.title = null;
        other.add("b");
        differ((Object) one, other);
        differ((Object) new Titled(), new ArrayList<>());
    }

    /** Refused, as a class of the JDK is that this one extends. */
    private static final class Seeded extends Random {
        private static final long serialVersionUID = 1;
        private transient Object held;
    }

    @Test
    void refusalNamesTheClassAndTheField() {
        refuses(sample(sample -> sample.other = new Random()), "java.util.Random", "field other of "
                + Sample.class.getName());
        refuses(sample(sample -> sample.one = new Object[] {new ReentrantLock()}),
                "java.util.concurrent.locks.ReentrantLock", "field one of");
        refuses(sample(sample -> sample.one = Map.of("a", Thread.currentThread())),
                Thread.class.getName(), "field one of");
        refuses(sample(sample -> sample.one = new Seeded()), Seeded.class.getName(),
                "extends java.util.Random");
        Seeded root = new Seeded();
        root.held = root;
        refuses(root, Seeded.class.getName());
    }

    private static void refuses(Object root, String... words) {
        String message = assertThrows(IllegalStateException.class,
                () -> print(List.of(root))).getMessage();
        for (String word : words) {
            assertTrue(message.contains(word), message);
        }
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
        var print = print(List.of(object));
        assertEquals(print, print(List.of(object)));
        object.getClass().getDeclaredField("number").setInt(object, 2);
        assertNotEquals(print, print(List.of(object)));
    }

    @Test
    void constantsAreNamed() {
        differ(Errno.EIO, Errno.ENOSPC);
        same(List.of(Protocol.V4_6.column(Protocol.RELOCATION)), List.of(Protocol.AFTER_FIX.column(Protocol.RELOCATION)));
    }

    @Test
    void usersHavePrintersForTheirTypes() {
        Printers own = Printers.STANDARD.without(Sample.class).byText(Thread.State.class)
                .byParts(Random.class, random -> new Object[] {random.nextInt()});
        Object[] samples = {new Sample(), new Sample()};
        ((Sample) samples[1]).one = "a";
        assertNotEquals(print(List.of(samples[0])), print(List.of(samples[1])));
        assertEquals(Fingerprint.of(own, List.of(samples[0])),
                Fingerprint.of(own, List.of(samples[1])), "left out");
        assertThrows(IllegalStateException.class, () -> print(List.of(new Random(1))));
        assertEquals(Fingerprint.of(own, List.of(new Random(1))),
                Fingerprint.of(own, List.of(new Random(1))));
        assertNotEquals(Fingerprint.of(own, List.of(new Random(1))),
                Fingerprint.of(own, List.of(new Random(2))));
        assertNotEquals(Fingerprint.of(own, List.of(Thread.State.NEW)),
                Fingerprint.of(own, List.of(Thread.State.BLOCKED)));
        assertNotEquals(Fingerprint.of(own.byText(Sample.class), List.of(samples[0])),
                Fingerprint.of(own, List.of(samples[0])), "the newest printer counts");
        assertNotEquals(Fingerprint.of(own, Arrays.asList(new Random(1), null)),
                Fingerprint.of(own.byParts(Object[].class, array -> array),
                        Arrays.asList(null, new Random(1))));
    }

    /** A user's printer is told from another one, and from those of the JDK. */
    @Test
    void printersAreToldApart() {
        Printers own = Printers.STANDARD.byParts(Sample.class, sample -> new Object[] {"a"})
                .byParts(Lookalike.class, lookalike -> new Object[] {"a"});
        List<Object> all = List.of(new Sample(), new Lookalike(), List.of("a"),
                new Object[] {"a"}, new AtomicReference<>("a"));
        assertEquals(all.size(), all.stream().map(one -> Fingerprint.of(own, List.of(one)))
                .distinct().count());
        Printers ofBoth = Printers.STANDARD.byParts(Base.class, base -> new Object[] {"a"});
        assertNotEquals(Fingerprint.of(ofBoth, List.of(new Sample())),
                Fingerprint.of(ofBoth, List.of(new Lookalike())), "two classes, one printer");
        Printers ofArrays = Printers.STANDARD.byParts(int[].class, ints -> new Object[0]);
        assertEquals(Fingerprint.of(ofArrays, List.of(new int[] {1})),
                Fingerprint.of(ofArrays, List.of(new int[] {2})));
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
