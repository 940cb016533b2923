// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.explore;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import nocowrace.model.FileSystem;
import nocowrace.model.Invariant;
import nocowrace.model.task.Replay;
import nocowrace.model.task.Task;

/**
 * Engine 3: takes the steps of some tasks in every order, to the end.
 *
 * <p>A state is everything that the tasks hold and refer to, and where each of them stands. A step
 * is deterministic but for the choices that the file system leaves open, of which there is at most
 * one in a step; so a state and a {@link Move} determine the next state, and it is enough to go on
 * from each distinct state once, by each move that can be made there. Every order of steps is a
 * path from the first state in the graph that this gives, and every outcome is that of a state
 * without a way out. No reduction is made, and states are compared whole, so nothing is missed; a
 * bound on their number is the only way in which an exploration can be incomplete, and then it says
 * so. In every state the invariants are checked.
 *
 * <p>A state is not copied but reached again, by making the same moves from a new start. So the
 * time grows with states times steps, and the memory with states: about two KiB each. Measured
 * after the fix, one extent each, 4 sectors a group:
 * <table>
 * <caption>How states grow with tasks and steps</caption>
 * <tr><th>tasks<th>states<th>orders<th>steps
 * <tr><td>a relocation<td>31<td>1<td>30
 * <tr><td>and a direct write<td>2,103<td>2.5e16<td>55
 * <tr><td>the same, of two blocks<td>4,251<td>2.8e19<td>67
 * <tr><td>and a reader<td>24,017<td>1.5e30<td>61
 * <tr><td>or another relocation<td>36,244<td>6.3e25<td>69
 * <tr><td>or another write<td>362,616<td>9.2e44<td>91
 * <tr><td>a relocation, a write, two readers<td>375,470<td>2.1e49<td>67
 * <tr><td>three relocations, a write<td>644,528<td>1.6e38<td>83
 * </table>
 * Three tasks and four small ones are within reach of a million states; beyond that it wants a
 * reduction, not a larger bound.
 */
public class Explorer {
    /*
     * Not covered: what happens inside a step, and weak memory. Steps are taken whole, one after
     * another, on one thread.
     */

    /** One start of the tasks, with a way to tell how it ended. */
    public interface Start {

        /**
         * What the tasks work on.
         *
         * @return a file system of its own
         */
        FileSystem fileSystem();

        /**
         * The tasks, each before its first step, and always in the same order.
         *
         * @return the CPUs; everybody who is at work on the file system
         */
        List<Task> tasks();

        /**
         * How it ended: once no task can take a step.
         *
         * @return an outcome id; that of a hang if some task has not ended
         */
        String outcome();

        /**
         * How it ended, if a step threw an exception, or if tasks run for ever.
         *
         * @param hung whether no end can be reached any more, of which a new start is asked; else
         *        a step of this one threw
         * @return an outcome id
         */
        String outcomeWithoutEnd(boolean hung);
    }

    /**
     * One step of an order.
     *
     * @param task whose step it is, an index into the tasks
     * @param choice which of the ways that the step leaves open, from 0
     */
    public record Move(int task, int choice) {

        /**
         * Makes it.
         *
         * @param start the tasks, where earlier moves have brought them
         * @throws IllegalStateException if the task has ended or is asleep
         */
        public void take(Start start) {
            start.fileSystem().info().space().leaveOpen(groups -> choice);
            Replay.step(start.tasks().get(task));
        }
    }

    /**
     * What was found. An order is one of the shortest: with as few switches between tasks as
     * possible, then as few steps; then with as few entries torn apart, and early switches.
     *
     * @param complete false if the bound on states was reached: then everything else is a part
     * @param states distinct states, a count
     * @param orders distinct maximal orders of steps, a count; null if some can be prolonged for
     *        ever, or if not complete
     * @param outcomes by id, an order that ends so
     * @param violations by invariant, an order that leads to a state in which it does not hold
     */
    public record Result(boolean complete, int states, BigInteger orders,
            SortedMap<String, List<Move>> outcomes,
            SortedMap<Invariant, List<Move>> violations) {
    }

    private final Supplier<? extends Start> starts;
    private final int maxStates;

    private final Map<ByteBuffer, Integer> known = new HashMap<>();
    private final Graph graph = new Graph();

    /** How many choices the last move had, a count. */
    private int ways;

