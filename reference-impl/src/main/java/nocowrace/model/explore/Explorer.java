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
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import nocowrace.model.task.Replay;
import nocowrace.model.task.Task;

/**
 * Engine 3: takes the steps of some tasks in every order, to the end.
 *
 * <p>A state is everything that the tasks hold and refer to, and where each of them stands. Steps
 * are deterministic, so a state determines what each next step does, and it is enough to go on from
 * each distinct state once, by each task that can take a step there. Every order of steps is a path
 * from the first state in the graph that this gives, and every outcome is that of a state without a
 * way out. No reduction is made, and states are compared whole, so nothing is missed; a bound on
 * their number is the only way in which an exploration can be incomplete, and then it says so.
 *
 * <p>A state is not copied but reached again, by taking the same steps from a new start.
 */
public final class Explorer {

    /** One start of the tasks, with a way to tell how it ended. */
    public interface Start {

        /**
         * The tasks, each before its first step, and always in the same order.
         *
         * @return the CPUs
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
         * @param hung whether no end can be reached any more; else a step threw
         * @return an outcome id
         */
        String outcomeWithoutEnd(boolean hung);
    }

    /**
     * What was found.
     *
     * @param complete false if the bound on states was reached: then everything else is a part
     * @param states distinct states, a count
     * @param orders distinct maximal orders of steps, a count; null if some can be prolonged for
     *        ever, or if not complete
     * @param outcomes by id, one shortest order that ends so: an index of a task for each step;
     *        with as few switches between tasks as possible, and then as few steps
     */
    public record Result(boolean complete, int states, BigInteger orders,
            SortedMap<String, int[]> outcomes) {
    }

    private static final int[] NO_STEPS = {};

    private final Supplier<? extends Start> starts;
    private final int maxStates;

    private final Map<ByteBuffer, Integer> known = new HashMap<>();

    /** [states], successor by each task, or -1 if it cannot take a step. */
    private final List<int[]> successors = new ArrayList<>();

    /** [states], outcome id where nobody can take a step, else null. */
    private final List<String> ends = new ArrayList<>();

    private Explorer(Supplier<? extends Start> starts, int maxStates) {
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
        Explorer explorer = new Explorer(starts, maxStates);
        boolean complete = explorer.visitAll();
        if (complete) {
            explorer.markHung();
        }
        return new Result(complete, explorer.successors.size(),
                complete ? explorer.countOrders() : null, explorer.shortest());
    }

