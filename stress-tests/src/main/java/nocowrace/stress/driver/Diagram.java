// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.util.List;
import nocowrace.model.task.Step;

/** An order of steps as the two columns of a commit message: time runs downwards. */
final class Diagram {

    /** Characters of the left column, and of a line. */
    private static final int COLUMN = 48;

    private Diagram() {
    }

    /**
     * Draws an order; a line for each entry that a CPU works on without a break.
     *
     * @param order the steps
     * @param end what it comes to, in the last line
     */
    static String render(List<ExploredCell.Taken> order, String end) {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%-" + COLUMN + "s%s%n", "CPU 1: relocation", "CPU 2: write"));
        Step<?> entry = null;
        int cpu = 0;
        for (ExploredCell.Taken taken : order) {
            if (taken.cpu() != cpu || taken.step().entry() != entry) {
                cpu = taken.cpu();
                entry = taken.step().entry();
                line(text, String.format("%-4s%s", taken.step().entry().label(),
                        taken.step().kernelFunction()), cpu);
            }
            if (taken.step().isSleep()) {
                line(text, "      --> woken", cpu);
            }
            if (taken.note() != null) {
                line(text, "      --> " + taken.note(), cpu);
            }
            if (taken.asleep()) {
                line(text, "      --> sleeps", cpu);
            }
        }
        return text.append("  ==> ").append(end).append(System.lineSeparator()).toString();
    }

    private static void line(StringBuilder text, String words, int cpu) {
        text.append(cpu == 1 ? "" : " ".repeat(COLUMN)).append(words)
                .append(System.lineSeparator());
    }
}
