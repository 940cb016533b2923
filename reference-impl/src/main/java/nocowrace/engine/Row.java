// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import nocowrace.engine.wait.WaitQueue;

/**
 * A row in the table of an entry: the word for a step, the function, what the step does,
 * and which rows come next. The first row of an entry has no word; it carries the entry's label.
 *
 * <p>A row names the rows that come next: by their word, if they are of the same entry; by their
 * label (R11, R11.unlock), if they are of another entry of the same {@link Table}; or
 * {@link #NEXT}, {@link #AGAIN}, {@link #TOP}, {@link #END} or {@link #after}. Instead of a name an
 * action may stand, which finds the next step when it is run. A row that names none leads to the
 * row below it, and the last one to {@link #NEXT}.
 *
 * @param <T> the task whose step it is
 */
public final class Row<T extends Task> {

    /** The entry that the column lists after this one. */
    public static final String NEXT = "(next)";

    /** The row itself. */
    public static final String AGAIN = "(again)";

    /** The first row of the entry. */
    public static final String TOP = "(top)";

    /** No step: the task has ended. */
    public static final String END = "(end)";

    /** Before the label of an entry: see {@link #after}. */
    static final String AFTER = "(after) ";

    /** The word of a first row. */
    static final String FIRST = "";

    /**
     * Where a row leads; if all is null, to the row below.
     *
     * @param name one of the names above
     * @param action finds the step
     * @param step the step itself
     */
    record Exit<T extends Task>(String name, Step.Action<? super T> action, Step<T> step) {

        static <T extends Task> Exit<T> to(String name) {
            return new Exit<>(name, null, null);
        }

        static <T extends Task> Exit<T> to(Step<T> step) {
            return new Exit<>(null, null, step);
        }

        static <T extends Task> Exit<T> by(Step.Action<? super T> action) {
            return new Exit<>(null, action, null);
        }

        boolean isBelow() {
            return name == null && action == null && step == null;
        }
    }

    final String word;
    final String function;
    final Work<T> work;
    final List<Exit<T>> exits;

    private Row(String word, String function, Work<T> work, List<Exit<T>> exits) {
        this.word = word;
        this.function = function;
        this.work = work;
        this.exits = exits;
    }

    /**
     * Names what the column lists after another entry.
     *
     * @param label label of an entry
     * @return the name
     */
    public static String after(String label) {
        return AFTER + label;
    }

    // ---- rows that do something ----

    /**
     * The first row of an entry, which does something and leads to the row below.
     *
     * @param <T> the task
     * @param function the function whose critical section it is
     * @param work what it does
     * @return the row
     */
    public static <T extends Task> Row<T> does(String function, Consumer<? super T> work) {
        return does(FIRST, function, work);
    }

    /**
     * A row that does something and leads to the row below.
     *
     * @param <T> the task
     * @param word what it does, one word
     * @param function the function whose critical section it is
     * @param work what it does
     * @return the row
     */
    public static <T extends Task> Row<T> does(String word, String function,
            Consumer<? super T> work) {
        return does(word, function, work, (String) null);
    }

    /**
     * A row that does something.
     *
     * @param <T> the task
     * @param word what it does, one word; empty for the first row
     * @param function the function whose critical section it is
     * @param work what it does
     * @param then name of the row that comes next
     * @return the row
     */
    public static <T extends Task> Row<T> does(String word, String function,
            Consumer<? super T> work, String then) {
        return new Row<>(word, function, new Work.Does<>(work), List.of(Exit.to(then)));
    }

    /**
     * A row that does something, after which the next step has to be found.
     *
     * @param <T> the task
     * @param word what it does, one word; empty for the first row
     * @param function the function whose critical section it is
     * @param work what it does
     * @param then finds the next step; touches nothing that is shared
     * @return the row
     */
    public static <T extends Task> Row<T> does(String word, String function,
            Consumer<? super T> work, Step.Action<? super T> then) {
        return new Row<>(word, function, new Work.Does<>(work),
                List.of(Exit.by(then)));
    }

