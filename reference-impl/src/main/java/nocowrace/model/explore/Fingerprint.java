// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.explore;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

    private final IdentityHashMap<Object, Integer> numbers = new IdentityHashMap<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    private final DataOutputStream out = new DataOutputStream(bytes);

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
        } catch (IOException | IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return ByteBuffer.wrap(fingerprint.bytes.toByteArray());
    }

    private void write(Object object) throws IOException, IllegalAccessException {
        if (object == null) {
            out.writeByte(0);
        } else if (object instanceof Step<?> step) {
            out.writeUTF(step.label());
        } else if (object instanceof Enum<?> constant) {
            out.writeByte(1 + constant.ordinal());
        } else if (!isConstant(object)) {
            Integer number = numbers.putIfAbsent(object, numbers.size());
            if (number != null) {
                out.writeByte(1);
                out.writeShort(number);
            } else {
                out.writeByte(2);
                writeContents(object);
            }
        }
    }

    private static boolean isConstant(Object object) {
        return object instanceof Column || object instanceof Protocol;
    }

    private void writeContents(Object object) throws IOException, IllegalAccessException {
        if (object instanceof AtomicInteger number) {
            out.writeInt(number.get());
        } else if (object instanceof AtomicLongArray array) {
            for (int i = 0; i < array.length(); i++) {
                out.writeLong(array.get(i));
            }
        } else if (object instanceof BitSet set) {
            writeArray(set.toLongArray());
        } else if (object instanceof List<?> list) {
            writeArray(list.toArray());
        } else if (object instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
                out.writeInt((Integer) entry.getKey());
                write(entry.getValue());
            }
            out.writeInt(-1);
        } else if (object.getClass().isArray()) {
            writeArray(object);
        } else if (object.getClass().getName().startsWith("java.")) {
            throw new IllegalStateException("no fingerprint of " + object.getClass());
        } else {
            out.writeUTF(object.getClass().getSimpleName());
            for (Field field : fields(object.getClass())) {
                writeField(object, field);
            }
        }
    }

    private void writeArray(Object array) throws IOException, IllegalAccessException {
        int length = Array.getLength(array);
        out.writeInt(length);
        for (int i = 0; i < length; i++) {
            if (array instanceof long[] longs) {
                out.writeLong(longs[i]);
            } else if (array instanceof int[] ints) {
                out.writeInt(ints[i]);
            } else if (array instanceof boolean[] booleans) {
                out.writeBoolean(booleans[i]);
            } else {
                write(((Object[]) array)[i]);
            }
        }
    }

    private void writeField(Object object, Field field)
            throws IOException, IllegalAccessException {
        Class<?> type = field.getType();
        if (type == int.class) {
            out.writeInt(field.getInt(object));
        } else if (type == long.class) {
            out.writeLong(field.getLong(object));
        } else if (type == boolean.class) {
            out.writeBoolean(field.getBoolean(object));
        } else {
            write(field.get(object));
        }
    }

    private static Field[] fields(Class<?> type) {
        return FIELDS.computeIfAbsent(type, any -> {
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
