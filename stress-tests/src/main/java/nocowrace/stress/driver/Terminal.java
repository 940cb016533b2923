// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** What the user's terminal can do, if it is one. */
final class Terminal {

    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;

    private Terminal() {
    }

    /** The C library. System.console() asks for both ends, and of some JDKs is never null. */
    private interface C extends Library {
        int isatty(int descriptor);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            return Native.load("c", C.class).isatty(descriptor) == 1;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    /** Whether lines on standard error can be drawn over. */
    static boolean canRedraw() {
        return isTerminal(STANDARD_ERROR) && !"dumb".equals(System.getenv("TERM"));
    }

    /** Whether standard output shows colours and the user wants them: no-color.org. */
    static boolean hasColours() {
        String no = System.getenv("NO_COLOR");
        return (no == null || no.isEmpty()) && isTerminal(STANDARD_OUTPUT)
                && !"dumb".equals(System.getenv("TERM"));
    }
}
