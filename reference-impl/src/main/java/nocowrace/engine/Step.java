// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A named unit of a task: one critical section of the code that is modelled, or less. It never
 * blocks but in a sleep, and it says which step comes next.
 *
 * <p>An <em>entry</em> is a step that a {@link Column} lists; its label is a letter and a number
 * (R4). It is made from a table of {@linkplain Row rows}. The smaller steps of an entry carry its
 * label, a dot and a word (R4.look).
 *
 * @param <T> the task whose step it is
 */
public final class Step<T extends Task> {

    /**
     * The work of a step that finds the next step by itself.
     *
     * @param <T> the task whose step it is
     */
    @FunctionalInterface
    public interface Action<T extends Task> {

        /**
         * Does the work of one critical section.
         *
         * @param task the task; only the thread that runs it calls this
         * @return the next step: one of the task's constants, {@link Task#next()} for whatever the
         *         protocol's column lists after this entry, or {@link Task#end()}
         */
        Step<?> run(T task);
    }

    private static final AtomicInteger IDS = new AtomicInteger();

    private final String label;
    private final String function;
    private final boolean sleep;
    private final Step<?> entry;
    private final int id;

    /** The first step of the wait to which this one belongs; this, if it is in none. */
    private final Step<?> whole;

    /** The smaller steps of an entry, by what stands behind its label; null in those. */
    private final Map<String, Step<?>> parts;

    /**
     * The work of this step: exactly one of these is set. They are separate fields so that a step
     * costs one call; the next step is then read from a field.
     */
    Predicate<? super T> question;
    Consumer<? super T> work;
    Function<? super T, String> choice;
    Action<? super T> action;

    /** The next step; after a question, that for the answer true. Null until it is resolved. */
    private Step<?> yes;
    private Action<? super T> yesBy;

    /** The next step after a question with the answer false. */
    private Step<?> no;
    private Action<? super T> noBy;

    /** [names], the names that a choice can pick, and the next step for each. */
    private String[] names;
    private Step<?>[] to;
    private List<Action<? super T>> by;

    /** A name and its next step, or an action that finds it; without both the column has it. */
    private record Way<T extends Task>(String name, Step<?> to, Action<? super T> by) {
    }

    /** The steps whose names are not resolved yet; null once they are, and in parts. */
    private List<Unresolved<T>> unresolved;

    /** A step, and where its row leads. */
    record Unresolved<T extends Task>(Step<T> step, List<Row.Exit<T>> exits) {
    }

    Step(String label, String function, boolean sleep, Step<?> entry,
            Step<?> whole) {
        this.label = label;
        this.function = function;
        this.sleep = sleep;
        this.entry = entry == null ? this : entry;
        this.whole = whole == null ? this : whole;
        id = entry == null ? IDS.getAndIncrement() : entry.id;
        parts = entry == null ? new LinkedHashMap<>() : null;
    }

    /** Makes an entry whose rows may name those of other entries. */
    Step(String label, List<Row<T>> rows) {
        this(label, rows.isEmpty() ? null : rows.get(0).function, false, null, null);
        if (!label.matches("[A-Z][A-Za-z0-9]*")) {
            throw new IllegalArgumentException("the label '" + label
                    + "' is not a capital letter, then letters and digits");
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(label + " has no first row");
        }
        unresolved = new Rows<>(this, true, parts).make(rows);
    }

    /**
     * Makes an entry whose rows name each other only.
     *
     * @param <T> the task
     * @param label a letter and a number
     * @param rows in the order in which they are run; at least one, the first without a word
     * @return the first step
     * @throws IllegalArgumentException if a word is there already, or there is no row
     * @throws IllegalStateException if a row names one that there is not; names both
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the rows are only read
    public static <T extends Task> Step<T> entry(String label, Row<T>... rows) {
        Step<T> entry = new Step<>(label, List.of(rows));
        entry.resolve(name -> null);
        return entry;
    }

    /**
     * Makes an entry of one step.
     *
     * @param <T> the task
     * @param label a letter and a number
     * @param function the function whose critical section it is
     * @param action what it does
     * @return the step
     */
    public static <T extends Task> Step<T> step(String label, String function,
            Action<? super T> action) {
        return entry(label, Row.<T>goes(Row.FIRST, function, action));
    }

    /**
     * Makes steps that count as part of this entry, but that only their maker can find: to be
     * {@linkplain Column#redirect put in the place} of others.
     *
     * @param rows in the order in which they are run; at least one, each with a word. They name
     *        each other and the rows of this entry
     * @return the first of the new steps
     * @throws IllegalArgumentException if two have the same word
     * @throws IllegalStateException if a row names one that there is not; names both
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the rows are only read
    public final Step<T> with(Row<T>... rows) {
        Map<String, Step<?>> names = new LinkedHashMap<>();
        List<Unresolved<T>> made = new Rows<>(this, false, names).make(List.of(rows));
        resolve(made, word -> names.containsKey(word) ? names.get(word) : find(word));
        return made.get(0).step;
    }

    /**
     * Makes a step that counts as part of this entry, as {@link #with} does.
     *
     * @param word what it does, one word
     * @param function the function whose critical section it is
     * @param does what it does
     * @return the step
     */
    public Step<T> sub(String word, String function, Action<? super T> does) {
        return with(Row.<T>goes(word, function, does));
    }

