// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.diagram;

import static nocowrace.engine.Row.does;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import nocowrace.engine.Column;
import nocowrace.engine.Model;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.World;
import nocowrace.engine.explore.Explorer;
import org.junit.jupiter.api.Test;

/** How an order is drawn: columns, long notes, marks. */
class DiagramTest {

    private static final Diagram.Words WORDS = new Diagram.Words() {
        @Override
        public String describe(String outcome) {
            return "all is told";
        }

        @Override
        public String mark(String outcome, String note) {
            return " <== here";
        }
    };

    /** Tells something. */
    private static final class Teller extends Task {
        private static final Step<Teller> T1 = Step.entry("T1",
                does("", "tell", teller -> teller.note(teller.words)));

        private final String words;

        Teller(World world, String words) {
            super(world, Column.of(T1));
            this.words = words;
        }
    }

    private record Tellers(World world, List<Task> tasks, int victim) implements Model {
        static Tellers of(int victim, String... words) {
            World world = new World();
            List<Task> tasks = new ArrayList<>();
            for (String some : words) {
                tasks.add(new Teller(world, some));
            }
            return new Tellers(world, tasks, victim);
        }

        @Override
        public String outcome() {
            return "X";
        }

        @Override
        public String outcomeWithoutEnd(boolean hung) {
            return "Y";
        }
    }

    /** The lines of the notes, each CPU taking its step in turn. */
    private static List<String> lines(Tellers tellers) {
        List<Explorer.Move> order = new ArrayList<>();
        for (int cpu = 0; cpu < tellers.tasks.size(); cpu++) {
            order.add(new Explorer.Move(cpu, 0));
        }
        return Diagram.of(tellers, order, "X", WORDS).text().lines().toList();
    }

    @Test
    void aLongNoteIsBrokenBetweenWords() {
        String fits = "x".repeat(30);
        assertEquals(List.of("CPU 1: teller" + " ".repeat(27) + "CPU 2: teller", "T1  tell",
                "      --> " + fits, " ".repeat(40) + "T1  tell",
                " ".repeat(40) + "      --> " + fits.substring(5) + " yy",
                " ".repeat(40) + "        zz9", "  ==> X: all is told"),
                lines(Tellers.of(-1, fits, fits.substring(5) + " yy zz9")));
    }

    @Test
    void aWordThatIsTooLongIsBrokenWhereTheLineEnds() {
        List<String> lines = lines(Tellers.of(-1, "short", "x".repeat(50)));
        assertEquals(List.of("      -->", "        " + "x".repeat(32), "        " + "x".repeat(18)),
                lines.subList(4, 7).stream().map(line -> line.substring(40)).toList());
    }

    @Test
    void threeColumnsKeepALeastWidth() {
        List<String> lines = lines(Tellers.of(-1, "a", "b", "c"));
        assertEquals(2 * 36, lines.get(0).indexOf("CPU 3"));
        assertEquals(2 * 36, lines.get(5).indexOf("T1"));
    }

    @Test
    void onlyTheVictimIsMarked() {
        List<String> lines = lines(Tellers.of(1, "a", "b"));
        assertEquals("      --> a", lines.get(2));
        assertEquals(" ".repeat(40) + "      --> b <== here", lines.get(4));
    }
}
