// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.explore;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import nocowrace.model.Protocol;
import nocowrace.model.task.Column;
import nocowrace.model.task.Step;

/**
 * Writes down everything that some objects hold and refer to, so that two states are equal exactly
 * if their fingerprints are. Objects are numbered as they are met, fields in the order of
 * declaration, so equal states give equal bytes wherever they lie in memory.
 *
 * <p>It reads the fields by reflection: a field that is added to the model cannot be forgotten
 * here. Constants (steps, columns, protocols, enums) are named, not entered; of lambdas
 * counts what they have captured; transient fields are no part of the state. A class of
 * the JDK that it does not know is refused.
 */
final class Fingerprint {

    private static final Map<Class<?>, Field[]> FIELDS = new ConcurrentHashMap<>();

    /** What follows: nothing, a number of NAMES, the number of an object, a new object. */
    private static final int NULL = 0;
    private static final int NAME = 1;
    private static final int AGAIN = 2;
    private static final int NEW = 3;

    /** A number for each step, enum constant and class, given when it is first met. */
    private static final Map<Object, Integer> NAMES = new ConcurrentHashMap<>();
    private static final AtomicInteger NEXT_NAME = new AtomicInteger();

    /** Objects that a state of usual size has, a count; more are no harm. */
    private static final int OBJECTS = 128;

    private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>(OBJECTS);
    private byte[] bytes = new byte[1024];
    private int length;

    private Fingerprint() {
    }

    /**
     * Writes a state down.
     *
     * @param roots where it begins
     * @return its fingerprint; equal if and only if the state is
     */
    static ByteBuffer of(List<?> roots) {
        Fingerprint fingerprint = new Fingerprint();
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
        } else if (object instanceof Step || object instanceof Enum) {
            writeName(object);
        } else if (!isConstant(object)) {
            Integer number = numbers.putIfAbsent(object, numbers.size());
            if (number != null) {
                writeByte(AGAIN);
                writeInt(number);
            } else {
                writeByte(NEW);
                writeContents(object);
            }
        }
    }

    private static boolean isConstant(Object object) {
        return object instanceof Column || object instanceof Protocol;
    }

    private void writeContents(Object object) throws IllegalAccessException {
        if (object instanceof AtomicInteger number) {
            writeInt(number.get());
        } else if (object instanceof AtomicLongArray array) {
            for (int i = 0; i < array.length(); i++) {
                writeLong(array.get(i));
            }
        } else if (object instanceof BitSet set) {
            writeArray(set.toLongArray());
        } else if (object instanceof List<?> list) {
            writeArray(list.toArray());
        } else if (object instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
                writeInt((Integer) entry.getKey());
                write(entry.getValue());
            }
            writeInt(-1);
        } else if (object.getClass().isArray()) {
            writeArray(object);
        } else {
            writeName(object.getClass());
            for (Field field : fields(object.getClass())) {
                writeField(object, field);
            }
        }
    }

    private void writeArray(Object array) throws IllegalAccessException {
        int length = Array.getLength(array);
        writeInt(length);
        for (int i = 0; i < length; i++) {
            if (array instanceof long[] longs) {
                writeLong(longs[i]);
            } else if (array instanceof int[] ints) {
                writeInt(ints[i]);
            } else if (array instanceof boolean[] booleans) {
                writeByte(booleans[i] ? 1 : 0);
            } else {
                write(((Object[]) array)[i]);
            }
        }
    }

    private void writeField(Object object, Field field)
            throws IllegalAccessException {
        Class<?> type = field.getType();
        if (type == int.class) {
            writeInt(field.getInt(object));
        } else if (type == long.class) {
            writeLong(field.getLong(object));
        } else if (type == boolean.class) {
            writeByte(field.getBoolean(object) ? 1 : 0);
        } else {
            write(field.get(object));
        }
    }

    private static Field[] fields(Class<?> type) {
        Field[] known = FIELDS.get(type);
        return known != null ? known : FIELDS.computeIfAbsent(type, any -> {
            if (any.getName().startsWith("java.")) {
                throw new IllegalStateException("no fingerprint of " + any);
            }
            List<Field> fields = new ArrayList<>();
            for (Class<?> c = any; c != Object.class; c = c.getSuperclass()) {
                for (Field field : c.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !Modifier.isTransient(field.getModifiers())) {
                        field.setAccessible(true);
                        fields.add(field);
                    }
                }
            }
            return fields.toArray(Field[]::new);
        });
    }
}