    /** Finds what the names of this entry's rows stand for; others knows the other entries. */
    void resolve(Function<String, Step<?>> others) {
        resolve(unresolved, name -> {
            Step<?> own = name.equals(label) ? this : find(name);
            return own != null ? own : others.apply(name);
        });
        unresolved = null;
    }

    private static <T extends Task> void resolve(List<Unresolved<T>> steps,
            Function<String, Step<?>> find) {
        for (Unresolved<T> one : steps) {
            one.step.lead(one.exits.stream().map(exit -> one.step.way(exit, find)).toList());
        }
    }

    private void lead(List<Way<T>> all) {
        names = all.stream().map(Way::name).toArray(String[]::new);
        to = all.stream().map(Way::to).toArray(Step<?>[]::new);
        by = all.stream().<Action<? super T>>map(Way::by).toList();
        if (names.length > 0) {
            yes = to[0];
            yesBy = by.get(0);
        }
        if (names.length > 1) {
            no = to[1];
            noBy = by.get(1);
        }
    }

    private Way<T> way(Row.Exit<T> exit, Function<String, Step<?>> find) {
        String name = exit.name();
        if (name == null) {
            return new Way<>(null, exit.step(), exit.action());
        }
        return switch (name) {
            case Row.NEXT -> new Way<>(name, null, null);
            case Row.AGAIN -> new Way<>(name, null, Task::again);
            case Row.TOP -> new Way<>(name, entry, null);
            case Row.END -> new Way<>(name, null, task -> null);
            default -> {
                boolean follows = name.startsWith(Row.AFTER);
                String wanted = follows ? name.substring(Row.AFTER.length()) : name;
                Step<?> to = find.apply(wanted);
                if (to == null) {
                    throw new IllegalStateException("row " + label + " leads to " + wanted
                            + ", and there is no such row");
                }
                yield follows ? new Way<>(name, null, task -> task.after(to))
                        : new Way<>(name, to, null);
            }
        };
    }

    /** A smaller step of this entry, by its word; null if there is none. */
    Step<?> find(String word) {
        return entry.parts.get(word);
    }

    /** Whether the names of its rows have been resolved. */
    boolean isResolved() {
        return entry.unresolved == null;
    }

    /**
     * Does the work of this step; for engines, and for a step of which it is a part.
     *
     * @param task whose turn it is
     * @return what comes next; null at the end of the task
     * @throws IllegalStateException if the row picks a name that it does not list
     */
    public Step<?> run(T task) {
        if (question != null) {
            boolean answer = question.test(task);
            Step<?> then = answer ? yes : no;
            return then != null ? then : lead(answer ? yesBy : noBy, task);
        }
        if (work != null) {
            work.accept(task);
            return yes != null ? yes : lead(yesBy, task);
        }
        return choice != null ? pick(task, choice.apply(task)) : action.run(task);
    }

    private Step<?> lead(Action<? super T> finds, T task) {
        return finds == null ? task.next() : finds.run(task);
    }

    private Step<?> pick(T task, String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i] == name) { // names are constants: the very string is wanted
                return to[i] != null ? to[i] : lead(by.get(i), task);
            }
        }
        throw new IllegalStateException("row " + label + " picks " + name
                + ", which is none of the very strings " + List.of(names));
    }

    /**
     * A smaller step of this entry.
     *
     * @param words what stands in its label behind this one's and the dot, such as sleep, or
     *        zero.look
     * @return the step that the table of this entry has under that label
     * @throws IllegalArgumentException if there is none
     */
    @SuppressWarnings("unchecked") // the steps of an entry are steps of the same kind of task
    public Step<T> part(String words) {
        Step<T> part = (Step<T>) find(words);
        if (part == null) {
            throw new IllegalArgumentException(label + " has no " + words + ": "
                    + entry.parts.keySet());
        }
        return part;
    }

    /**
     * The name by which the project speaks of this step.
     *
     * @return for example W4, or W4.enter
     */
    public String label() {
        return label;
    }

    /**
     * The source of what it does.
     *
     * @return name of a function in the code that is modelled
     */
    public String function() {
        return function;
    }

    /**
     * Tells whether this step lasts until the task is woken.
     *
     * @return true for a sleep
     */
    public boolean isSleep() {
        return sleep;
    }

    /**
     * The step under whose label a column lists this one.
     *
     * @return this, if it is an entry itself
     */
    public Step<?> entry() {
        return entry;
    }

    /**
     * The steps of an entry's table.
     *
     * @return the entry and its smaller steps: rows in their order, then the parts of waits
     */
    public List<Step<?>> steps() {
        List<Step<?>> steps = new ArrayList<>(List.of(entry));
        steps.addAll(entry.parts.values());
        return steps;
    }

    /**
     * Tells steps with different code apart, and takes those for the same that the same line has
     * made.
     *
     * @return the function and the class of what it does
     */
    public String code() {
        Object does = work != null ? work : question != null ? question
                : choice != null ? choice : action;
        return function + " " + does.getClass().getName();
    }

    /** The first step of the wait to which this one belongs; this, if it is in none. */
    Step<?> whole() {
        return whole;
    }

    /** Position of the entry in a column's table; small, unique among entries. */
    int id() {
        return id;
    }

    @Override
    public String toString() {
        return label;
    }
}
