// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The steps that one kind of task takes under one protocol, in the order in which they follow one
 * another: a column of the diagram. What a protocol adds, leaves out or reorders shows here and
 * nowhere else; the steps themselves are common. Immutable.
 */
public final class Column {

    /** [branches], the entries of each, in order; the task begins with the first. */
    private final List<List<Step<?>>> branches;

    /** All entries, in order. */
    private final List<Step<?>> entries;

    /** Stands where a step is not in this column. */
    private static final Step<Task> NOT_HERE = Step.step("NotHere", "-", Task::next);

    /** [step id], what follows; null where the step ends a branch. */
    private final Step<?>[] follows;

    /** What is taken instead of a step; null if nothing is. */
    private final Map<Step<?>, Step<?>> redirects;

    private Column(List<List<Step<?>>> branches, Map<Step<?>, Step<?>> redirects) {
        if (branches.get(0).isEmpty()) {
            throw new IllegalArgumentException("a column without a first step: " + branches);
        }
        this.branches = branches.stream().filter(branch -> !branch.isEmpty()).toList();
        this.redirects = redirects;
        List<Step<?>> all = new ArrayList<>();
        branches.forEach(all::addAll);
        entries = List.copyOf(all);
        int ids = entries.stream().mapToInt(Step::id).max().orElseThrow() + 1;
        follows = new Step<?>[ids];
        Arrays.fill(follows, NOT_HERE);
        for (List<Step<?>> branch : branches) {
            for (int i = 0; i < branch.size(); i++) {
                Step<?> step = branch.get(i);
                if (step.entry() != step) {
                    throw new IllegalArgumentException(step + " is part of " + step.entry());
                }
                if (follows[step.id()] != NOT_HERE) {
                    throw new IllegalArgumentException(step + " is listed twice");
                }
                if (!step.isResolved()) {
                    throw new IllegalArgumentException("the table of " + step
                            + " has not been resolved");
                }
                follows[step.id()] = i + 1 < branch.size() ? branch.get(i + 1) : null;
            }
        }
        if (redirects != null) {
            redirects.keySet().forEach(this::requireListed);
        }
    }

    private void requireListed(Step<?> step) {
        if (!lists(step)) {
            throw new IllegalArgumentException(step + " is not in this column: " + entries);
        }
    }

    /**
     * Makes a column. The task begins with the first step and ends after the last, if no step sends
     * it elsewhere.
     *
     * @param steps entries, at least one
     * @return the column
     * @throws IllegalArgumentException if there is none, or one is listed twice or is only part of
     *         an entry
     */
    public static Column of(Step<?>... steps) {
        return new Column(List.of(List.of(steps)), null);
    }

    /**
     * Adds a branch, which the task enters only where a step sends it there.
     *
     * @param steps entries, at least one; after the last the task ends
     * @return a new column
     * @throws IllegalArgumentException if there is none, or one is listed twice or is only part of
     *         an entry
     */
    public Column branch(Step<?>... steps) {
        if (steps.length == 0) {
            throw new IllegalArgumentException("a branch without steps");
        }
        List<List<Step<?>>> more = new ArrayList<>(branches);
        more.add(List.of(steps));
        return new Column(more, redirects);
    }

    /**
     * Puts other steps where a step stands.
     *
     * @param step an entry of this column
     * @param by entries that stand there instead; none to leave the step out, or with the step
     *        itself among them
     * @return a new column
     * @throws IllegalArgumentException if the step is not in this column or is redirected, if one
     *         would be listed twice or none would be first, or if this changes nothing
     */
    public Column replace(Step<?> step, Step<?>... by) {
        if (!entries.contains(step)) {
            throw new IllegalArgumentException(step + " is not in this column: " + entries);
        }
        if (by.length == 1 && by[0] == step) {
            throw new IllegalArgumentException(step + " in place of itself changes nothing");
        }
        List<List<Step<?>>> changed = new ArrayList<>();
        for (List<Step<?>> branch : branches) {
            List<Step<?>> steps = new ArrayList<>(branch);
            int index = steps.indexOf(step);
            if (index >= 0) {
                steps.remove(index);
                steps.addAll(index, List.of(by));
            }
            changed.add(steps);
        }
        return new Column(changed, redirects);
    }

    /**
     * Puts steps behind or before a step.
     *
     * @param step an entry of this column
     * @param after whether they go behind it
     * @param more entries, in order
     * @return a new column
     * @throws IllegalArgumentException if the step is not in this column, or one would be listed
     *         twice
     */
    public Column insert(Step<?> step, boolean after, Step<?>... more) {
        List<Step<?>> by = new ArrayList<>(List.of(more));
        by.add(after ? 0 : by.size(), step);
        return replace(step, by.toArray(Step<?>[]::new));
    }

    /**
     * Tells whether this column lists a step.
     *
     * @param step an entry, or a smaller step of one
     * @return true if its entry is listed
     */
    public boolean lists(Step<?> step) {
        return entries.contains(step.entry());
    }

    /** Whether the other column lists the same in the same order. */
    boolean listsTheSameAs(Column other) {
        return branches.equals(other.branches);
    }

    /**
     * Lets a task take another step wherever it would take some step; only the other step itself
     * may go on to it, or the steps of its wait, if it waits.
     *
     * @param step an entry, or a smaller step of one
     * @param instead its entry must be in this column when it looks for what follows it
     * @return a new column
     * @throws IllegalArgumentException if the step's entry is not in this column, or if this
     *         changes nothing: the step itself, or the one to which it is redirected already
     */
    public Column redirect(Step<?> step, Step<?> instead) {
        requireListed(step);
        if (instead != null && !instead.isResolved()) {
            throw new IllegalArgumentException("the table of " + instead
                    + " has not been resolved");
        }
        if (instead == null || instead == step
                || redirects != null && redirects.get(step) == instead) {
            throw new IllegalArgumentException(step + " redirected to " + instead
                    + " changes nothing");
        }
        Map<Step<?>, Step<?>> more = new IdentityHashMap<>();
        if (redirects != null) {
            more.putAll(redirects);
        }
        more.put(step, instead);
        return new Column(branches, more);
    }

    /**
     * What this column lists.
     *
     * @return entries, in order
     */
    public List<Step<?>> entries() {
        return entries;
    }

    /**
     * All steps that can be taken.
     *
     * @return entries, their smaller steps, and those to which steps are redirected
     */
    public Set<Step<?>> steps() {
        Set<Step<?>> steps = new LinkedHashSet<>();
        entries.forEach(entry -> steps.addAll(entry.steps()));
        if (redirects != null) {
            steps.addAll(redirects.values());
        }
        return steps;
    }

    Step<?> first() {
        return resolve(null, entries.get(0));
    }

    /** What comes after a step, when that says what should. */
    Step<?> resolve(Step<?> taken, Step<?> next) {
        if (redirects == null) {
            return next;
        }
        Step<?> instead = redirects.get(next);
        boolean after = taken != null && instead != null && (taken == instead
                || taken.whole() == instead && next.whole() != instead);
        return instead == null || after ? next : instead;
    }

    /** What follows the entry of a step, or null at the end of a branch. */
    Step<?> after(Step<?> step) {
        int id = step.id();
        Step<?> next = id < follows.length ? follows[id] : NOT_HERE;
        if (next == NOT_HERE) {
            throw new IllegalStateException(step + " is not in this column: " + entries);
        }
        return next;
    }
}
