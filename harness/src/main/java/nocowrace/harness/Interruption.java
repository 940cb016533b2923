// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * Ctrl-C or SIGTERM: the first one ends the processes that this JVM has started and asks the
 * command to print what it has and to end with exit code 3; the second one ends this JVM at once.
 */
public final class Interruption implements AutoCloseable {

    private static final List<String> SIGNALS = List.of("INT", "TERM");
    private static final int KILL_MILLIS = 100;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<Object> previous;
    private Thread killer;

    private Interruption() {
        previous = SIGNALS.stream().map(signal -> Signals.register(signal, this::signalled))
                .toList();
    }

    /** From now on signals are handled in this way, until it is closed. */
    public static Interruption install() {
        return new Interruption();
    }

    private synchronized void signalled() {
        if (isRequested()) {
            killChildren();
            Runtime.getRuntime().halt(ExitCode.HARNESS_FAILED);
        }
        requested.countDown();
        killer = new Thread(() -> {
            while (!closed.get()) {
                killChildren(); // again and again, as one may just be starting
                try {
                    TimeUnit.MILLISECONDS.sleep(KILL_MILLIS);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }, "interruption");
        killer.setDaemon(true);
        killer.start();
    }

    /** Whether the command should end. */
    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /**
     * Waits for a request to end.
     *
     * @param millis at most so long, ms
     * @return whether there is one
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(long millis) throws InterruptedException {
        return requested.await(millis, TimeUnit.MILLISECONDS);
    }

    /** Ends all processes that this JVM has started. */
    public static void killChildren() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        closed.set(true);
        for (int i = 0; i < SIGNALS.size(); i++) {
            Signals.unregister(SIGNALS.get(i), previous.get(i));
        }
    }
}
