// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import static nocowrace.engine.Row.AGAIN;
import static nocowrace.engine.Row.END;
import static nocowrace.engine.Row.NEXT;
import static nocowrace.engine.Row.TOP;
import static nocowrace.engine.Row.after;
import static nocowrace.engine.Row.asks;
import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Row.does;
import static nocowrace.engine.Row.goes;
import static nocowrace.engine.Row.picks;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import nocowrace.engine.wait.WaitQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Tables of rows: where each kind of row leads, and what is refused when a table is made. Breaks if
 * a name is resolved to another row than the one that it names, or is not resolved until it is run.
 */
class TableTest {

    /** Does what a test says. */
    private static final class Walker extends Task {
        private int turns;
        private boolean yes;
        private String pick;
        private final WaitQueue queue = new WaitQueue();

        Walker(Column column) {
            super(new World(), column);
        }
    }

    private static <T extends Throwable> void refused(Class<T> type, String words,
            Executable call) {
        String message = assertThrows(type, call).getMessage();
        assertTrue(message.contains(words), message);
    }

    /** The labels of the steps that are taken, up to a sleep or the end. */
    private static List<String> walk(Walker walker) {
        List<String> labels = new ArrayList<>();
        while (walker.isRunnable() && labels.size() < 20) {
            labels.add(walker.at().label());
            walker.takeStep();
        }
        return labels;
    }

    private static final Table<Walker> TABLE = new Table<>();

    private static final String AFTER_A1 = after("A1");

    private static final Step<Walker> A1 = TABLE.entry("A1",
            does("", "f", walker -> walker.turns++),
            asks("ask", "g", walker -> walker.yes, "B2.word", NEXT),
            does("unused", "h", walker -> { }));
    private static final Step<Walker> A2 = TABLE.entry("A2",
            picks("", "f", walker -> walker.pick, "again", END, TOP, NEXT, "B2", AFTER_A1),
            asks("again", "f", walker -> ++walker.turns > 3, TOP, AGAIN));
    private static final Step<Walker> B2 = TABLE.entry("B2",
            does("", "f", walker -> { }, END),
            does("word", "f", walker -> { }, walker -> walker.yes ? TableTest.B2 : null));
    private static final Step<Walker> W1 = TABLE.entry("W1",
            awaits("", "wait", walker -> walker.queue, walker -> walker.yes),
            goes("woken", "f", Task::next));

    static {
        TABLE.resolve();
    }

    @Test
    void rowsLeadToTheRowBelowAndTheLastOneToWhatTheColumnListsNext() {
        Walker walker = new Walker(TABLE.column("A1 B2"));
        assertEquals(List.of("A1", "A1.ask", "B2"), walk(walker));
        assertNull(walker.at());
        walker = new Walker(TABLE.column("A1 B2"));
        walker.yes = true;
        assertEquals(List.of("A1", "A1.ask", "B2.word", "B2"), walk(walker));
    }

    @Test
    void eachNameLeadsWhereItSays() {
        Column column = TABLE.column("A2 A1 B2");
        for (String[] want : new String[][] {{END, "A2"}, {NEXT, "A2 A1 A1.ask B2"},
            {"B2", "A2 B2"}, {AFTER_A1, "A2 B2"}}) {
            Walker walker = new Walker(column);
            walker.pick = want[0];
            assertEquals(want[1], String.join(" ", walk(walker)), want[0]);
        }
        Walker walker = new Walker(column);
        walker.pick = "again";
        walker.turns = 1;
        assertEquals(List.of("A2", "A2.again", "A2.again", "A2.again", "A2", "A2.again", "A2"),
                walk(walker).subList(0, 7), "again, then to the top");
        walker.pick = new String("again");
        refused(IllegalStateException.class, "A2 picks again",
                () -> new Replayed(column, walker.pick).walk());
        refused(IllegalStateException.class, "row A2 picks elsewhere",
                () -> new Replayed(column, "elsewhere").walk());
    }

    private record Replayed(Column column, String pick) {
        void walk() {
            Walker walker = new Walker(column);
            walker.pick = pick;
            TableTest.walk(walker);
        }
    }

