// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import nocowrace.engine.Model;
import nocowrace.engine.Task;

/** Engine 1: runs the tasks of a model, each on a thread of its own. */
public final class Threads {

    private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

    private Threads() {
    }

    /**
     * Runs a model to its end. The threads begin together.
     *
     * @param model the tasks, before their first steps
     * @param timeout after how long without an end a task counts as hung; a deadlock is noticed at
     *        once
     * @return the outcome id; that of a hang if some task has not ended, and what {@link
     *         Model#outcomeWithoutEnd} says if a step threw
     * @throws IllegalArgumentException if the timeout is negative, or a task is of another world
     * @throws IllegalStateException if a task can take no step
     * @throws Error what a step threw, such as a failed assertion
     * @throws InterruptedException if this thread is interrupted while it waits
     */
    public static String run(Model model, Duration timeout) throws InterruptedException {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout " + timeout + " is negative");
        }
        long limit = timeout.compareTo(FOREVER) < 0 ? timeout.toNanos() : Long.MAX_VALUE;
        List<Task> tasks = model.tasks();
        for (Task task : tasks) {
            if (task.world() != model.world()) {
                throw new IllegalArgumentException(task + " is not of the world of its model");
            }
        }
        tasks.forEach(Task::enlist);
        CountDownLatch together = new CountDownLatch(tasks.size());
        List<Throwable> thrown = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Task task : tasks) {
            Thread thread = new Thread(() -> {
                try {
                    together.countDown();
                    together.await();
                    task.run(limit);
                } catch (InterruptedException | RuntimeException | Error e) {
                    synchronized (thrown) {
                        thrown.add(e);
                    }
                }
            }, "CPU " + (threads.size() + 1));
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        synchronized (thrown) {
            for (Throwable one : thrown) {
                if (one instanceof Error error) {
                    throw error;
                }
            }
            return thrown.isEmpty() ? model.outcome() : model.outcomeWithoutEnd(false);
        }
    }
}
