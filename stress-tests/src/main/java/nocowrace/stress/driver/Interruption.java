// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM: ends the forks, lets the command print what it has, and then this JVM, with
 * exit code 3. Close it once everything is printed.
 */
final class Interruption implements AutoCloseable {

    /** What the command gets for printing, s; then it ends in any case. */
    private static final int SECONDS = 20;

    private static final int PER_SECOND = 10;

    private final CountDownLatch printed = new CountDownLatch(1);
    private volatile boolean requested;

    /** From now on this JVM ends in this way. */
    static Interruption install() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::end));
        return interruption;
    }

    boolean isRequested() {
        return requested;
    }

    private void end() {
        if (printed.getCount() == 0) {
            return; // the command has come to its own end
        }
        requested = true;
        try {
            for (int i = 0; i < SECONDS * PER_SECOND; i++) {
                Forks.killChildren(); // again, as one may just have been started
                if (printed.await(1000 / PER_SECOND, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(Main.HARNESS_FAILED);
    }

    @Override
    public void close() {
        printed.countDown();
    }
}
