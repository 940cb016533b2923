// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/*
 * Question:   how long does relocation need to close a group, find it empty, and open it again?
 * Hypothesis: with nobody inside some atomic operations; with writers inside as long as a section,
 *             and as long as the scheduler keeps a writer away, which is what the tail shows.
 * One op:     close, wait until drained, reopen. Writers: 0, 1 or 8 threads that enter, work for
 *             some 0.1 us and leave, without a pause; 8 are more than the CPUs, so no ns of theirs
 *             says anything about a guard. Whoever drains polls.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class Drain_01_HowLong {

    /** Work of a section, in tokens of JMH. */
    private static final int SECTION = 50;

    /** Looks before the CPU is given away, so that a writer that shares it can go on. */
    private static final int SPINS = 1000;

    /** Name of the guard. {@link Parameters} has the values: all that can be drained. */
    @Param({})
    private String guard;

    /** Writers at work, a count. */
    @Param({"0", "1", "8"})
    private int writers;

    private BlockGroup group;
    private NocowGuard subject;
    private FileSystem fs;
    private Thread[] threads;
    private volatile boolean stopped;

    /** Starts the writers. */
    @Setup
    public void start() {
        fs = new FileSystem(new Protocol("benchmark",
                Protocol.AFTER_FIX.columns(), Guard.named(guard).maker()), 1, 1024);
        group = fs.blockGroup(0);
        subject = group.guard();
        threads = new Thread[writers];
        for (int i = 0; i < writers; i++) {
            threads[i] = new Thread(this::write);
            threads[i].setDaemon(true);
            threads[i].start();
        }
    }

    private void write() {
        Ticket ticket = null;
        while (!stopped) {
            Ticket got = subject.enter(ticket);
            Blackhole.consumeCPU(SECTION);
            if (got.isEntered()) {
                ticket = got;
                subject.leave(got);
            }
        }
    }

    /** Ends the writers. */
    @TearDown
    public void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
    }

    /** From R1 to the way back from it; a sample of the ops is timed. */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public void whole() {
        fs.info().space().incReadOnly(group);
        await();
        fs.info().space().decReadOnly(group);
    }

    /**
     * The guard's own part of it, without R1's two locks. Of MONITOR that is a look at the count
     * alone: what closes it is ro, under those locks.
     */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public void guardAlone() {
        subject.close();
        await();
        subject.reopen();
    }

    private void await() {
        for (int looks = 1; !subject.isDrained(); looks++) {
            if (looks % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
