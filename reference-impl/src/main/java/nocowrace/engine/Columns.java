// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The columns of one state of the code, by name: one for each kind of task. Immutable, and no part
 * of the state.
 */
public final class Columns {

    /** None. */
    public static final Columns NONE = new Columns(Map.of());

    private final Map<String, Column> byName;

    private Columns(Map<String, Column> byName) {
        this.byName = byName;
    }

    /**
     * Adds a column.
     *
     * @param name of the kind of task
     * @param column the steps that it takes
     * @return a copy with this
     * @throws IllegalArgumentException if there is one with that name
     */
    public Columns with(String name, Column column) {
        Map<String, Column> more = new LinkedHashMap<>(byName);
        if (more.putIfAbsent(name, column) != null) {
            throw new IllegalArgumentException("two columns " + name);
        }
        return new Columns(more);
    }

    /**
     * Finds a column.
     *
     * @param name of the kind of task
     * @return the steps that it takes
     * @throws IllegalArgumentException if there is none
     */
    public Column get(String name) {
        Column column = byName.get(name);
        if (column == null) {
            throw new IllegalArgumentException("no column " + name + ": " + byName.keySet());
        }
        return column;
    }

    /**
     * Lists the kinds of task.
     *
     * @return the names
     */
    public Set<String> names() {
        return byName.keySet();
    }

    /**
     * Begins other columns, which differ from these by what is edited.
     *
     * @return the edits; {@link Edits#columns} gives the result
     */
    public Change change() {
        return new Change(this);
    }

    /** Columns on their way to be others. */
    public static final class Change extends Edits<Change> {
        private Change(Columns columns) {
            super(columns);
        }

        @Override
        protected Change self() {
            return this;
        }
    }

    /** Changes each column that lists a step; there must be one. */
    Columns edit(Step<?> step, UnaryOperator<Column> change) {
        Map<String, Column> changed = new LinkedHashMap<>(byName);
        changed.replaceAll((name, column) -> column.lists(step) ? change.apply(column) : column);
        if (changed.equals(byName)) {
            throw new IllegalArgumentException(step + " is in none of the columns " + names());
        }
        return new Columns(changed);
    }

    /** Changes one column. */
    Columns edit(String name, UnaryOperator<Column> change) {
        Map<String, Column> changed = new LinkedHashMap<>(byName);
        changed.put(name, change.apply(get(name)));
        return new Columns(changed);
    }
}