    // ---- rows that ask ----

    /**
     * A row that decides between two rows.
     *
     * @param <T> the task
     * @param word what it asks, one word; empty for the first row
     * @param function the function whose critical section it is
     * @param question what it asks; it may do something too
     * @param yes name of the row that comes next if the answer is true
     * @param no name of the row that comes next if it is false
     * @return the row
     */
    public static <T extends Task> Row<T> asks(String word, String function,
            Predicate<? super T> question, String yes, String no) {
        return new Row<>(word, function, new Work.Asks<>(question),
                List.of(Exit.to(yes), Exit.to(no)));
    }

    /**
     * A row that decides between another row and a step that has to be found.
     *
     * @param <T> the task
     * @param word what it asks, one word; empty for the first row
     * @param function the function whose critical section it is
     * @param question what it asks; it may do something too
     * @param yes name of the row that comes next if the answer is true
     * @param no finds the next step if it is false
     * @return the row
     */
    public static <T extends Task> Row<T> asks(String word, String function,
            Predicate<? super T> question, String yes, Step.Action<? super T> no) {
        return new Row<>(word, function, new Work.Asks<>(question),
                List.of(Exit.to(yes), Exit.by(no)));
    }

    /**
     * A row that decides between several rows.
     *
     * @param <T> the task
     * @param word what it decides, one word; empty for the first row
     * @param function the function whose critical section it is
     * @param choice gives the very string that stands among the names
     * @param names of the rows that can come next
     * @return the row
     */
    public static <T extends Task> Row<T> picks(String word, String function,
            Function<? super T, String> choice, String... names) {
        return new Row<>(word, function, new Work.Picks<>(choice),
                List.of(names).stream().map(Exit::<T>to).toList());
    }

    /**
     * A row whose action finds the next step.
     *
     * @param <T> the task
     * @param word what it does, one word; empty for the first row
     * @param function the function whose critical section it is
     * @param action what it does
     * @return the row
     */
    public static <T extends Task> Row<T> goes(String word, String function,
            Step.Action<? super T> action) {
        return new Row<>(word, function, new Work.Goes<>(action), List.of());
    }

    // ---- rows that wait ----

    /**
     * A row that waits: a look first; then, until the wait is over, enqueue, look, sleep.
     *
     * @param <T> the task
     * @param word what it waits for, one word; empty for the first row
     * @param function the function that waits
     * @param queue where to wait
     * @param done looks whether the wait is over; may take what it waited for
     * @param then name of the row that comes next
     * @return the row
     */
    public static <T extends Task> Row<T> awaits(String word, String function,
            Function<? super T, WaitQueue> queue, Predicate<? super T> done, String then) {
        return new Row<>(word, function, new Work.Awaits<>(queue, done),
                List.of(Exit.to(then)));
    }

    /**
     * A row that waits, after which the next step has to be found.
     *
     * @param <T> the task
     * @param word what it waits for, one word; empty for the first row
     * @param function the function that waits
     * @param queue where to wait
     * @param done looks whether the wait is over; may take what it waited for
     * @param then finds the next step; touches nothing that is shared
     * @return the row
     */
    public static <T extends Task> Row<T> awaits(String word, String function,
            Function<? super T, WaitQueue> queue, Predicate<? super T> done,
            Step.Action<? super T> then) {
        return new Row<>(word, function, new Work.Awaits<>(queue, done),
                List.of(Exit.by(then)));
    }

    /**
     * A row that waits, and leads to the row below.
     *
     * @param <T> the task
     * @param word what it waits for, one word; empty for the first row
     * @param function the function that waits
     * @param queue where to wait
     * @param done looks whether the wait is over; may take what it waited for
     * @return the row
     */
    public static <T extends Task> Row<T> awaits(String word, String function,
            Function<? super T, WaitQueue> queue, Predicate<? super T> done) {
        return awaits(word, function, queue, done, (String) null);
    }
}
