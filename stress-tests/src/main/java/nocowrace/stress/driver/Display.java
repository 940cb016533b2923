// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows on standard error how far a run is. */
interface Display extends AutoCloseable {

    /**
     * A fork begins.
     *
     * @param cell whose
     * @param left time until the run is over
     */
    void show(CellRun cell, Duration left);

    /** Something that the user should know. */
    void say(String line);

    @Override
    void close();

    /**
     * What suits the terminal.
     *
     * @param quiet whether only to say what went wrong
     * @param err standard error
     */
    static Display on(PrintStream err, boolean quiet) {
        return quiet ? new Quiet(err) : Terminal.canRedraw() ? new Bar(err) : new Lines(err,
                Lines.INTERVAL);
    }

    private static String text(CellRun cell, Duration left) {
        return String.format(Locale.ROOT, "%d s left, %s: %,d/%,d lost",
                Math.max(0, left.toSeconds()), cell.name(), cell.bad(), cell.samples());
    }

    /** Nothing but trouble. */
    final class Quiet implements Display {
        private final PrintStream err;

        Quiet(PrintStream err) {
            this.err = err;
        }

        @Override
        public void show(CellRun cell, Duration left) {
        }

        @Override
        public void say(String line) {
            err.println(line);
        }

        @Override
        public void close() {
        }
    }

    /** A line now and then, for files and pipes. */
    final class Lines implements Display {

        /** At least so much time between two lines. */
        static final Duration INTERVAL = Duration.ofSeconds(5);

        private final PrintStream err;
        private final Duration interval;
        private long due = System.nanoTime();

        Lines(PrintStream err, Duration interval) {
            this.err = err;
            this.interval = interval;
        }

        @Override
        public void show(CellRun cell, Duration left) {
            if (System.nanoTime() - due >= 0) {
                due = System.nanoTime() + interval.toNanos();
                err.println(text(cell, left));
            }
        }

        @Override
        public void say(String line) {
            err.println(line);
        }

        @Override
        public void close() {
        }
    }

    /** A bar that is drawn over and over. */
    final class Bar implements Display {

        /** Characters; it fits any terminal. */
        private static final int WIDTH = 79;

        private final PrintStream err;
        private final long start = System.nanoTime();
        private ProgressBar bar;

        Bar(PrintStream err) {
            this.err = err;
        }

        @Override
        public void show(CellRun cell, Duration left) {
            long elapsed = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            if (bar == null) {
                bar = new ProgressBarBuilder().setStyle(ProgressBarStyle.ASCII)
                        .setConsumer(new ConsoleProgressBarConsumer(err, WIDTH))
                        .setInitialMax(elapsed + left.toSeconds()).setUnit("s", 1)
                        .hideEta().clearDisplayOnFinish().build();
            }
            bar.maxHint(Math.max(1, elapsed + Math.max(0, left.toSeconds())));
            bar.stepTo(elapsed);
            bar.setExtraMessage(text(cell, left));
        }

        @Override
        public void say(String line) {
            err.println();
            err.println(line);
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}
