// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import nocowrace.engine.Model;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.World;

/**
 * Engine 3: takes the steps of some tasks in every order, to the end.
 *
 * <p>A state is everything that the tasks hold and refer to, and where each of them stands. A step
 * is deterministic but for the {@linkplain World#choose choices} that it leaves open, of which
 * there is at most one in a step; so a state and a {@link Move} determine the next state, and it
 * is enough to go on from each distinct state once, by each move that can be made there. Every
 * order of steps is a path from the first state in the graph that this gives, and every outcome is
 * that of a state without a way out. No reduction is made, and states are compared whole, so
 * nothing is missed; a bound on their number is the only way in which an exploration can be
 * incomplete, and then it says so. In every state the invariants are checked.
 *
 * <p>A state is not copied but reached again, by making the same moves from a new start. So the
 * time grows with states times steps, and the memory with states: about two KiB each. A million
 * states are within reach; beyond that it wants a reduction, not a larger bound.
 */
public class Explorer {
    /*
     * Not covered: what happens inside a step, and weak memory. Steps are taken whole, one after
     * another, on one thread.
     */

    /**
     * One step of an order.
     *
     * @param task whose step it is, an index into the tasks
     * @param choice which of the ways that the step leaves open, from 0
     */
    public record Move(int task, int choice) {

        /**
         * Describes a move.
         *
         * @throws IllegalArgumentException if a number is negative
         */
        public Move {
            if (task < 0 || choice < 0) {
                throw new IllegalArgumentException("choice " + choice + " of task " + task);
            }
        }

        /**
         * Makes it.
         *
         * @param start the tasks, where earlier moves have brought them
         * @throws IllegalArgumentException if there is no such task, or its step leaves fewer ways
         *         open
         * @throws IllegalStateException if the task has ended or is asleep
         * @throws RuntimeException what the step threw
         */
        public void take(Model start) {
            List<Task> tasks = start.tasks();
            if (task >= tasks.size()) {
                throw new IllegalArgumentException("no task " + task + " among " + tasks);
            }
            Choice open = new Choice(choice);
            open.during(start.world(), () -> tasks.get(task).takeStep());
            if (choice >= open.ways()) {
                throw new IllegalArgumentException("no choice " + choice + " of task " + task
                        + ": there are " + open.ways());
            }
        }
    }

    /**
     * An order whose last step throws.
     *
     * @param order one of the shortest, as in {@link Result}
     * @param exception what it throws
     */
    public record Failure(List<Move> order, RuntimeException exception) {
    }

    /**
     * What was found. An order is one of the shortest: with as few switches between tasks as
     * possible, then as few steps; then with as few entries torn apart, and early switches. Where
     * tasks run for ever it goes on until a state repeats.
     *
     * @param complete false if the bound on states was reached: then everything else is a part
     * @param states distinct states, a count
     * @param orders distinct maximal orders of steps, a count; null if some can be prolonged for
     *        ever, or if not complete
     * @param outcomes by id, an order that ends so
     * @param failures by outcome id, an order that ends so because a step throws
     * @param violations by invariant, an order that leads to a state in which it does not hold
     */
    public record Result(boolean complete, int states, BigInteger orders,
            SortedMap<String, List<Move>> outcomes, SortedMap<String, Failure> failures,
            SortedMap<Model.Claim, List<Move>> violations) {
    }

    private final Supplier<? extends Model> starts;
    private final Printers printers;
    private final int maxStates;

    private final Map<ByteBuffer, Integer> known = new HashMap<>();
    private final Graph graph = new Graph();

    /** A point where the exploration continues: a last move from a known state, and its path. */
    private record Prefix(List<Move> path, int from, Move last) {
    }

    Explorer(Supplier<? extends Model> starts, Printers printers, int maxStates) {
        if (maxStates < 1) {
            throw new IllegalArgumentException("maxStates " + maxStates + " is less than 1");
        }
        this.starts = starts;
        this.printers = printers;
        this.maxStates = maxStates;
    }

    /**
     * Explores.
     *
     * @param starts makes one start after the other, all alike: the same objects, with the same
     *        constants as steps
     * @param printers how objects are written into the key of a state
     * @param maxStates bound on distinct states, a count, at least 1
     * @return what was found
     * @throws IllegalArgumentException if the bound is less than 1, or tasks are not of the
     *         world of their start
     * @throws IllegalStateException if the starts are not alike, a start gives no outcome, a step
     *         leaves two choices open, or something that a task refers to cannot be compared
     */
    public static Result explore(Supplier<? extends Model> starts, Printers printers,
            int maxStates) {
        return new Explorer(starts, printers, maxStates).explore();
    }

