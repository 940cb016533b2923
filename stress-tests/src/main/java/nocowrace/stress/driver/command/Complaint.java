// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

/** Tells the user on standard error, in one line, why a command cannot do its work. */
public final class Complaint {

    private Complaint() {
    }

    /**
     * Prints it, after the program's name.
     *
     * @param line what is wrong; only its first line is printed
     */
    public static void print(String line) {
        System.err.println("jcstress.jar: " + line.lines().findFirst().orElse("?"));
    }
}
