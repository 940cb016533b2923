// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import static nocowrace.engine.Row.awaits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import nocowrace.engine.Column;
import nocowrace.engine.Model;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.World;
import nocowrace.engine.replay.Replay;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.FileSystem;
import nocowrace.model.Invariant;
import nocowrace.model.Protocol;
import nocowrace.model.task.FsInfo;
import org.junit.jupiter.api.Test;

/**
 * The explorer against tasks whose orders can be counted by hand, and against a search that knows
 * no states and just tries every order. Breaks if a step is skipped, two are taken as one, a branch
 * or a choice is left out, or different states are taken for one: explorers with such faults are
 * tried here too, and must be found out.
 */
class ExplorerTest {

    private static ByteBuffer print(List<?> roots) {
        return Fingerprint.of(Printers.STANDARD, roots);
    }

    /** What the toy tasks share. */
    private static final class Shared {
        private int value;
        private final WaitQueue queue = new WaitQueue();
    }

    /** A task that reads, writes, waits or allocates. */
    private static final class Toy extends Task {
        private static final Step<Toy> READ = Step.step("T1", "read", toy -> {
            toy.read = toy.shared.value;
            return toy.next();
        });
        private static final Step<Toy> WRITE = Step.step("T2", "write", toy -> {
            toy.shared.value = toy.read + 1;
            return toy.next();
        });
        private static final Step<Toy> TWICE = Step.step("T3", "write", toy -> {
            toy.shared.value *= 2;
            return toy.next();
        });
        private static final Step<Toy> WAIT = Step.entry("T4",
                awaits("", "wait_event", toy -> toy.shared.queue, toy -> toy.shared.value > 0));
        private static final Step<Toy> WAKE = Step.step("T5", "wake_up", toy -> {
            toy.shared.queue.wakeAll();
            return toy.next();
        });
        private static final Step<Toy> PLACE = Step.step("T6", "find_free_extent", toy -> {
            toy.read = (int) toy.fs.space().allocate(1);
            return toy.next();
        });
        private static final Step<Toy> PLACE_OR_THROW = Step.step("T9", "BUG", toy -> {
            toy.read = (int) toy.fs.space().allocate(1);
            if (toy.read == toy.fs.groups().at(0).start()) {
                throw new IllegalStateException("the first group");
            }
            return toy.next();
        });
        private static final Step<Toy> UNWRITE = Step.step("T14", "write", toy -> {
            toy.shared.value = 0;
            return toy.next();
        });
        private static final Step<Toy> TWO_PLACES = Step.step("T13", "find_free_extent", toy -> {
            toy.read = (int) (toy.fs.space().allocate(1) + toy.fs.space().allocate(1));
            return toy.next();
        });
        private static final Step<Toy> PING = turn("T15", 0);
        private static final Step<Toy> PONG = turn("T16", 1);

        /** Takes a turn, and another one when the other task has taken its own. */
        private static Step<Toy> turn(String label, int mine) {
            return Step.entry(label, awaits("", "wait_event", toy -> toy.shared.queue,
                    toy -> toy.shared.value == mine, toy -> {
                        toy.shared.value = 1 - mine;
                        toy.shared.queue.wakeAll();
                        return toy.at().entry();
                    }));
        }

        private static final Step<Toy> NOTHING = Step.step("T10", "-", Task::next);
        private static final Step<Toy> READ_AND_MORE = Step.step("T11", "read", toy -> {
            toy.read = toy.shared.value;
            return Toy.MORE;
        });
        private static final Step<Toy> MORE = READ_AND_MORE.sub("more", "-", Task::next);
        private static final Step<Toy> SHORTER_LATER = Step.step("T12", "-",
                toy -> toy.shared.value == 0 ? Toy.ONE_MORE : toy.next());
        private static final Step<Toy> ONE_MORE = SHORTER_LATER.sub("more", "-", Task::next);
        private static final Step<Toy> SPIN = Step.step("T7", "cpu_relax",
                toy -> toy.shared.value == 0 ? toy.again() : toy.next());
        private static final Step<Toy> THROW = Step.step("T8", "BUG", toy -> {
            if (toy.shared.value == 0) {
                throw new IllegalStateException("too early");
            }
            return toy.next();
        });