    /**
     * Explores, with {@linkplain Printers#STANDARD the usual keys}.
     *
     * @param starts makes one start after the other, all alike
     * @param maxStates bound on distinct states, a count, at least 1
     * @return what was found
     * @throws IllegalArgumentException as above
     * @throws IllegalStateException as above
     */
    public static Result explore(Supplier<? extends Model> starts, int maxStates) {
        return explore(starts, Printers.STANDARD, maxStates);
    }

    Result explore() {
        boolean complete = visitAll();
        if (complete) {
            Supplier<String> hung = () -> starts.get().outcomeWithoutEnd(true);
            graph.markHung(() -> outcome(hung, List.of(), null));
        }
        SortedMap<String, List<Move>> outcomes = new TreeMap<>();
        Map<String, List<Move>> throwing = new TreeMap<>();
        SortedMap<Model.Claim, List<Move>> violations = new TreeMap<>(
                Comparator.comparingInt(Model.Claim::ordinal).thenComparing(Model.Claim::name));
        graph.findShortest(outcomes, throwing, violations);
        SortedMap<String, Failure> failures = new TreeMap<>();
        throwing.forEach((id, order) -> failures.put(id, new Failure(order, thrownBy(order))));
        return new Result(complete, graph.states.size(), complete ? graph.countOrders() : null,
                outcomes, failures, violations);
    }

    /** What the last step of an order throws. */
    private RuntimeException thrownBy(List<Move> order) {
        Model start = starts.get();
        RuntimeException thrown = null;
        for (Move move : order) {
            thrown = take(start.world(), start.tasks(), move, new Choice(move.choice));
        }
        return thrown;
    }

    /** Whether a step of a task can be taken. */
    boolean canStep(Task task) {
        return task.isRunnable();
    }

    /** Takes a step of a task. */
    void step(Task task) {
        task.takeStep();
    }

    /** What tells a state from others. */
    ByteBuffer print(List<Task> tasks) {
        return Fingerprint.of(printers, tasks);
    }

    /** How many of a step's choices are made: all of them. */
    int choices(int ways) {
        return ways;
    }

    /** Makes a move; what its step threw, or null. */
    private RuntimeException take(World world, List<Task> tasks, Move move, Choice choice) {
        Task task = tasks.get(move.task);
        Step<?> at = task.at();
        RuntimeException thrown = null;
        try {
            choice.during(world, () -> step(task));
        } catch (RuntimeException e) {
            thrown = e;
        }
        if (choice.times() > 1) {
            throw new IllegalStateException("step " + at + " leaves open " + choice.times()
                    + " choices; the explorer knows of one a step");
        }
        return thrown;
    }

    /** Visits every state; false if there are more than may be. */
    private boolean visitAll() {
        Deque<Prefix> prefixes = new ArrayDeque<>();
        prefixes.push(new Prefix(List.of(), Graph.NONE, null));
        while (!prefixes.isEmpty()) {
            if (!follow(prefixes.pop(), prefixes)) {
                return false;
            }
        }
        return true;
    }

    /** Brings a new start to the known state where a prefix goes on. */
    private List<Task> reach(Model start, Prefix prefix) {
        List<Task> tasks = List.copyOf(start.tasks());
        for (Task task : tasks) {
            if (task.world() != start.world()) {
                throw new IllegalArgumentException(task + " is not of the world of its start");
            }
        }
        if (tasks.size() > Integer.SIZE) {
            throw new IllegalStateException(tasks.size() + " tasks are too many");
        }
        if (prefix.last == null) {
            return tasks;
        }
        if (tasks.size() != graph.states.get(0).successors.length) {
            throw different(prefix.path, tasks, null);
        }
        for (Move move : prefix.path) {
            Choice choice = new Choice(move.choice);
            RuntimeException thrown = take(start.world(), tasks, move, choice);
            if (thrown != null || move.choice >= choice.ways()) {
                throw different(prefix.path, tasks, thrown);
            }
        }
        if (!Integer.valueOf(prefix.from).equals(known.get(print(tasks)))) {
            throw different(prefix.path, tasks, null);
        }
        return tasks;
    }

