// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

/** Exit codes of all commands. */
public final class ExitCode {

    /** Everything ran and is as expected. */
    public static final int OK = 0;

    /** A verdict failed. */
    public static final int VERDICT_FAILED = 1;

    /** Bad usage or input. */
    public static final int BAD_USAGE = 2;

    /** The harness failed, or something did not run or could not be written. */
    public static final int HARNESS_FAILED = 3;

    private ExitCode() {
    }
}