        private final FsInfo fs;
        private final Shared shared;
        private int read;

        Toy(FileSystem fs, Shared shared, Step<?>... steps) {
            super(fs.info().world(), Column.of(steps));
            this.fs = fs.info();
            this.shared = shared;
        }
    }

    /** Toys at work on a file system, of which the shared value and what was read is told. */
    private record Toys(FileSystem fileSystem, Shared shared, List<Task> tasks)
            implements Model {

        static Toys of(Step<?>[]... columns) {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 3, 1);
            Shared shared = new Shared();
            List<Task> tasks = new ArrayList<>();
            for (Step<?>[] column : columns) {
                tasks.add(new Toy(fs, shared, column));
            }
            return new Toys(fs, shared, tasks);
        }

        @Override
        public World world() {
            return fileSystem.info().world();
        }

        @Override
        public Set<Invariant> violated() {
            return fileSystem.violated(tasks);
        }

        @Override
        public String outcome() {
            if (tasks.stream().anyMatch(task -> task.at() != null)) {
                return "hung";
            }
            return shared.value + " " + tasks.stream().map(task -> ((Toy) task).read).toList();
        }

        @Override
        public String outcomeWithoutEnd(boolean hung) {
            return hung ? "hung" : "threw";
        }
    }

    private static Step<?>[] column(Step<?>... steps) {
        return steps;
    }

    private static final Map<String, Supplier<Toys>> TOYS = new TreeMap<>(Map.of(
            "lost update", () -> Toys.of(column(Toy.READ, Toy.WRITE),
                    column(Toy.READ, Toy.WRITE)),
            "three", () -> Toys.of(column(Toy.READ, Toy.WRITE), column(Toy.TWICE),
                    column(Toy.READ, Toy.WRITE, Toy.WAKE)),
            "wake-up", () -> Toys.of(column(Toy.WAIT), column(Toy.READ, Toy.WRITE, Toy.WAKE)),
            "early wake-up", () -> Toys.of(column(Toy.WAIT),
                    column(Toy.READ, Toy.WAKE, Toy.WRITE)),
            "choices", () -> Toys.of(column(Toy.PLACE), column(Toy.PLACE)),
            "throws", () -> Toys.of(column(Toy.THROW), column(Toy.READ, Toy.WRITE)),
            "throws by choice", () -> Toys.of(column(Toy.PLACE_OR_THROW))));

    private static Explorer.Result explore(Supplier<Toys> toys) {
        return Explorer.explore(toys, 10_000);
    }

    /** Every order, one after the other, without a look at states: outcome to its orders. */
    private static Map<String, List<List<Explorer.Move>>> tryEveryOrder(Supplier<Toys> toys) {
        Map<String, List<List<Explorer.Move>>> orders = new TreeMap<>();
        tryEveryOrder(toys, List.of(), (outcome, moves) ->
                orders.computeIfAbsent(outcome, any -> new ArrayList<>()).add(moves));
        return orders;
    }

    private static void tryEveryOrder(Supplier<Toys> toys, List<Explorer.Move> moves,
            BiConsumer<String, List<Explorer.Move>> ends) {
        Toys start = toys.get();
        try {
            moves.forEach(move -> move.take(start));
        } catch (IllegalStateException e) {
            ends.accept(start.outcomeWithoutEnd(false), moves);
            return;
        }
        boolean end = true;
        for (int task = 0; task < start.tasks().size(); task++) {
            if (start.tasks().get(task).isRunnable()) {
                end = false;
                Step<?> at = start.tasks().get(task).at();
                int choices = at == Toy.PLACE || at == Toy.PLACE_OR_THROW ? 3 : 1;
                for (int choice = 0; choice < choices; choice++) {
                    List<Explorer.Move> more = new ArrayList<>(moves);
                    more.add(new Explorer.Move(task, choice));
                    tryEveryOrder(toys, more, ends);
                }
            }
        }
        if (end) {
            ends.accept(start.outcome(), moves);
        }
    }

    /** Where an explorer finds other outcomes than there are, or leaves an order out. */
    private static List<String> faults(Function<Supplier<Toys>, Explorer> explorers) {
        List<String> faults = new ArrayList<>();
        TOYS.forEach((name, toys) -> {
            Map<String, List<List<Explorer.Move>>> expected = tryEveryOrder(toys);
            Explorer.Result found = explorers.apply(toys).explore();
            int orders = expected.values().stream().mapToInt(List::size).sum();
            // two choices that come to the same count as one order in the graph, not in the list
            boolean counts = name.equals("choices")
                    || BigInteger.valueOf(orders).equals(found.orders());
            if (!found.outcomes().keySet().equals(expected.keySet()) || !counts) {
                faults.add(name + " " + found + " instead of " + expected.keySet());
            }
        });
        return faults;
    }

    @Test
    void itAgreesWithTryingEveryOrder() {
        assertEquals(List.of(), faults(toys -> new Explorer(toys, Printers.STANDARD, 10_000)));
    }

    @Test
    void anExplorerThatSkipsAStepIsFoundOut() {
        assertNotEquals(List.of(), faults(toys -> new Explorer(toys, Printers.STANDARD, 10_000) {
            @Override
            void step(Task task) {
                int before = ((Toy) task).shared.value;
                boolean skipped = task.at() == Toy.TWICE;
                super.step(task);
                if (skipped) {
                    ((Toy) task).shared.value = before;
                }
            }
        }));
    }

    @Test
    void anExplorerThatMakesNotEveryChoiceIsFoundOut() {
        assertNotEquals(List.of(), faults(toys -> new Explorer(toys, Printers.STANDARD, 10_000) {
            @Override
            int choices(int ways) {
                return ways - 1;
            }
        }));
    }

    @Test
    void anExplorerThatTakesDifferentStatesForOneIsFoundOut() {
        assertNotEquals(List.of(), faults(toys -> new Explorer(toys, Printers.STANDARD, 10_000) {
            @Override
            ByteBuffer print(List<Task> tasks) {
                return ByteBuffer.wrap(tasks.stream().map(task -> String.valueOf(task.at()))
                        .toList().toString().getBytes(StandardCharsets.UTF_8));
            }
        }));
    }

    @Test
    void anExplorerThatTakesTwoStepsAsOneIsFoundOut() {
        assertNotEquals(List.of(), faults(toys -> new Explorer(toys, Printers.STANDARD, 10_000) {
            @Override
            void step(Task task) {
                boolean first = task.at() == Toy.READ;
                super.step(task);
                if (first) {
                    super.step(task);
                }
            }
        }));
    }

    @Test
    void anExplorerThatLeavesABranchOutIsFoundOut() {
        assertNotEquals(List.of(), faults(toys -> new Explorer(toys, Printers.STANDARD, 10_000) {
            @Override
            boolean canStep(Task task) {
                return super.canStep(task) && (task.at() != Toy.TWICE
                        || ((Toy) task).shared.value != 1);
            }
        }));
    }

    @Test
    void independentStepsAsCounted() {
        Explorer.Result found = explore(() -> Toys.of(
                column(Toy.READ, Toy.TWICE, Toy.WAKE), column(Toy.READ, Toy.TWICE, Toy.WAKE,
                        Toy.WAIT)));
        assertEquals(Set.of("hung"), found.outcomes().keySet(), "nobody makes the value positive");
        found = explore(() -> Toys.of(column(Toy.READ, Toy.TWICE, Toy.WAKE),
                column(Toy.TWICE, Toy.READ, Toy.WAKE)));
        assertEquals(BigInteger.valueOf(20), found.orders(), "6 choose 3");
        assertEquals(16, found.states(), "4 times 4");
        assertTrue(found.complete());
    }

    @Test
    void everyChoiceIsTaken() {
        Explorer.Result found = explore(() -> Toys.of(column(Toy.PLACE)));
        assertEquals(3, found.outcomes().size(), "three groups to choose from");
        found = explore(TOYS.get("choices"));
        assertEquals(6, found.outcomes().size(), "two of three, in order");
        assertEquals(BigInteger.valueOf(12), found.orders(), "and the two tasks in either order");
    }

    @Test
    void aLoopWithoutEndIsAHang() {
        Explorer.Result found = explore(() -> Toys.of(column(Toy.SPIN), column(Toy.READ)));
        assertEquals(Set.of("hung"), found.outcomes().keySet());
        assertNull(found.orders());
        found = explore(() -> Toys.of(column(Toy.SPIN), column(Toy.READ, Toy.WRITE)));
        assertEquals(Set.of("1 [0, 0]"), found.outcomes().keySet(), "it can be left");
        assertNull(found.orders(), "but nobody says when");
    }

    @Test
    void theBoundIsSaid() {
        Explorer.Result found = Explorer.explore(TOYS.get("three"), 5);
        assertFalse(found.complete());
        assertEquals(5, found.states());
        assertNull(found.orders());
    }

    @Test
    void noOrderHasFewerSwitchesThanTheShortest() {
        TOYS.forEach((name, toys) -> {
            Map<String, List<Explorer.Move>> found = explore(toys).outcomes();
            tryEveryOrder(toys).forEach((outcome, orders) -> assertEquals(
                    orders.stream().mapToInt(ExplorerTest::switches).min().orElseThrow(),
                    switches(found.get(outcome)), name + " " + outcome));
        });
    }

    @Test
    void theShortestOrderHasTheFewestSwitches() {
        Explorer.Result found = explore(TOYS.get("lost update"));
        assertEquals(3, switches(found.outcomes().get("1 [0, 0]")), "there and back");
        assertEquals(2, switches(found.outcomes().get("2 [0, 1]")), "one after the other");
    }

    private static String refused(Class<? extends RuntimeException> type,
            Supplier<? extends Model> starts, int maxStates) {
        return assertThrows(type, () -> Explorer.explore(starts, maxStates)).getMessage();
    }

    private static void contains(String text, String... words) {
        for (String word : words) {
            assertTrue(text.contains(word), text);
        }
    }

    @Test
    void boundBelowOneIsRefused() {
        contains(refused(IllegalArgumentException.class, TOYS.get("three"), 0), "maxStates 0");
        contains(refused(IllegalArgumentException.class, TOYS.get("three"), -1), "maxStates -1");
        assertFalse(Explorer.explore(TOYS.get("three"), 1).complete());
        assertEquals(1, Explorer.explore(() -> Toys.of(), 1).states());
    }

    @Test
    void stepMadeAnewForEachStartIsNamed() {
        contains(refused(IllegalStateException.class, () -> {
            Step<Toy> anew = Step.step("T99", "-", Task::next);
            return Toys.of(column(anew, Toy.READ), column(Toy.READ));
        }, 1000), "starts differ", "Step T99 is made anew");
    }

    @Test
    void startsThatDifferAreReported() {
        int[] count = new int[1];
        contains(refused(IllegalStateException.class, () -> {
            Toys toys = Toys.of(column(Toy.READ, Toy.WRITE), column(Toy.TWICE));
            toys.shared.value = count[0]++;
            return toys;
        }, 1000), "starts differ", "moves of tasks [");
        contains(refused(IllegalStateException.class, () -> count[0]++ % 2 == 0
                ? Toys.of(column(Toy.READ), column(Toy.TWICE)) : Toys.of(column(Toy.READ)), 1000),
                "starts differ");
        contains(refused(IllegalStateException.class, () -> count[0]++ % 2 == 0
                ? Toys.of(column(Toy.TWICE, Toy.READ, Toy.WRITE), column(Toy.TWICE))
                : Toys.of(column(Toy.THROW, Toy.READ, Toy.WRITE), column(Toy.TWICE)), 1000),
                "starts differ");
    }

    /** It leads to a state that is known, but not to the one to which it led before. */
    @Test
    void startThatLeadsToAnotherKnownStateIsReported() {
        int[] count = new int[1];
        contains(refused(IllegalStateException.class, () -> {
            Toys toys = Toys.of(column(Toy.READ, Toy.WRITE, Toy.WAKE), column(Toy.NOTHING));
            if (count[0]++ > 0) {
                toys.tasks.get(0).takeStep();
            }
            return toys;
        }, 1000), "starts differ");
    }

    @Test
    void outcomeOfNullIsRefused() {
        contains(refused(IllegalStateException.class, () -> new OddEnd(Toy.READ, null, null),
                1000), "outcome null", "tasks [0]");
        contains(refused(IllegalStateException.class, () -> new OddEnd(Toy.THROW, "end", null),
                1000), "outcome null", "tasks [0]");
        contains(refused(IllegalStateException.class, () -> new OddEnd(Toy.SPIN, "end", null),
                1000), "outcome null");
    }

    @Test
    void exceptionInOutcomeKeepsItsCause() {
        IllegalStateException thrown = assertThrows(IllegalStateException.class,
                () -> Explorer.explore(() -> new OddEnd(Toy.READ, "bad", null), 1000));
        contains(thrown.getMessage(), "tasks [0]");
        assertEquals("no judgement", thrown.getCause().getMessage());
    }

    /** A start whose outcomes are not what they should be. */
    private record OddEnd(Toys toys, String end, String withoutEnd) implements Model {
        OddEnd(Step<?> step, String end, String withoutEnd) {
            this(Toys.of(column(step)), end, withoutEnd);
        }

        @Override
        public World world() {
            return toys.world();
        }

        @Override
        public List<Task> tasks() {
            return toys.tasks;
        }

        @Override
        public String outcome() {
            if ("bad".equals(end)) {
                throw new IllegalArgumentException("no judgement");
            }
            return end;
        }

        @Override
        public String outcomeWithoutEnd(boolean hung) {
            return withoutEnd;
        }
    }

    @Test
    void exceptionInAStepIsReportedWithTheOrderThatLeadsToIt() {
        Explorer.Result found = explore(TOYS.get("throws"));
        assertEquals(Set.of("threw"), found.failures().keySet());
        Explorer.Failure failure = found.failures().get("threw");
        assertEquals("too early", failure.exception().getMessage());
        assertEquals(List.of(0), failure.order().stream().map(Explorer.Move::task).toList());
        assertEquals(Map.of(), explore(TOYS.get("three")).failures());
        found = explore(TOYS.get("throws by choice"));
        failure = found.failures().get("threw");
        assertEquals("the first group", failure.exception().getMessage());
        assertEquals(List.of(new Explorer.Move(0, 0)), failure.order());
    }

    /** The same outcome can be reached with and without an exception. */
    @Test
    void exceptionIsReportedWhereTheOutcomeHasAShorterOrderToo() {
        Explorer.Result found = Explorer.explore(() -> {
            Toys toys = Toys.of(column(Toy.THROW), column(Toy.NOTHING, Toy.UNWRITE));
            toys.shared.value = 1;
            return new OddEnd(toys, "same", "same");
        }, 1000);
        assertEquals(Set.of("same"), found.outcomes().keySet());
        assertEquals("too early", found.failures().get("same").exception().getMessage());
        assertEquals(List.of(0, 1, 1), tasksOf(found, "same"));
        assertEquals(List.of(1, 1, 0), found.failures().get("same").order().stream()
                .map(Explorer.Move::task).toList());
    }

    @Test
    void orderThatRunsForEverGoesOnUntilAStateRepeats() {
        Explorer.Result found = explore(() -> Toys.of(column(Toy.SPIN)));
        assertEquals(List.of(0), tasksOf(found, "hung"), "the same step once");
        found = explore(() -> Toys.of(column(Toy.READ), column(Toy.NOTHING, Toy.SPIN)));
        assertEquals(List.of(1, 1), tasksOf(found, "hung"), "the task that repeats, alone");
    }

    @Test
    void tasksThatRunForEverByTurnsAreFollowedUntilAStateRepeats() {
        Supplier<Toys> toys = () -> Toys.of(column(Toy.PING), column(Toy.PONG));
        List<Explorer.Move> order = explore(toys).outcomes().get("hung");
        Toys start = toys.get();
        List<ByteBuffer> states = new ArrayList<>(List.of(print(start.tasks)));
        for (Explorer.Move move : order) {
            move.take(start);
            states.add(print(start.tasks));
        }
        ByteBuffer last = states.remove(states.size() - 1);
        assertTrue(states.contains(last), "it ends where it was before");
        assertEquals(states.size(), Set.copyOf(states).size(), "and nowhere else");
        assertEquals(Set.of(0, 1), Set.copyOf(order.stream().map(Explorer.Move::task).toList()));
    }

    @Test
    void stepThatLeavesTwoChoicesOpenIsNamed() {
        contains(refused(IllegalStateException.class, () -> Toys.of(column(Toy.TWO_PLACES)), 1000),
                "T13", "2 choices");
    }

    /** What is allocated later follows the last allocation, not the choice. */
    @Test
    void choiceEndsWithItsStep() {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 3, 2);
        Shared shared = new Shared();
        Toys toys = new Toys(fs, shared, List.of(new Toy(fs, shared, Toy.PLACE)));
        new Explorer.Move(0, 0).take(toys);
        assertEquals(fs.blockGroup(0).start(), ((Toy) toys.tasks.get(0)).read);
        assertEquals(fs.blockGroup(1).start(), fs.info().space().allocate(2));
        assertEquals(fs.blockGroup(2).start(), fs.info().space().allocate(1));
    }

    @Test
    void moveThatCannotBeMadeIsRefused() {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        contains(assertThrows(type, () -> new Explorer.Move(-1, 0)).getMessage(), "-1");
        contains(assertThrows(type, () -> new Explorer.Move(0, -2)).getMessage(), "-2");
        Toys toys = Toys.of(column(Toy.PLACE), column(Toy.NOTHING));
        contains(assertThrows(type, () -> new Explorer.Move(2, 0).take(toys)).getMessage(),
                "no task 2");
        contains(assertThrows(type, () -> new Explorer.Move(0, 3).take(toys)).getMessage(),
                "choice 3", "are 3");
        contains(assertThrows(type, () -> new Explorer.Move(1, 1).take(toys)).getMessage(),
                "choice 1", "are 1");
        contains(assertThrows(IllegalStateException.class,
                () -> new Explorer.Move(1, 0).take(toys)).getMessage(), "Toy at its end");
    }

    @Test
    void taskOfAnotherWorldIsRefused() {
        contains(refused(IllegalArgumentException.class, () -> {
            Toys toys = Toys.of(column(Toy.READ));
            return new Toys(new FileSystem(Protocol.AFTER_FIX, 1, 1), toys.shared, toys.tasks);
        }, 1000), "Toy at T1", "world of its start");
    }

    private static List<Integer> tasksOf(Explorer.Result found, String outcome) {
        return found.outcomes().get(outcome).stream().map(Explorer.Move::task).toList();
    }

    @Test
    void ofThoseItHasTheFewestSteps() {
        Explorer.Result found = explore(() -> Toys.of(column(Toy.SHORTER_LATER),
                column(Toy.READ, Toy.WRITE)));
        assertEquals(List.of(1, 1, 0), tasksOf(found, "1 [0, 0]"));
    }

    @Test
    void ofThoseItTearsTheFewestEntriesApart() {
        Explorer.Result found = explore(() -> Toys.of(column(Toy.READ, Toy.WRITE),
                column(Toy.READ_AND_MORE, Toy.WRITE)));
        assertEquals(List.of(0, 1, 1, 1, 0), tasksOf(found, "1 [0, 0]"));
    }

    @Test
    void ofThoseItSwitchesEarliest() {
        Explorer.Result found = explore(() -> Toys.of(
                column(Toy.READ, Toy.NOTHING, Toy.WRITE), column(Toy.READ, Toy.WRITE)));
        assertEquals(List.of(0, 1, 1, 0, 0), tasksOf(found, "1 [0, 0]"));
    }

    /** Runs of steps by the same task; a count. */
    private static int switches(List<Explorer.Move> moves) {
        int runs = 0;
        int last = -1;
        for (Explorer.Move move : moves) {
            runs += move.task() == last ? 0 : 1;
            last = move.task();
        }
        return runs;
    }
}
