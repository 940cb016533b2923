// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import nocowrace.engine.Column;
import nocowrace.engine.Columns;
import nocowrace.engine.Step;

/**
 * Writes the objects of one class into a {@link Fingerprint}; made once for each class.
 *
 * @param kind what distinguishes one object from another
 * @param inside where the JDK is known: a number for the way, and the objects and numbers held
 * @param fields what the class and its superclasses declare, without those of the JDK
 */
record Contents(Kind kind, Inside inside, List<Field> fields) {

    /** What distinguishes one object of a class from another. */
    enum Kind {
        /** Nothing: there is one of it for each state. */
        NOTHING,
        /** Which constant it is. */
        NAME,
        /** What it says; two that say the same are the same. */
        VALUE,
        /** Which object it is, and what it holds. */
        OBJECT
    }

    /**
     * What an object of the JDK holds.
     *
     * @param number of this way to hold something, from 0
     * @param type the class or interface
     * @param ordered whether the order of the parts counts
     * @param own whether a user tells the parts, and so the class counts too
     * @param parts gives the objects that it holds, or an array
     */
    record Inside(int number, Class<?> type, boolean ordered, boolean own,
            Function<Object, Object> parts) {
    }

    /** Immutable, equal if and only if they have the same class and the same text. */
    private static final Set<Class<?>> VALUES = Set.of(String.class, Boolean.class,
            Character.class, Byte.class, Short.class, Integer.class, Long.class, Float.class,
            Double.class, BigInteger.class, BigDecimal.class, UUID.class, Duration.class,
            Instant.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    /** What the JDK's own classes hold; the first that fits. */
    private static final List<Inside> INSIDES = insides();

    private static List<Inside> insides() {
        List<Inside> all = new ArrayList<>();
        add(all, AtomicInteger.class, number -> new int[] {number.get()});
        add(all, AtomicLong.class, number -> new long[] {number.get()});
        add(all, AtomicBoolean.class, flag -> new boolean[] {flag.get()});
        add(all, LongAdder.class, number -> new long[] {number.sum()});
        add(all, AtomicReference.class, reference -> new Object[] {reference.get()});
        add(all, AtomicLongArray.class, array -> {
            long[] copy = new long[array.length()];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = array.get(i);
            }
            return copy;
        });
        add(all, AtomicIntegerArray.class, array -> {
            int[] copy = new int[array.length()];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = array.get(i);
            }
            return copy;
        });
        add(all, AtomicReferenceArray.class, array -> {
            Object[] copy = new Object[array.length()];
            for (int i = 0; i < copy.length; i++) {
                copy[i] = array.get(i);
            }
            return copy;
        });
        add(all, BitSet.class, BitSet::toLongArray);
        add(all, Optional.class, optional -> optional.isPresent()
                ? new Object[] {optional.get()} : new Object[0]);
        add(all, StringBuilder.class, text -> new Object[] {text.toString()});
        add(all, LinkedHashMap.class, map -> entries(map).toArray());
        add(all, SortedMap.class, map -> entries(map).toArray());
        all.add(new Inside(all.size(), Map.class, false, false, map -> entries((Map<?, ?>) map)));
        add(all, LinkedHashSet.class, set -> set.toArray());
        add(all, SortedSet.class, set -> set.toArray());
        all.add(new Inside(all.size(), Set.class, false, false, set -> ((Set<?>) set).stream()
                .map(element -> new Object[] {element}).toList()));
        add(all, Collection.class, elements -> elements.toArray());
        return List.copyOf(all);
    }

    @SuppressWarnings("unchecked") // parts is called with instances of type only
    private static <T> void add(List<Inside> all, Class<T> type, Function<? super T, ?> parts) {
        all.add(new Inside(all.size(), type, true, false, object -> parts.apply((T) object)));
    }

    private static List<Object[]> entries(Map<?, ?> map) {
        List<Object[]> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(new Object[] {key, value}));
        return entries;
    }

    /**
     * Finds out how objects of a class are written.
     *
     * @param type the class
     * @return how
     * @throws IllegalArgumentException if it is not known what they hold; with the reason
     */
    static Contents of(Class<?> type) {
        if (type == Column.class || type == Columns.class) {
            return new Contents(Kind.NOTHING, null, List.of());
        }
        if (Step.class.isAssignableFrom(type) || Enum.class.isAssignableFrom(type)
                || type == Class.class) {
            return new Contents(Kind.NAME, null, List.of());
        }
        if (VALUES.contains(type)) {
            return new Contents(Kind.VALUE, null, List.of());
        }
        Inside inside = type.isArray() ? null : INSIDES.stream()
                .filter(known -> known.type.isAssignableFrom(type)).findFirst().orElse(null);
        return new Contents(Kind.OBJECT, inside, fields(type, inside != null));
    }

    /** How objects are written of which a user tells the parts; number is from 1. */
    static Contents byParts(int number, Class<?> type, Function<Object, Object> parts) {
        return new Contents(Kind.OBJECT,
                new Inside(INSIDES.size() + number - 1, type, true, true, parts), List.of());
    }

    private static boolean isOfJdk(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static List<Field> fields(Class<?> type, boolean known) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> c = type; c != null && !c.isArray(); c = c.getSuperclass()) {
            boolean jdk = isOfJdk(c);
            for (Field field : c.getDeclaredFields()) {
                boolean counts = !Modifier.isStatic(field.getModifiers())
                        && (jdk || !Modifier.isTransient(field.getModifiers()));
                if (counts && jdk && !known) {
                    throw new IllegalArgumentException(c == type ? "it is a class of the JDK"
                            : "it extends " + c.getName());
                }
                if (counts && !jdk) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return List.copyOf(fields);
    }
}
