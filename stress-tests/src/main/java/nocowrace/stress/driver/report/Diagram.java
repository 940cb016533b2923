// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.explore.Explorer;
import nocowrace.harness.Text;
import nocowrace.model.task.Write;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Race;
import nocowrace.stress.ablation.Ablation;
import nocowrace.stress.driver.verdict.AblatedCell;
import nocowrace.stress.driver.verdict.ExploredCell;

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

    /** What is said of bytes that go where nobody will read them, or where they do damage. */
    private static final Map<String, String> MARKS = Map.of("LOST", " <== lost",
            "CORRUPT", " <== over the bytes of another file");

    private final List<String> heads = new ArrayList<>();
    private final String outcome;
    private final List<Row> rows = new ArrayList<>();

    /** Which CPU's write is lost or does damage, from 0; -1 if none. */
    private int marked = -1;

    /** Steps of one entry that a CPU takes without a break, and what they found or did. */
    private record Row(int cpu, Step<?> step, List<String> notes) {
    }

    private Diagram(List<Task> tasks, String outcome) {
        for (Task task : tasks) {
            heads.add("CPU " + (heads.size() + 1) + ": " + task.getClass().getSimpleName()
                    .replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT));
        }
        this.outcome = outcome;
    }

    /**
     * Draws an order.
     *
     * @param race the tasks, before their first steps; afterwards at the end of the order
     * @param order what to do with them
     * @param outcome the id to which that leads
     */
    static Diagram of(Race race, List<Explorer.Move> order, String outcome) {
        List<Task> tasks = race.tasks();
        Diagram diagram = new Diagram(tasks, outcome);
        for (Explorer.Move move : order) {
            Task task = tasks.get(move.task());
            Step<?> step = task.at();
            String note;
            try {
                move.take(race);
                note = task.noteOn(step);
            } catch (RuntimeException e) { // the last step of an order that ends so
                note = "throws: " + e.getMessage();
            }
            diagram.add(move.task(), step, note, task.isAsleep());
        }
        diagram.marked = race.victim();
        return diagram;
    }

    /**
     * Draws the shortest order that ends in an outcome.
     *
     * @param cell a cell that is explored
     * @param outcome the id of one that was reached
     * @return the drawing
     */
    public static Diagram of(ExploredCell cell, String outcome) {
        return of(cell.scenario().start(cell.protocol()), cell.result().outcomes().get(outcome),
                outcome);
    }

    /**
     * Draws the shortest order in which an ablation ends as expected.
     *
     * @param cell the ablation
     * @return the drawing; empty if there is no such order or the cell is not explored
     */
    public static Optional<Diagram> of(AblatedCell cell) {
        Ablation ablation = cell.ablation();
        for (int i = 0; i < cell.results().size(); i++) {
            Explorer.Result result = cell.results().get(i);
            for (String outcome : result.outcomes().keySet()) {
                if (ablation.isExpected(outcome)) {
                    return Optional.of(of(ablation.races().get(i).apply(ablation.protocol()),
                            result.outcomes().get(outcome), outcome));
                }
            }
        }
        return Optional.empty();
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
        return ARROW + note + (row.cpu == marked && note.equals(Write.LANDED)
                ? MARKS.getOrDefault(outcome.substring(outcome.indexOf('/') + 1), "") : "");
    }

    private String end() {
        return "==> " + outcome + ": " + OutcomeId.describe(outcome);
    }

    /** As text, for a terminal. */
    public String text() {
        int column = Math.max(MIN_COLUMN, Text.WIDTH / heads.size());
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
                    row.step.entry().label(), row.step.kernelFunction()));
            row.notes.forEach(note -> Text.wrap(arrow(row, note), column - NOTE.length())
                    .lines().forEach(line -> text.append(indent).append(NOTE).append(line)
                            .append(System.lineSeparator())));
        }
        return text.append("  ").append(end()).append(System.lineSeparator()).toString();
    }

    /** As a table in Markdown. */
    public String markdown() {
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder();
        text.append("| ").append(String.join(" | ", heads)).append(" |").append(nl)
                .append("|---".repeat(heads.size())).append("|").append(nl);
        for (Row row : rows) {
            StringBuilder cell = new StringBuilder(row.step.entry().label()).append(" `")
                    .append(row.step.kernelFunction()).append('`');
            row.notes.forEach(note -> cell.append(' ').append(arrow(row, note)));
            for (int cpu = 0; cpu < heads.size(); cpu++) {
                text.append(cpu == row.cpu ? "| " + cell + " " : "| ");
            }
            text.append('|').append(nl);
        }
        return text.append(nl).append("**").append(end()).append("**").append(nl).toString();
    }
}
