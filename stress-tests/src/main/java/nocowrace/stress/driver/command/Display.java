// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import nocowrace.harness.Terminal;
import nocowrace.stress.driver.report.CompareTable;
import nocowrace.stress.driver.verdict.CellRun;

/**
 * Shows on standard error what a command is doing and how much time is left: a bar on a terminal,
 * else a line whenever nothing was printed for a while. Works on while a fork runs.
 */
abstract class Display implements AutoCloseable {

    /** No command is silent for longer than this and a moment. */
    static final Duration INTERVAL = Duration.ofSeconds(4);

    /** Probing the JVM takes a third of this on an idle machine. */
    private static final Duration PROBING = Duration.ofSeconds(15);

    /** Drawing the counterexamples of the page takes half of this on an idle machine. */
    private static final Duration CLOSING = Duration.ofSeconds(4);

    private final PrintStream err;
    private String what = "";

    /** When it will be over, ns; 0 if that is not known. */
    private long end;

    /** When this state of the work began, ns. */
    private long since = System.nanoTime();

    private Display(PrintStream err) {
        this.err = err;
    }

    /**
     * The display that suits the terminal.
     *
     * @param err standard error
     * @param quiet whether to report nothing but trouble
     */
    static Display on(PrintStream err, boolean quiet) {
        return quiet ? new Quiet(err) : Terminal.canRedraw() ? new Bar(err)
                : new LineNowAndThen(err, INTERVAL);
    }

    /**
     * The JVM is probed, before the first fork.
     *
     * @param budget for the forks, which come after it
     * @param more what else the user should know
     */
    void probing(Duration budget, String more) {
        note("probing the JVM; " + more);
        update("probing the JVM", PROBING.plus(budget));
    }

    /**
     * A fork begins.
     *
     * @param cell its cell
     * @param left time until the last fork has ended
     */
    void show(CellRun cell, Duration left) {
        update(cell.name() + ": " + CompareTable.hits(cell), left);
    }

    /** Work begins of which the duration is not known. */
    void show(String work) {
        update(work, null);
    }

    /** As {@link #show(String)}, for work that is mostly short: first shown after an interval. */
    void showLater(String work) {
        synchronized (this) {
            what = work;
            since = System.nanoTime();
            end = 0;
        }
        postpone();
    }

    private void update(String text, Duration left) {
        synchronized (this) {
            what = text;
            since = System.nanoTime();
            end = left == null ? 0 : since + left.plus(CLOSING).toNanos();
        }
        changed();
    }

    /** The state of the work, for a line or a bar. */
    final synchronized String text() {
        long now = System.nanoTime();
        return end == 0
                ? String.format(Locale.ROOT, "%s, %d s", what, (now - since) / 1_000_000_000)
                : String.format(Locale.ROOT, "%d s left, %s", secondsLeft(), what);
    }

    /** At least 1. */
    final synchronized long secondsLeft() {
        return Math.max(1, Duration.ofNanos(end - System.nanoTime()).toSeconds());
    }

    /** What is being done. */
    final synchronized String work() {
        return what;
    }

    /** Whether nothing has begun. */
    final synchronized boolean isIdle() {
        return what.isEmpty();
    }

    /** Whether it is known when the work will be over. */
    final synchronized boolean hasEnd() {
        return end != 0;
    }

    final PrintStream err() {
        return err;
    }

    /** There is something new to show. */
    abstract void changed();

    /** There is something new, which need not be shown at once. */
    void postpone() {
    }

    /** Something that is worth a line, unless the user wants none. */
    abstract void note(String line);

    /** Something went wrong, and the user should know. */
    abstract void say(String line);

    @Override
    public abstract void close();

    /** Nothing but trouble. */
    private static final class Quiet extends Display {
        Quiet(PrintStream err) {
            super(err);
        }

        @Override
        void changed() {
        }

        @Override
        void note(String line) {
        }

        @Override
        void say(String line) {
            err().println(line);
        }

        @Override
        public void close() {
        }
    }

    /** A line now and then, for files and pipes. */
    static final class LineNowAndThen extends Display {
        private final ScheduledExecutorService clock;
        private final long interval;
        private long last;

        LineNowAndThen(PrintStream err, Duration interval) {
            super(err);
            this.interval = interval.toNanos();
            last = System.nanoTime() - this.interval;
            clock = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "progress");
                thread.setDaemon(true);
                return thread;
            });
            clock.scheduleWithFixedDelay(this::changed, this.interval / 4, this.interval / 4,
                    TimeUnit.NANOSECONDS);
        }

        @Override
        synchronized void changed() {
            if (System.nanoTime() - last >= interval && !isIdle()) {
                print(text());
            }
        }

        @Override
        synchronized void postpone() {
            last = System.nanoTime();
        }

        private void print(String line) {
            last = System.nanoTime();
            err().println(line);
        }

        @Override
        synchronized void note(String line) {
            print(line);
        }

        @Override
        synchronized void say(String line) {
            print(line);
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }

    /** A bar that is drawn over and over, by a thread of its own. */
    static final class Bar extends Display {

        /** Characters; it fits any terminal. */
        private static final int WIDTH = 79;

        private final long start = System.nanoTime();
        private ProgressBar bar;

        Bar(PrintStream err) {
            super(err);
        }

        @Override
        synchronized void changed() {
            long elapsed = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            if (bar == null) {
                bar = new ProgressBarBuilder().setStyle(ProgressBarStyle.ASCII)
                        .setConsumer(new ConsoleProgressBarConsumer(err(), WIDTH))
                        .setInitialMax(1).setUnit("s", 1)
                        .hideEta().clearDisplayOnFinish().build();
            }
            bar.maxHint(hasEnd() ? elapsed + secondsLeft() : -1);
            bar.stepTo(elapsed);
            bar.setExtraMessage(hasEnd() ? text() : work()); // it shows the elapsed time itself
        }

        @Override
        void note(String line) {
            err().println(line);
        }

        @Override
        void say(String line) {
            err().println();
            err().println(line);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
