// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

/** Entry point. */
public final class Main {
    private Main() {
    }

    /** Starts. */
    public static void main(String[] args) throws Exception {
        org.openjdk.jcstress.Main.main(args);
    }
}
