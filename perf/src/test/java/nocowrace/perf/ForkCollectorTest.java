// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The results are taken out of JMH's output. Breaks if a warmup iteration or a warmup fork is
 * counted, if a fork that failed leaves iterations to the next one, or if JMH goes on after it was
 * told to end.
 */
class ForkCollectorTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final OutputFormat out = OutputFormatFactory.createFormatInstance(
            new PrintStream(said, true, StandardCharsets.UTF_8), VerboseMode.NORMAL);
    private final List<BenchmarkResult> taken = new ArrayList<>();
    private boolean interrupted;
    private ForkCollector collector;

    private final BenchmarkParams params = params(0);

    /** In each test itself, as a test may have a thread of its own. */
    private void create() {
        collector = new ForkCollector(out, taken::add, () -> interrupted);
    }

    private static BenchmarkParams params(int warmupForks) {
        return Samples.params("Guard_01_EnterLeave.guard", Map.of(), warmupForks);
    }

    /** As JMH calls it: one warmup iteration and two that count. */
    private void fork(BenchmarkParams run, int iterations) {
        collector.iteration(run, run.getWarmup(), 1);
        collector.iterationResult(run, run.getWarmup(), 1, Samples.iteration(run, 99));
        for (int i = 1; i <= iterations; i++) {
            collector.iteration(run, run.getMeasurement(), i);
            collector.iterationResult(run, run.getMeasurement(), i, Samples.iteration(run, i));
        }
    }

    private List<List<Double>> scores() {
        return taken.stream().map(fork -> fork.getIterationResults().stream()
                .map(iteration -> iteration.getPrimaryResult().getScore()).toList()).toList();
    }

    @Test
    void eachForkIsTakenAsItEnds() {
        create();
        collector.startBenchmark(params);
        fork(params, 2);
        assertEquals(List.of(List.of(1.0, 2.0)), scores());
        fork(params, 2);
        assertEquals(2, taken.size());
        assertEquals(1, collector.begun());
    }

    @Test
    void forkThatFailsLeavesNothingBehind() {
        create();
        collector.startBenchmark(params);
        fork(params, 1);
        fork(params, 2);
        assertEquals(List.of(List.of(1.0, 2.0)), scores());
    }

    @Test
    void warmupForksDoNotCount() {
        create();
        BenchmarkParams run = params(1);
        for (int benchmark = 0; benchmark < 2; benchmark++) {
            collector.startBenchmark(run);
            fork(run, 2);
            fork(run, 2);
        }
        assertEquals(2, taken.size(), "one of each benchmark");
    }

    @Test
    void interruptedRunEndsAtTheNextLine() throws Exception {
        create();
        interrupted = true;
        assertThrows(ForkCollector.Stopped.class, () -> collector.println("# Fork: 2 of 3"));
        assertThrows(ForkCollector.Stopped.class, () -> collector.startBenchmark(params));
        CompletableFuture.runAsync(() -> collector.println("from a fork")).get();
        assertEquals("", said.toString(StandardCharsets.UTF_8), "and prints no more");
    }

    @Test
    void resultThatCannotBeWrittenEndsTheRun() {
        IOException full = new IOException("no space");
        ForkCollector failing = new ForkCollector(out, fork -> {
            throw full;
        }, () -> false);
        failing.iteration(params, params.getMeasurement(), 1);
        failing.iterationResult(params, params.getMeasurement(), 1, Samples.iteration(params, 1));
        assertThrows(ForkCollector.Stopped.class, () -> failing.iterationResult(params,
                params.getMeasurement(), 2, Samples.iteration(params, 2)));
        assertEquals(full, failing.failure());
    }

    @Test
    void warningOfTheLockIsNotPrinted() {
        create();
        collector.println("# WARNING: JMH lock is ignored by user request, make sure ...");
        collector.println("# WARNING: another one");
        assertEquals("# WARNING: another one", said.toString(StandardCharsets.UTF_8).strip());
    }
}
