// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import nocowrace.harness.Interruption;

/** Does pieces of work in other threads, so that a signal need not wait for the current ones. */
final class Work {

    private static final int POLL_MILLIS = 50;

    private Work() {
    }

    /** Gets each piece when it is done, in the thread that called {@link #run}. */
    interface Done<T> {
        /** A piece is done; others may be in work. */
        void accept(T piece) throws IOException;
    }

    /**
     * Does all pieces of work, or those that are done before a signal arrives; the others go on in
     * daemon threads, and nothing waits for them.
     *
     * @param pieces each independent of the others
     * @param threads how many are done at the same time; a count
     * @param name what to show of a piece in work
     * @param work does one
     * @param done gets each that is done
     * @param display shows the progress
     * @param interruption ends it
     * @throws IOException if done throws it
     * @throws RuntimeException if work throws it
     */
    static <T> void run(List<T> pieces, int threads, Function<T, String> name, Consumer<T> work,
            Done<T> done, Display display, Interruption interruption) throws IOException {
        ExecutorService executor = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "work");
            thread.setDaemon(true);
            return thread;
        });
        CompletionService<T> completed = new ExecutorCompletionService<>(executor);
        pieces.forEach(piece -> completed.submit(() -> {
            display.show(name.apply(piece));
            work.accept(piece);
        }, piece));
        try {
            for (int i = 0; i < pieces.size() && !interruption.isRequested();) {
                Future<T> piece = completed.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (piece != null) {
                    done.accept(piece.get());
                    i++;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause
                    : new IllegalStateException(e.getCause());
        } finally {
            executor.shutdownNow();
        }
    }
}
