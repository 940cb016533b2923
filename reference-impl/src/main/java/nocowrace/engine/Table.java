// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of one kind of task, whose rows may name each other. A class makes its table first,
 * then its entries as constants in the order of the column, and at its end a {@link #column}, or
 * {@linkplain #resolve resolves} the names. A name that leads nowhere keeps the class from being
 * loaded.
 *
 * @param <T> the task
 */
public final class Table<T extends Task> {

    private final Table<? super T> parent;
    private final Map<String, Step<? super T>> entries = new LinkedHashMap<>();

    /** Makes an empty table. */
    public Table() {
        this(null);
    }

    /**
     * Makes an empty table whose rows may name those of another one too.
     *
     * @param parent a more general kind of task
     */
    public Table(Table<? super T> parent) {
        this.parent = parent;
    }

    /**
     * Makes an entry.
     *
     * @param label a letter and a number
     * @param rows in the order in which they are run; at least one, the first without a word
     * @return the first step
     * @throws IllegalArgumentException if the label or a word is there already, or there is no row
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the rows are only read
    public final Step<T> entry(String label, Row<T>... rows) {
        Step<T> entry = new Step<>(label, List.of(rows));
        add(entry);
        return entry;
    }

    /**
     * Takes an entry in that another class has made, so that rows can name it.
     *
     * @param <S> the task whose entry it is
     * @param entry resolved or not
     * @return the entry
     * @throws IllegalArgumentException if its label is there already
     */
    public <S extends Step<? super T>> S add(S entry) {
        if (find(entry.label()) != null || entries.put(entry.label(), entry) != null) {
            throw new IllegalArgumentException("two entries " + entry.label());
        }
        return entry;
    }

    /**
     * Resolves all names.
     *
     * @throws IllegalStateException if a row names one that there is not; names both
     */
    public void resolve() {
        entries.values().stream().filter(entry -> !entry.isResolved())
                .forEach(entry -> entry.resolve(this::find));
    }

    /** The step with a label; null if there is none. */
    private Step<?> find(String label) {
        int dot = label.indexOf('.');
        Step<?> entry = entries.get(dot < 0 ? label : label.substring(0, dot));
        if (entry == null) {
            return parent == null ? null : parent.find(label);
        }
        return dot < 0 ? entry : entry.find(label.substring(dot + 1));
    }

    /**
     * Makes a column of these entries and the parent's, and resolves the names if that was not
     * done.
     *
     * @param branches labels, separated by blanks; the task begins with the first branch
     * @return the column
     * @throws IllegalArgumentException if there is no such entry, or one is listed twice
     */
    public Column column(String... branches) {
        resolve();
        Column column = null;
        for (String branch : branches) {
            Step<?>[] steps = Arrays.stream(branch.split(" ")).map(this::require)
                    .toArray(Step<?>[]::new);
            column = column == null ? Column.of(steps) : column.branch(steps);
        }
        return column;
    }

    private Step<?> require(String label) {
        Step<?> entry = find(label);
        if (entry == null) {
            throw new IllegalArgumentException("no entry " + label + " among "
                    + entries.keySet());
        }
        return entry;
    }
}