    @Test
    void aWaitIsALookAndThenEnqueueLookSleep() {
        Walker walker = new Walker(TABLE.column("W1"));
        assertEquals(List.of("W1", "W1.enqueue", "W1.look"), walk(walker));
        assertTrue(walker.isAsleep());
        walker.yes = true;
        walker.queue.wakeAll();
        assertEquals(List.of("W1.sleep", "W1.enqueue", "W1.look", "W1.woken"), walk(walker));
        assertNull(walker.at());
        assertTrue(walker.queue.isEmpty());
    }

    @Test
    void aNameThatLeadsNowhereIsRefusedWhenTheTableIsResolved() {
        Class<IllegalStateException> type = IllegalStateException.class;
        Table<Walker> table = new Table<>(TABLE);
        table.entry("X1", asks("", "f", walker -> true, "A1.ask", "B2"));
        Step<Walker> wrong = table.entry("X2", does("", "f", walker -> { }),
                does("bad", "f", walker -> { }, "A1.nowhere"));
        refused(type, "row X2.bad leads to A1.nowhere", table::resolve);
        refused(IllegalArgumentException.class, "X2 has not been resolved",
                () -> Column.of(wrong));
        refused(type, "row X3 leads to B9", () -> Step.entry("X3",
                RowTest.<Walker>does("B9")));
        refused(type, "row X3 leads to A1", () -> Step.entry("X3", RowTest.<Walker>does("A1")));
        refused(type, "row A1.more leads to none", () -> A1.with(does("more", "f",
                walker -> { }, "none")));
        refused(type, "leads to A9", () -> {
            Table<Walker> other = new Table<>();
            other.entry("X1", RowTest.<Walker>does(after("A9")));
            other.resolve();
        });
    }

    /** One row that leads to a name. */
    private static final class RowTest {
        static <T extends Task> Row<T> does(String then) {
            return Row.does("", "f", task -> { }, then);
        }
    }

    @Test
    void entriesAndRowsHaveNamesOfTheirOwn() {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        refused(type, "two rows X1.same", () -> Step.entry("X1", does("", "f", walker -> { }),
                does("same", "f", walker -> { }), does("same", "f", walker -> { })));
        refused(type, "two rows X1.look", () -> Step.entry("X1",
                awaits("", "f", (Walker walker) -> walker.queue, walker -> true),
                does("look", "f", walker -> { })));
        Table<Walker> table = new Table<>();
        table.entry("X1", does("", "f", walker -> { }));
        refused(type, "two entries X1", () -> table.entry("X1", does("", "f", walker -> { })));
        refused(type, "X2 has no first row", () -> table.entry("X2"));
        refused(type, "X2 has no first row", () -> table.entry("X2",
                does("word", "f", walker -> { })));
        refused(type, "no entry X9", () -> table.column("X9"));
        refused(type, "a row of X1 has no word", () -> Step.entry("X1",
                does("", "f", walker -> { }), does("g", walker -> { })));
        refused(type, "a row of A1 has no word", () -> A1.with(does("g", walker -> { })));
        refused(type, "no row of A1", () -> A1.with());
        refused(type, "two entries A1", () -> new Table<>(TABLE).entry("A1",
                does("", "f", walker -> { })));
        refused(type, "two rows A1.ask", () -> A1.with(does("ask", "f", walker -> { })));
        refused(type, "'Word'", () -> Step.entry("X1", does("", "f", walker -> { }),
                does("Word", "f", walker -> { })));
        refused(type, "'x1'", () -> Step.entry("x1", does("", "f", walker -> { })));
        refused(type, "'X.1'", () -> Step.entry("X.1", does("", "f", walker -> { })));
    }

    @Test
    void stepsOfAnEntryAreInTheOrderOfItsRows() {
        assertEquals(List.of("A1", "A1.ask", "A1.unused"),
                A1.steps().stream().map(Step::label).toList());
        assertEquals(List.of("W1", "W1.woken", "W1.enqueue", "W1.look", "W1.sleep"),
                W1.part("look").steps().stream().map(Step::label).toList());
        assertEquals(List.of("A2", "A2.again", "B2", "B2.word"),
                TABLE.column("A2 B2").steps().stream().map(Step::label).toList());
        Step<Walker> instead = A2.sub("instead", "f", Task::next);
        assertTrue(TABLE.column("A2").redirect(A2, instead).steps().contains(instead));
    }
}
