// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

/** Tells the user on standard error, in one line, why a command cannot do its work. */
final class Complaint {

    private Complaint() {
    }

    /**
     * Prints it, after the program's name.
     *
     * @param line what is wrong; only its first line is printed
     */
    static void print(String line) {
        System.err.println("jcstress.jar: " + line.lines().findFirst().orElse("?"));
    }
}
