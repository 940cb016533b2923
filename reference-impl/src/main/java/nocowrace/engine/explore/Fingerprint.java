// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes down everything that some objects hold and refer to, so that two states are equal exactly
 * if their fingerprints are. Objects are numbered as they are met, fields in the order of
 * declaration, so equal states give equal bytes wherever they lie in memory.
 *
 * <p>It reads the fields by reflection: a field that is added to the model cannot be forgotten
 * here. Steps, enums and classes are named, not entered; columns are left out; of lambdas counts
 * what they have captured; transient fields are no part of the state. Text, numbers and the like
 * count by what they say, collections and atomic variables by what they hold. A set or map without
 * an order of its own is sorted by what its elements or keys hold; where two of them hold the same,
 * equal states may have different fingerprints, never the reverse. Any other class of the JDK that
 * holds something is refused, unless a user has a {@linkplain Printers printer} for it.
 */
final class Fingerprint {

    /** What follows: nothing, a number of NAMES, the number of an object, a text, a new object. */
    private static final int NULL = 0;
    private static final int NAME = 1;
    private static final int AGAIN = 2;
    private static final int VALUE = 3;
    private static final int NEW = 4;

    /** Arrays of these have a byte of their own, below 0, instead of NEW and a name. */
    private static final List<Class<?>> PRIMITIVES = List.of(long.class, int.class, boolean.class,
            byte.class, char.class, short.class, float.class, double.class);

    /** A number for each step, enum constant and class, given when it is first met. */
    private static final Map<Object, Integer> NAMES = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT_NAME = new AtomicInteger();

    /** Objects that a state of usual size has, a count; more are no harm. */
    private static final int OBJECTS = 128;

    private final Printers printers;
    private final IdentityHashMap<Object, Integer> numbers;
    private byte[] bytes = new byte[1024];
    private int length;

    /** The field that is being written; null in a root. */
    private Field in;

    private Fingerprint(Printers printers, IdentityHashMap<Object, Integer> numbers) {
        this.printers = printers;
        this.numbers = numbers;
    }

    /**
     * Writes a state down.
     *
     * @param printers how objects are written
     * @param roots where it begins
     * @return its fingerprint; equal if and only if the state is
     * @throws IllegalStateException if an object is met of which it is not known what it holds;
     *         names its class and the field that refers to it
     */
    static ByteBuffer of(Printers printers, List<?> roots) {
        Fingerprint fingerprint = new Fingerprint(printers, new IdentityHashMap<>(OBJECTS));
        try {
            for (Object root : roots) {
                fingerprint.write(root);
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return ByteBuffer.wrap(Arrays.copyOf(fingerprint.bytes, fingerprint.length));
    }

    private void writeByte(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) value;
    }

    private void writeInt(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            writeByte(value >> shift);
        }
    }

    private void writeLong(long value) {
        writeInt((int) value);
        writeInt((int) (value >> Integer.SIZE));
    }

    private void writeName(Object constant) {
        writeByte(NAME);
        Integer name = NAMES.get(constant); // nearly always there
        writeInt(name != null ? name
                : NAMES.computeIfAbsent(constant, any -> NEXT_NAME.getAndIncrement()));
    }

    private void write(Object object) throws IllegalAccessException {
        if (object == null) {
            writeByte(NULL);
            return;
        }
        Contents contents = contentsOf(object.getClass());
        switch (contents.kind()) {
            case NOTHING -> { }
            case NAME -> writeName(object);
            case VALUE -> {
                writeByte(VALUE);
                writeName(object.getClass());
                writeArray(object.toString().toCharArray());
            }
            default -> {
                Integer number = numbers.putIfAbsent(object, numbers.size());
                if (number != null) {
                    writeByte(AGAIN);
                    writeInt(number);
                } else {
                    writeNew(object, contents);
                }
            }
        }
    }

    private Contents contentsOf(Class<?> type) {
        try {
            return printers.of(type);
        } catch (RuntimeException e) {
            throw new IllegalStateException("no fingerprint of " + type.getName() + (in == null
                    ? "" : " in field " + in.getName() + " of " + in.getDeclaringClass().getName())
                    + ": " + e.getMessage(), e);
        }
    }

    private void writeNew(Object object, Contents contents) throws IllegalAccessException {
        Contents.Inside inside = contents.inside();
        if (object.getClass().isArray() && inside == null) {
            int primitive = PRIMITIVES.indexOf(object.getClass().getComponentType());
            writeByte(primitive < 0 ? NEW : -1 - primitive);
            if (primitive < 0) {
                writeName(object.getClass());
            }
            writeArray(object);
        } else if (inside == null) {
            writeByte(NEW);
            writeName(object.getClass());
        } else {
            writeByte(NEW + 1 + inside.number());
            if (inside.ordered()) {
                writeArray(inside.parts().apply(object));
            } else {
                writeUnordered((List<?>) inside.parts().apply(object));
            }
            if (!contents.fields().isEmpty() || inside.own()) {
                writeName(object.getClass());
            }
        }
        for (Field field : contents.fields()) {
            writeField(object, field);
        }
    }

    /** Writes arrays of objects, sorted by what each would be written as from here. */
    private void writeUnordered(List<?> parts) throws IllegalAccessException {
        writeInt(parts.size());
        Map<Object, byte[]> keys = new IdentityHashMap<>();
        for (Object part : parts) {
            Fingerprint trial = new Fingerprint(printers,
                    new IdentityHashMap<>(numbers));
            trial.in = in;
            trial.writeArray(part);
            keys.put(part, Arrays.copyOf(trial.bytes, trial.length));
        }
        List<?> sorted = parts.stream().sorted(Comparator.comparing(keys::get, Arrays::compare))
                .toList();
        for (Object part : sorted) {
            writeArray(part);
        }
    }

    private void writeArray(Object array) throws IllegalAccessException {
        int size = Array.getLength(array);
        writeInt(size);
        if (array instanceof Object[] objects) {
            for (Object object : objects) {
                write(object);
            }
        } else if (array instanceof long[] longs) {
            for (long number : longs) {
                writeLong(number);
            }
        } else if (array instanceof int[] ints) {
            for (int number : ints) {
                writeInt(number);
            }
        } else if (array instanceof boolean[] flags) {
            for (boolean flag : flags) {
                writeByte(flag ? 1 : 0);
            }
        } else if (array instanceof double[] || array instanceof float[]) {
            for (int i = 0; i < size; i++) {
                writeLong(Double.doubleToRawLongBits(Array.getDouble(array, i)));
            }
        } else if (array instanceof char[] chars) {
            for (char one : chars) {
                writeByte(one);
                writeByte(one >> Byte.SIZE);
            }
        } else {
            for (int i = 0; i < size; i++) {
                writeInt(Array.getInt(array, i));
            }
        }
    }

    private void writeField(Object object, Field field) throws IllegalAccessException {
        Class<?> type = field.getType();
        if (type == int.class) {
            writeInt(field.getInt(object));
        } else if (type == long.class) {
            writeLong(field.getLong(object));
        } else if (type == boolean.class) {
            writeByte(field.getBoolean(object) ? 1 : 0);
        } else {
            Field outer = in;
            in = field;
            write(field.get(object));
            in = outer;
        }
    }
}
