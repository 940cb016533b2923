// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * How the explorer writes objects into the key of a state. What it knows by itself: primitive
 * values, text, numbers, enums, arrays, the usual collections and atomic variables of the JDK, and
 * the fields of any class that is not part of the JDK. A user adds here what is different for types
 * of their own. Immutable.
 */
public final class Printers {

    /** What the explorer knows by itself. */
    public static final Printers STANDARD = new Printers(List.of());

    private record Own(Class<?> type, Contents.Kind kind, Function<Object, Object> parts) {
    }

    private final List<Own> own;
    private final Map<Class<?>, Contents> contents = new ConcurrentHashMap<>();

    private Printers(List<Own> own) {
        this.own = own;
    }

    /**
     * Leaves out the objects of a type: they are the same in all states.
     *
     * @param type the class or interface
     * @return a copy with this
     */
    public Printers without(Class<?> type) {
        return with(new Own(type, Contents.Kind.NOTHING, null));
    }

    /**
     * Writes the objects of a type by their text: they cannot change, and two with the same text
     * are the same.
     *
     * @param type the class or interface
     * @return a copy with this
     */
    public Printers byText(Class<?> type) {
        return with(new Own(type, Contents.Kind.VALUE, null));
    }

    /**
     * Writes the objects of a type by what they hold, instead of by their fields.
     *
     * @param <T> the class or interface
     * @param type the same
     * @param parts gives an array of what an object holds, in an order that counts
     * @return a copy with this
     */
    @SuppressWarnings("unchecked") // parts is called with instances of type only
    public <T> Printers byParts(Class<T> type, Function<? super T, Object[]> parts) {
        return with(new Own(type, Contents.Kind.OBJECT, object -> parts.apply((T) object)));
    }

    private Printers with(Own more) {
        List<Own> all = new ArrayList<>(own);
        all.add(0, more);
        return new Printers(List.copyOf(all));
    }

    /** How objects of a class are written; the newest printer that fits, else the standard way. */
    Contents of(Class<?> type) {
        Contents known = contents.get(type); // nearly always there
        return known != null ? known : contents.computeIfAbsent(type, this::find);
    }

    private Contents find(Class<?> type) {
        for (int i = 0; i < own.size(); i++) {
            Own printer = own.get(i);
            if (printer.type.isAssignableFrom(type)) {
                return printer.kind == Contents.Kind.OBJECT
                        ? Contents.byParts(own.size() - i, printer.type, printer.parts)
                        : new Contents(printer.kind, null, List.of());
            }
        }
        return Contents.of(type);
    }
}
