// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import nocowrace.engine.Model;

/** The states that an {@link Explorer} has met and the moves between them, and what they tell. */
final class Graph {

    /** Leads nowhere yet. */
    static final int NONE = -1;

    private static final int[] NO_WAYS = {};

    /** In the order in which they were met, the first one first. */
    final List<State> states = new ArrayList<>();

    /** A node. */
    static final class State {
        /** [tasks][choices], the next state; null if the task cannot take a step. */
        final int[][] successors;

        /** Tasks that stand within an entry and can go on; one bit each. */
        int torn;

        /** How it ended, where nobody can take a step; else null. */
        String end;

        /** Whether it ended because its last step threw. */
        boolean threw;

        /** Whether it counts as an end because tasks run for ever from here. */
        boolean repeats;

        /** What does not hold here. */
        Set<? extends Model.Claim> violated = Set.of();

        State(int tasks) {
            successors = new int[tasks][];
        }

        IntStream distinctSuccessors() {
            return Arrays.stream(successors).filter(ways -> ways != null)
                    .flatMapToInt(Arrays::stream).filter(to -> to != NONE);
        }
    }

    /** States from which no end can be reached are ends of their own: somebody runs for ever. */
    void markHung(Supplier<String> hung) {
        boolean[] ending = new boolean[states.size()];
        boolean more = true;
        while (more) {
            more = false;
            for (int id = ending.length - 1; id >= 0; id--) {
                if (!ending[id] && (states.get(id).end != null
                        || states.get(id).distinctSuccessors().anyMatch(to -> ending[to]))) {
                    ending[id] = true;
                    more = true;
                }
            }
        }
        for (int id = 0; id < ending.length; id++) {
            if (!ending[id]) {
                states.get(id).end = hung.get();
                states.get(id).repeats = true;
            }
        }
    }

    /** Paths from the first state to an end; null if there is a cycle. */
    BigInteger countOrders() {
        int[] waiting = new int[states.size()];
        states.forEach(state -> state.distinctSuccessors().forEach(to -> waiting[to]++));
        BigInteger[] paths = new BigInteger[waiting.length];
        Arrays.fill(paths, BigInteger.ZERO);
        paths[0] = BigInteger.ONE;
        Deque<Integer> ready = new ArrayDeque<>(List.of(0));
        BigInteger orders = BigInteger.ZERO;
        int done = 0;
        while (!ready.isEmpty()) {
            int id = ready.pop();
            done++;
            if (states.get(id).end != null) {
                orders = orders.add(paths[id]);
            }
            states.get(id).distinctSuccessors().forEach(to -> {
                paths[to] = paths[to].add(paths[id]);
                if (--waiting[to] == 0) {
                    ready.push(to);
                }
            });
        }
        return done == waiting.length ? orders : null;
    }

    /**
     * A way to a state: by which task it was reached, and at what cost. Late is the sum of the
     * steps before each switch.
     */
    private record Way(int state, int by, int choice, int switches, int steps, int torn, int late,
            Way before) implements Comparable<Way> {

        private static final Comparator<Way> BY_COST = Comparator.comparingInt(Way::switches)
                .thenComparingInt(Way::steps).thenComparingInt(Way::torn)
                .thenComparingInt(Way::late);

        @Override
        public int compareTo(Way other) {
            return BY_COST.compare(this, other);
        }

        Way then(int task, int way, int to, boolean tears) {
            boolean same = task == by;
            return new Way(to, task, way, switches + (same ? 0 : 1), steps + 1,
                    torn + (same || !tears ? 0 : 1), late + (same ? 0 : steps), this);
        }

        List<Explorer.Move> moves() {
            Deque<Explorer.Move> moves = new ArrayDeque<>();
            for (Way way = this; way.before != null; way = way.before) {
                moves.push(new Explorer.Move(way.by, way.choice));
            }
            return List.copyOf(moves);
        }
    }

    /** Goes on from a state without end until a state repeats; by one task alone if one can. */
    private List<Explorer.Move> circle(State from) {
        List<Explorer.Move> shortest = null;
        for (int by = 0; by < from.successors.length; by++) {
            List<Explorer.Move> alone = walk(from, by, by + 1);
            if (alone != null && (shortest == null || alone.size() < shortest.size())) {
                shortest = alone;
            }
        }
        return shortest == null ? walk(from, 0, from.successors.length) : shortest;
    }

    /** Goes on by the first way of some tasks until a state repeats; null if they stop before. */
    private List<Explorer.Move> walk(State from, int firstTask, int endTask) {
        Set<State> met = new HashSet<>();
        List<Explorer.Move> moves = new ArrayList<>();
        State at = from;
        while (met.add(at)) {
            Explorer.Move move = firstMove(at, firstTask, endTask);
            if (move == null) {
                return null;
            }
            moves.add(move);
            at = states.get(at.successors[move.task()][move.choice()]);
        }
        return moves;
    }

    private static Explorer.Move firstMove(State at, int firstTask, int endTask) {
        for (int by = firstTask; by < endTask; by++) {
            int[] ways = at.successors[by] == null ? NO_WAYS : at.successors[by];
            for (int choice = 0; choice < ways.length; choice++) {
                if (ways[choice] != NONE) {
                    return new Explorer.Move(by, choice);
                }
            }
        }
        return null;
    }

    /**
     * Dijkstra's search over pairs of a state and the task that was last at work.
     *
     * @param outcomes filled: by id, a shortest order
     * @param failures filled: by id, a shortest order whose last step throws
     * @param violations filled: by invariant, a shortest order
     */
    void findShortest(Map<String, List<Explorer.Move>> outcomes,
            Map<String, List<Explorer.Move>> failures,
            Map<Model.Claim, List<Explorer.Move>> violations) {
        int tasks = states.get(0).successors.length;
        boolean[][] settled = new boolean[states.size()][tasks + 1];
        PriorityQueue<Way> queue = new PriorityQueue<>();
        queue.add(new Way(0, tasks, 0, -1, 0, 0, 0, null));
        while (!queue.isEmpty()) {
            Way way = queue.poll();
            if (settled[way.state][way.by]) {
                continue;
            }
            settled[way.state][way.by] = true;
            State state = states.get(way.state);
            if (state.end != null && !outcomes.containsKey(state.end)) {
                List<Explorer.Move> moves = new ArrayList<>(way.moves());
                moves.addAll(state.repeats ? circle(state) : List.of());
                outcomes.put(state.end, List.copyOf(moves));
            }
            if (state.threw) {
                failures.computeIfAbsent(state.end, any -> way.moves());
            }
            for (Model.Claim invariant : state.violated) {
                violations.computeIfAbsent(invariant, any -> way.moves());
            }
            boolean tears = way.by < tasks && (state.torn >> way.by & 1) != 0;
            for (int by = 0; by < tasks; by++) {
                int[] ways = state.successors[by] == null ? NO_WAYS : state.successors[by];
                for (int choice = 0; choice < ways.length; choice++) {
                    if (ways[choice] != NONE && !settled[ways[choice]][by]) {
                        queue.add(way.then(by, choice, ways[choice], tears));
                    }
                }
            }
        }
    }
}
