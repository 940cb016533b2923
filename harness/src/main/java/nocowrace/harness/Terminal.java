// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import com.sun.jna.Library;
import com.sun.jna.Native;
import picocli.CommandLine.Help.Ansi;

/** What the user's terminal can do, if there is one. */
public final class Terminal {

    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;

    private Terminal() {
    }

    /** The C library. System.console() asks for both ends, and from JDK 22 on is never null. */
    private interface C extends Library {
        int isatty(int descriptor);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            return !"dumb".equals(System.getenv("TERM"))
                    && Native.load("c", C.class).isatty(descriptor) == 1;
        } catch (UnsatisfiedLinkError | NoClassDefFoundError e) { // for instance a noexec /tmp
            return false;
        }
    }

    /** Whether lines on standard error can be drawn over. */
    public static boolean canRedraw() {
        return isTerminal(STANDARD_ERROR);
    }

    /** Whether standard output shows colours and the user wants them: no-color.org. */
    public static boolean hasColours() {
        String no = System.getenv("NO_COLOR");
        return (no == null || no.isEmpty()) && isTerminal(STANDARD_OUTPUT);
    }

    /** The same for picocli, which takes every JDK from 22 on for a terminal. */
    public static Ansi ansi() {
        return hasColours() ? Ansi.ON : Ansi.OFF;
    }
}
