// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Stands between JMH and its output, and takes the result of each fork as its last iteration ends.
 * JMH itself returns results only when all of its forks have ended.
 */
final class ForkCollector implements OutputFormat {

    /** JMH was told to end; thrown through its runner. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Stopped() {
            super(null, null, false, false);
        }
    }

    /** Takes the result of a fork. */
    interface Sink {
        void accept(BenchmarkResult fork) throws IOException;
    }

    private final OutputFormat out;
    private final Sink sink;
    private final BooleanSupplier interrupted;
    private final Thread runner = Thread.currentThread();

    private final List<IterationResult> iterations = new ArrayList<>();
    private int ended;
    private int begun;
    private volatile IOException failure;

    /**
     * For a run on this thread.
     *
     * @param out where JMH's output goes
     * @param sink takes each fork
     * @param interrupted whether the run is to end
     */
    ForkCollector(OutputFormat out, Sink sink, BooleanSupplier interrupted) {
        this.out = out;
        this.sink = sink;
        this.interrupted = interrupted;
    }

    /** Why a result could not be taken; null if all could. */
    IOException failure() {
        return failure;
    }

    /** Benchmarks that were begun, with their parameters; a count. */
    int begun() {
        return begun;
    }

    /**
     * Whether there is still output to be made. Threads that read from a fork are not JMH's runner:
     * what they throw would be printed.
     */
    private boolean goesOn() {
        boolean stop = interrupted.getAsBoolean() || failure != null;
        if (stop && Thread.currentThread() == runner) {
            throw new Stopped();
        }
        return !stop;
    }

    @Override
    public void startBenchmark(BenchmarkParams run) {
        if (goesOn()) {
            begun++;
            ended = 0;
            iterations.clear();
            out.startBenchmark(run);
        }
    }

    @Override
    public void iteration(BenchmarkParams run, IterationParams iteration, int number) {
        if (goesOn()) {
            if (number == 1) {
                iterations.clear(); // of a fork that failed
            }
            out.iteration(run, iteration, number);
        }
    }

    @Override
    public void iterationResult(BenchmarkParams run, IterationParams iteration, int number,
            IterationResult data) {
        if (iteration.getType() == IterationType.MEASUREMENT) {
            iterations.add(data);
            if (number == iteration.getCount()) {
                endOfFork(run);
            }
        }
        if (goesOn()) {
            out.iterationResult(run, iteration, number, data);
        }
    }

    private void endOfFork(BenchmarkParams run) {
        ended++;
        if (ended > run.getWarmupForks()) {
            try {
                sink.accept(new BenchmarkResult(run, List.copyOf(iterations)));
            } catch (IOException e) {
                failure = e;
            }
        }
        iterations.clear();
    }

    @Override
    public void endBenchmark(BenchmarkResult result) {
        if (goesOn()) {
            out.endBenchmark(result);
        }
    }

    @Override
    public void startRun() {
        out.startRun();
    }

    /** Does nothing: {@link JmhRun} prints the results of all its runs of JMH together. */
    @Override
    public void endRun(Collection<RunResult> results) {
    }

    @Override
    public void print(String text) {
        if (goesOn()) {
            out.print(text);
        }
    }

    /** Without the warning that JMH's lock is ignored: {@link JmhLock} holds it. */
    @Override
    public void println(String text) {
        if (goesOn() && !text.startsWith("# WARNING: JMH lock is ignored")) {
            out.println(text);
        }
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public void close() {
        out.close();
    }

    @Override
    public void verbosePrintln(String text) {
        if (goesOn()) {
            out.verbosePrintln(text);
        }
    }

    @Override
    public void write(int b) {
        if (goesOn()) {
            out.write(b);
        }
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        if (goesOn()) {
            out.write(bytes);
        }
    }
}