    Explorer(Supplier<? extends Start> starts, int maxStates) {
        this.starts = starts;
        this.maxStates = maxStates;
    }

    /**
     * Explores.
     *
     * @param starts makes one start after the other, all alike
     * @param maxStates bound on distinct states, a count
     * @return what was found
     */
    public static Result explore(Supplier<? extends Start> starts, int maxStates) {
        return new Explorer(starts, maxStates).explore();
    }

    Result explore() {
        boolean complete = visitAll();
        if (complete) {
            graph.markHung(() -> starts.get().outcomeWithoutEnd(true));
        }
        SortedMap<String, List<Move>> outcomes = new TreeMap<>();
        SortedMap<Invariant, List<Move>> violations = new TreeMap<>();
        graph.findShortest(outcomes, violations);
        return new Result(complete, graph.states.size(), complete ? graph.countOrders() : null,
                outcomes, violations);
    }

    /** Whether a step of a task can be taken. */
    boolean canStep(Task task) {
        return task.isRunnable();
    }

    /** Takes a step of a task. */
    void step(Task task) {
        Replay.step(task);
    }

    /** What tells a state from others. */
    ByteBuffer print(List<Task> tasks) {
        return Fingerprint.of(tasks);
    }

    /** How many of a step's choices are made: all of them. */
    int choices(int ways) {
        return ways;
    }

    /** Makes a move. Whatever the step does, ways tells how many choices it had. */
    private void take(Start start, Move move) {
        ways = 1;
        start.fileSystem().info().space().leaveOpen(groups -> {
            if (ways != 1) {
                throw new AssertionError("two choices in one step");
            }
            ways = groups;
            return move.choice;
        });
        step(start.tasks().get(move.task));
    }

    /** Visits every state; false if there are more than may be. */
    private boolean visitAll() {
        Deque<List<Move>> prefixes = new ArrayDeque<>();
        prefixes.push(List.of());
        while (!prefixes.isEmpty()) {
            if (!follow(prefixes.pop(), prefixes)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Goes where a prefix leads and on from there, always by the first task that can and the first
     * choice, until it meets a state that is known, or an end. The other ways out of each new state
     * become prefixes.
     */
    private boolean follow(List<Move> prefix, Deque<List<Move>> prefixes) {
        Start start = starts.get();
        List<Task> tasks = start.tasks();
        List<Move> path = new ArrayList<>(prefix);
        Move last = path.isEmpty() ? null : path.remove(path.size() - 1);
        for (Move move : path) {
            take(start, move);
        }
        int from = last == null ? Graph.NONE : known.get(print(tasks));
        while (true) {
            String thrown = null;
            if (last != null) {
                try {
                    take(start, last);
                } catch (RuntimeException e) {
                    thrown = start.outcomeWithoutEnd(false);
                }
                leaveOpen(from, last, path, prefixes);
                path.add(last);
            }
            ByteBuffer print = thrown == null ? print(tasks)
                    : ByteBuffer.wrap((thrown + from + last).getBytes(StandardCharsets.UTF_8));
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
            state.violated = start.fileSystem().violated(tasks);
            Move next = thrown == null ? waysOut(state, tasks, path, prefixes) : null;
            if (next == null) {
                state.end = thrown == null ? start.outcome() : thrown;
                return true;
            }
            from = id;
            last = next;
        }
    }

    /** The first way out of a new state; the others become prefixes. Null if there is none. */
    private Move waysOut(Graph.State state, List<Task> tasks, List<Move> path,
            Deque<List<Move>> prefixes) {
        Move next = null;
        for (int task = tasks.size() - 1; task >= 0; task--) {
            if (canStep(tasks.get(task))) {
                if (next != null) {
                    prefixes.push(append(path, next));
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

    private static List<Move> append(List<Move> path, Move move) {
        List<Move> longer = new ArrayList<>(path);
        longer.add(move);
        return longer;
    }

    /** Once the first choice of a step is made, it is known how many others there are. */
    private void leaveOpen(int from, Move move, List<Move> path, Deque<List<Move>> prefixes) {
        if (move.choice == 0 && ways > 1) {
            int[] successors = new int[ways];
            Arrays.fill(successors, Graph.NONE);
            graph.states.get(from).successors[move.task] = successors;
            for (int choice = 1; choice < choices(ways); choice++) {
                prefixes.push(append(path, new Move(move.task, choice)));
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