    /** The same moves have led one start to a state and another one elsewhere. */
    private IllegalStateException different(List<Move> path, List<Task> tasks, Throwable cause) {
        List<Task> some = starts.get().tasks();
        List<Task> others = starts.get().tasks();
        String hint = "";
        for (int i = 0; i < Math.min(some.size(), others.size()); i++) {
            if (some.get(i).at() != others.get(i).at()) {
                hint = ". Step " + some.get(i).at() + " is made anew for each start";
            }
        }
        return new IllegalStateException("the starts differ: moves of tasks " + tasksOf(path)
                + " lead to different states, now to " + tasks + hint, cause);
    }

    private static List<Integer> tasksOf(List<Move> path) {
        return path.stream().map(Move::task).toList();
    }

    /**
     * Goes where a prefix leads and on from there, always by the first task that can and the first
     * choice, until it meets a state that is known, or an end. The other ways out of each new state
     * become prefixes.
     */
    private boolean follow(Prefix prefix, Deque<Prefix> prefixes) {
        Model start = starts.get();
        List<Task> tasks = reach(start, prefix);
        List<Move> path = new ArrayList<>(prefix.path);
        int from = prefix.from;
        Move last = prefix.last;
        while (true) {
            RuntimeException thrown = null;
            if (last != null) {
                Choice choice = new Choice(last.choice);
                thrown = take(start.world(), tasks, last, choice);
                leaveOpen(from, last, choice.ways(), path, prefixes);
                path.add(last);
            }
            ByteBuffer print = thrown == null ? print(tasks) : ByteBuffer.wrap(
                    ("threw " + from + last).getBytes(StandardCharsets.UTF_8));
            Integer seen = known.get(print);
            if (seen == null && known.size() == maxStates) {
                return false;
            }
            int id = seen == null ? known.size() : seen;
            if (last != null) {
                link(from, last, id);
            }
            if (seen != null) {
                return true;
            }
            known.put(print, id);
            Graph.State state = new Graph.State(tasks.size());
            graph.states.add(state);
            state.violated = start.violated();
            state.threw = thrown != null;
            Move next = state.threw ? null : waysOut(state, id, tasks, path, prefixes);
            if (next == null) {
                state.end = outcome(state.threw ? () -> start.outcomeWithoutEnd(false)
                        : start::outcome, path, thrown);
                return true;
            }
            from = id;
            last = next;
        }
    }

    /** Asks a start how it ended. */
    private static String outcome(Supplier<String> asked, List<Move> path, Throwable thrown) {
        String outcome;
        try {
            outcome = asked.get();
        } catch (RuntimeException e) {
            throw new IllegalStateException("no outcome after moves of tasks " + tasksOf(path), e);
        }
        if (outcome == null) {
            throw new IllegalStateException("outcome null after moves of tasks " + tasksOf(path),
                    thrown);
        }
        return outcome;
    }

    /** The first way out of a new state; the others become prefixes. Null if there is none. */
    private Move waysOut(Graph.State state, int id, List<Task> tasks, List<Move> path,
            Deque<Prefix> prefixes) {
        Move next = null;
        for (int task = tasks.size() - 1; task >= 0; task--) {
            if (canStep(tasks.get(task))) {
                if (next != null) {
                    prefixes.push(new Prefix(List.copyOf(path), id, next));
                }
                next = new Move(task, 0);
                state.successors[task] = new int[] {Graph.NONE};
                if (tasks.get(task).at().entry() != tasks.get(task).at()) {
                    state.torn |= 1 << task;
                }
            }
        }
        return next;
    }

    /** Once the first choice of a step is made, it is known how many others there are. */
    private void leaveOpen(int from, Move move, int ways, List<Move> path,
            Deque<Prefix> prefixes) {
        if (move.choice == 0 && ways > 1) {
            int[] successors = new int[ways];
            Arrays.fill(successors, Graph.NONE);
            graph.states.get(from).successors[move.task] = successors;
            for (int choice = 1; choice < choices(ways); choice++) {
                prefixes.push(new Prefix(List.copyOf(path), from, new Move(move.task, choice)));
            }
        }
    }

    /** Notes where a move leads; choices that make no difference count as one. */
    private void link(int from, Move move, int to) {
        int[] successors = graph.states.get(from).successors[move.task];
        if (Arrays.stream(successors).noneMatch(other -> other == to)) {
            successors[move.choice] = to;
        }
    }
}