    /** Visits every state; false if there are more than may be. */
    private boolean visitAll() {
        Deque<int[]> prefixes = new ArrayDeque<>();
        prefixes.push(NO_STEPS);
        while (!prefixes.isEmpty()) {
            if (!follow(prefixes.pop(), prefixes)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Goes where a prefix leads and on from there, always by the first task that can, until it
     * meets a state that is known, or an end. The other ways out of each new state become prefixes.
     */
    private boolean follow(int[] prefix, Deque<int[]> prefixes) {
        Start start = starts.get();
        List<Task> tasks = start.tasks();
        int[] path = Arrays.copyOf(prefix, prefix.length + 64);
        int length = 0;
        int from = -1;
        int by = -1;
        for (; length < prefix.length; length++) {
            if (length == prefix.length - 1) {
                from = known.get(Fingerprint.of(tasks));
                by = prefix[length];
                break;
            }
            Replay.step(tasks.get(prefix[length]));
        }
        while (true) {
            String end = null;
            if (by >= 0) {
                try {
                    Replay.step(tasks.get(by));
                } catch (RuntimeException e) {
                    end = start.outcomeWithoutEnd(false);
                }
                if (length == path.length) {
                    path = Arrays.copyOf(path, length * 2);
                }
                path[length++] = by;
            }
            ByteBuffer state = end == null ? Fingerprint.of(tasks)
                    : ByteBuffer.wrap((end + from + "/" + by).getBytes(
                            StandardCharsets.UTF_8));
            Integer seen = known.get(state);
            if (seen == null && known.size() == maxStates) {
                return false;
            }
            int id = seen == null ? known.size() : seen;
            if (from >= 0) {
                successors.get(from)[by] = id;
            }
            if (seen != null) {
                return true;
            }
            known.put(state, id);
            int[] out = new int[tasks.size()];
            Arrays.fill(out, -1);
            successors.add(out);
            int next = -1;
            for (int task = tasks.size() - 1; end == null && task >= 0; task--) {
                if (tasks.get(task).isRunnable()) {
                    if (next >= 0) {
                        int[] other = Arrays.copyOf(path, length + 1);
                        other[length] = next;
                        prefixes.push(other);
                    }
                    next = task;
                }
            }
            ends.add(next >= 0 ? null : end == null ? start.outcome() : end);
            if (next < 0) {
                return true;
            }
            from = id;
            by = next;
        }
    }

    /** States from which no end can be reached are ends of their own: somebody runs for ever. */
    private void markHung() {
        boolean[] ending = new boolean[ends.size()];
        boolean more = true;
        while (more) {
            more = false;
            for (int id = ends.size() - 1; id >= 0; id--) {
                if (!ending[id] && (ends.get(id) != null || Arrays.stream(successors.get(id))
                        .anyMatch(to -> to >= 0 && ending[to]))) {
                    ending[id] = true;
                    more = true;
                }
            }
        }
        for (int id = 0; id < ending.length; id++) {
            if (!ending[id]) {
                ends.set(id, starts.get().outcomeWithoutEnd(true));
            }
        }
    }

    /** Paths from the first state to an end; null if there is a cycle. */
    private BigInteger countOrders() {
        int states = successors.size();
        int[] waiting = new int[states];
        for (int[] out : successors) {
            for (int to : out) {
                if (to >= 0) {
                    waiting[to]++;
                }
            }
        }
        BigInteger[] paths = new BigInteger[states];
        Arrays.fill(paths, BigInteger.ZERO);
        paths[0] = BigInteger.ONE;
        Deque<Integer> ready = new ArrayDeque<>(List.of(0));
        BigInteger orders = BigInteger.ZERO;
        int done = 0;
        while (!ready.isEmpty()) {
            int id = ready.pop();
            done++;
            if (ends.get(id) != null) {
                orders = orders.add(paths[id]);
            }
            for (int to : successors.get(id)) {
                if (to >= 0) {
                    paths[to] = paths[to].add(paths[id]);
                    if (--waiting[to] == 0) {
                        ready.push(to);
                    }
                }
            }
        }
        return done == states ? orders : null;
    }

    /** A way to a state: by which task it was reached, and after how many switches and steps. */
    private record Way(int state, int by, int switches, int steps, Way before)
            implements Comparable<Way> {
        @Override
        public int compareTo(Way other) {
            int bySwitches = Integer.compare(switches, other.switches);
            return bySwitches != 0 ? bySwitches : Integer.compare(steps, other.steps);
        }

        int[] path() {
            int[] path = new int[steps];
            for (Way way = this; way.before != null; way = way.before) {
                path[way.steps - 1] = way.by;
            }
            return path;
        }
    }

    /** Dijkstra's search over pairs of a state and the task that was last at work. */
    private SortedMap<String, int[]> shortest() {
        SortedMap<String, int[]> found = new TreeMap<>();
        int tasks = successors.get(0).length;
        boolean[][] settled = new boolean[successors.size()][tasks + 1];
        PriorityQueue<Way> queue = new PriorityQueue<>();
        queue.add(new Way(0, tasks, -1, 0, null));
        while (!queue.isEmpty()) {
            Way way = queue.poll();
            if (settled[way.state][way.by]) {
                continue;
            }
            settled[way.state][way.by] = true;
            String end = ends.get(way.state);
            if (end != null) {
                found.putIfAbsent(end, way.path());
            }
            int[] out = successors.get(way.state);
            for (int by = 0; by < tasks; by++) {
                if (out[by] >= 0 && !settled[out[by]][by]) {
                    queue.add(new Way(out[by], by, way.switches + (by == way.by ? 0 : 1),
                            way.steps + 1, way));
                }
            }
        }
        return found;
    }
}
