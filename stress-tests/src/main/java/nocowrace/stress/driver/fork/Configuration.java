// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.util.ArrayList;
import java.util.List;

/**
 * How the JVM of a fork is set up.
 *
 * @param jit what compiles the actors
 * @param stride states per meeting of the actors
 * @param pinned whether each actor keeps to a CPU of its own
 */
public record Configuration(Jit jit, int stride, boolean pinned) {
    /*
     * Small strides bring the actors closer together, large ones make more samples; between 8 and
     * 64 the losses per second are about the same. Which compilers meet on which side moves the
     * rate of losses by a factor of ten either way, and differently for each scenario.
     */

    private static final int CLOSE = 16;
    private static final int MANY = 64;

    /**
     * What compiles. Two names with a bar between them: of CPU 1's actor, and of CPU 2's; the code
     * that they call is compiled as usual.
     */
    public enum Jit {
        TIERED("tiered"),
        C1("C1"),
        C2("C2"),
        STRESSED("C2 at random"),
        INTERPRETER("interpreter"),
        INTERPRETER_INTERPRETER("interpreter|interpreter"),
        C1_INTERPRETER("C1|interpreter"),
        C2_INTERPRETER("C2|interpreter"),
        INTERPRETER_C1("interpreter|C1"),
        C1_C1("C1|C1"),
        C2_C1("C2|C1"),
        INTERPRETER_C2("interpreter|C2"),
        C1_C2("C1|C2"),
        C2_C2("C2|C2");

        private final String text;

        Jit(String text) {
            this.text = text;
        }

        /** Each actor is compiled in a way of its own. */
        boolean isSplit() {
            return text.contains("|");
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * The order in which a cell's forks take them, from the start again after the last. Those that
     * take three times as long or hardly ever lose (C2 without tiers, the interpreter alone) are
     * only in {@link #all}.
     */
    public static final List<Configuration> SPREAD = List.of(
            new Configuration(Jit.TIERED, CLOSE, true),
            new Configuration(Jit.TIERED, MANY, false),
            new Configuration(Jit.C2_C2, CLOSE, true),
            new Configuration(Jit.C1, MANY, true),
            new Configuration(Jit.STRESSED, CLOSE, false),
            new Configuration(Jit.INTERPRETER_C1, CLOSE, true),
            new Configuration(Jit.C1_INTERPRETER, MANY, false));

    /** Every combination. */
    public static List<Configuration> all() {
        List<Configuration> all = new ArrayList<>();
        for (Jit jit : Jit.values()) {
            for (int stride : new int[] {CLOSE, MANY}) {
                all.add(new Configuration(jit, stride, true));
                all.add(new Configuration(jit, stride, false));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        return jit + ", stride " + stride + (pinned ? ", pinned" : ", free");
    }
}
