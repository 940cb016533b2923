// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import nocowrace.harness.ExitCode;

/** The result of a cell. */
public enum Verdict {
    /** Broken as expected: a forbidden outcome was seen. */
    REPRODUCED("reproduced", 0),
    /**
     * Safe as expected: none was seen, and there were enough samples for that to mean something.
     */
    CLEAN("clean", 0),
    /** Expected to be broken, but no forbidden outcome was seen. */
    NOT_REPRODUCED("not-reproduced", ExitCode.VERDICT_FAILED),
    /** An outcome was seen that the cell cannot reach: a loss in a safe one, or a surprise. */
    VIOLATED("violated", ExitCode.VERDICT_FAILED),
    /** None was seen, but that could be luck. */
    WEAK("weak", ExitCode.VERDICT_FAILED),
    /** There is no result. */
    NOT_RUN("not-run", ExitCode.HARNESS_FAILED);

    private final String id;
    private final int exitCode;

    Verdict(String id, int exitCode) {
        this.id = id;
        this.exitCode = exitCode;
    }

    /** The exit code that this verdict asks for; 0 if the cell is as expected. */
    public int exitCode() {
        return exitCode;
    }

    /**
     * Colours the verdicts in a table for a terminal. Colour-blind readers can distinguish the
     * colours.
     *
     * @param text the table
     * @return the same text with escape sequences
     */
    public static String coloured(String text) {
        String coloured = text;
        for (Verdict verdict : values()) {
            String colour = verdict.exitCode > 0 ? "1;33" : verdict == CLEAN ? "1;34" : "1;35";
            coloured = coloured.replaceAll("(?<=\\| )" + verdict.id + "(?= )",
                    "\u001b[" + colour + "m" + verdict.id + "\u001b[0m");
        }
        return coloured;
    }

    @JsonValue
    @Override
    public String toString() {
        return id;
    }
}
