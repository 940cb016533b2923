// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.function.UnaryOperator;

/**
 * One state of the code on its way to be another. An edit names a step once and reaches every
 * column that lists it. An edit that changes nothing is an exception.
 *
 * <pre>{@code
 * BEFORE_FIX.change("after-fix").insert(R4).after(R3).insert(W4).after(W3)
 * }</pre>
 *
 * @param <E> the kind of state that is edited
 */
public abstract class Edits<E extends Edits<E>> {

    private Columns columns;

    /** Steps of which it has not been said yet where they go; null if there are none. */
    private Place unplaced;

    /**
     * Begins with the columns as they are.
     *
     * @param columns what is edited
     */
    protected Edits(Columns columns) {
        this.columns = columns;
    }

    /**
     * This object.
     *
     * @return this
     */
    protected abstract E self();

    /**
     * What has become of the columns.
     *
     * @return with all edits up to now
     * @throws IllegalStateException if it was not said where the last steps go
     */
    public final Columns columns() {
        if (unplaced != null) {
            throw new IllegalStateException("it is not said where " + unplaced.steps[0] + " goes");
        }
        return columns;
    }

    private E edit(Step<?> step, UnaryOperator<Column> change) {
        columns = columns.edit(step, change);
        return self();
    }

    /**
     * Leaves steps out.
     *
     * @param steps entries
     * @return this
     * @throws IllegalArgumentException if no column lists one of them
     */
    public final E remove(Step<?>... steps) {
        for (Step<?> step : steps) {
            edit(step, column -> column.replace(step));
        }
        return self();
    }

    /**
     * Adds steps.
     *
     * @param steps entries, in order
     * @return asks where
     */
    public final Place insert(Step<?>... steps) {
        return new Place(false, steps);
    }

    /**
     * Puts a step elsewhere, in each column that lists it.
     *
     * @param step an entry
     * @return asks where to
     * @throws IllegalArgumentException if no column lists it
     */
    public final Place move(Step<?> step) {
        columns.edit(step, column -> column.replace(step));
        return new Place(true, step);
    }

    /** Asks for the place of some steps. */
    public final class Place {
        private final boolean moved;
        private final Step<?>[] steps;

        private Place(boolean moved, Step<?>... steps) {
            this.moved = moved;
            this.steps = steps;
            unplaced = this;
        }

        /**
         * After a step: new steps in each column that lists it, a step that is moved in each column
         * that lists the moved one.
         *
         * @param step an entry
         * @return the edits
         * @throws IllegalArgumentException if no such column lists it, or lists one of the new ones
         *         already, or if this changes nothing
         */
        public E after(Step<?> step) {
            return put(step, true);
        }

        /**
         * Before a step: new steps in each column that lists it, a step that is moved in each
         * column that lists the moved one.
         *
         * @param step an entry
         * @return the edits
         * @throws IllegalArgumentException if no such column lists it, or lists one of the new ones
         *         already, or if this changes nothing
         */
        public E before(Step<?> step) {
            return put(step, false);
        }

        private E put(Step<?> step, boolean after) {
            unplaced = null;
            return edit(moved ? steps[0] : step, column -> {
                Column changed = (moved ? column.replace(steps[0]) : column)
                        .insert(step, after, steps);
                if (changed.listsTheSameAs(column)) {
                    throw new IllegalArgumentException(steps[0] + " stands there already");
                }
                return changed;
            });
        }
    }

    /**
     * Puts other steps where a step stands.
     *
     * @param step an entry
     * @param by entries, at least one
     * @return this
     * @throws IllegalArgumentException if no column lists it, or if this changes nothing
     */
    public final E replace(Step<?> step, Step<?>... by) {
        if (by.length == 0) {
            throw new IllegalArgumentException("nothing in the place of " + step);
        }
        return edit(step, column -> column.replace(step, by));
    }

    /**
     * Lets tasks take another step wherever they would take some step: see {@link Column#redirect}.
     *
     * @param step an entry, or a smaller step of one
     * @param instead what is taken
     * @return this
     * @throws IllegalArgumentException if no column lists the entry, or if this changes nothing
     */
    public final E redirect(Step<?> step, Step<?> instead) {
        return edit(step.entry(), column -> column.redirect(step, instead));
    }

    /**
     * Adds a branch, which a task enters only where a step sends it there.
     *
     * @param column name of the column
     * @param steps entries, at least one; after the last the task ends
     * @return this
     * @throws IllegalArgumentException if there is no such column, or no step
     */
    public final E branch(String column, Step<?>... steps) {
        columns = columns.edit(column, edited -> edited.branch(steps));
        return self();
    }
}
