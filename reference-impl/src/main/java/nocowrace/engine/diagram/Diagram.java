// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.diagram;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import nocowrace.engine.Model;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.explore.Explorer;

/**
 * An order of steps as the columns of a commit message, one per CPU; time runs downwards. A row is
 * what a CPU does of one entry without a break; what it found or did stands behind an arrow.
 */
public final class Diagram {

    /** Least width of a column; two of them fit a terminal. */
    private static final int MIN_COLUMN = 36;

    private static final String ARROW = "--> ";

    /** Before each line of a note. */
    private static final String NOTE = "      ";

    /** Before each line of a note that goes on. */
    private static final String INDENT = "  ";

    /** Columns of a terminal that has not been resized. */
    private static final int WIDTH = 80;

    /** What is said of outcomes and of what was done. */
    public interface Words {

        /**
         * Explains an outcome.
         *
         * @param outcome its id
         * @return a sentence
         */
        String describe(String outcome);

        /**
         * Says what became of something that the victim did.
         *
         * @param outcome id of the outcome
         * @param note what the victim's step has noted
         * @return a few words to put behind it; empty if there is nothing to say
         */
        String mark(String outcome, String note);
    }

    private final Words words;
    private final List<String> heads = new ArrayList<>();
    private final String outcome;
    private final List<Row> rows = new ArrayList<>();

    /** Which CPU's write is lost or does damage, from 0; -1 if none. */
    private int marked = -1;

    /** Steps of one entry that a CPU takes without a break, and what they found or did. */
    private record Row(int cpu, Step<?> step, List<String> notes) {
    }

    private Diagram(List<Task> tasks, String outcome, Words words) {
        this.words = words;
        for (Task task : tasks) {
            heads.add("CPU " + (heads.size() + 1) + ": " + task.getClass().getSimpleName()
                    .replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT));
        }
        this.outcome = outcome;
    }

    /**
     * Draws an order.
     *
     * @param model the tasks, before their first steps; afterwards at the end of the order
     * @param order what to do with them
     * @param outcome the id to which that leads
     * @param words what is said of it
     * @return the drawing
     */
    public static Diagram of(Model model, List<Explorer.Move> order, String outcome,
            Words words) {
        List<Task> tasks = model.tasks();
        Diagram diagram = new Diagram(tasks, outcome, words);
        for (Explorer.Move move : order) {
            Task task = tasks.get(move.task());
            Step<?> step = task.at();
            String note;
            try {
                move.take(model);
                note = task.note();
            } catch (RuntimeException e) { // the last step of an order that ends so
                note = "throws: " + e.getMessage();
            }
            diagram.add(move.task(), step, note, task.isAsleep());
        }
        diagram.marked = model.victim();
        return diagram;
    }

    private void add(int cpu, Step<?> step, String note, boolean asleep) {
        Row last = rows.isEmpty() ? null : rows.get(rows.size() - 1);
        if (last == null || last.cpu != cpu || last.step.entry() != step.entry()) {
            last = new Row(cpu, step, new ArrayList<>());
            rows.add(last);
        }
        if (step.isSleep()) {
            last.notes.add("woken");
        }
        if (note != null) {
            last.notes.add(note);
        }
        if (asleep) {
            last.notes.add("sleeps");
        }
    }

    private String arrow(Row row, String note) {
        return ARROW + note + (row.cpu == marked ? words.mark(outcome, note) : "");
    }

    private String end() {
        return "==> " + outcome + ": " + words.describe(outcome);
    }

    /** Breaks a line between words; all lines but the first are indented. */
    private static List<String> wrap(String line, int width) {
        List<String> lines = new ArrayList<>();
        String rest = line;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width - (lines.isEmpty() ? INDENT.length() : 0));
            int end = space > INDENT.length() ? space : width;
            lines.add(rest.substring(0, end));
            rest = INDENT + rest.substring(end).strip();
        }
        lines.add(rest);
        return lines;
    }

    /**
     * As text, for a terminal of 80 columns, if there are two CPUs.
     *
     * @return lines, each with a line end
     */
    public String text() {
        int column = Math.max(MIN_COLUMN, WIDTH / heads.size());
        StringBuilder text = new StringBuilder();
        for (int cpu = 0; cpu < heads.size(); cpu++) {
            text.append(cpu + 1 < heads.size()
                    ? String.format(Locale.ROOT, "%-" + column + "s", heads.get(cpu))
                    : heads.get(cpu));
        }
        text.append(System.lineSeparator());
        for (Row row : rows) {
            String indent = " ".repeat(row.cpu * column);
            text.append(indent).append(String.format(Locale.ROOT, "%-4s%s%n",
                    row.step.entry().label(), row.step.function()));
            row.notes.forEach(note -> wrap(arrow(row, note), column - NOTE.length())
                    .forEach(line -> text.append(indent).append(NOTE).append(line)
                            .append(System.lineSeparator())));
        }
        return text.append("  ").append(end()).append(System.lineSeparator()).toString();
    }

    /**
     * As a table in Markdown.
     *
     * @return lines, each with a line end
     */
    public String markdown() {
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder();
        text.append("| ").append(String.join(" | ", heads)).append(" |").append(nl)
                .append("|---".repeat(heads.size())).append("|").append(nl);
        for (Row row : rows) {
            StringBuilder cell = new StringBuilder(row.step.entry().label()).append(" `")
                    .append(row.step.function()).append('`');
            row.notes.forEach(note -> cell.append(' ').append(arrow(row, note)));
            for (int cpu = 0; cpu < heads.size(); cpu++) {
                text.append(cpu == row.cpu ? "| " + cell + " " : "| ");
            }
            text.append('|').append(nl);
        }
        return text.append(nl).append("**").append(end()).append("**").append(nl).toString();
    }
}
