// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

/** Bad usage or input that is detected after the options were parsed: one line, exit code 2. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Refuses.
     *
     * @param message one line for the user: what is wrong and what to do
     */
    public UsageException(String message) {
        super(message);
    }
}
