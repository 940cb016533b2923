// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/*
 * Question:   what do W4 and W6 add to a direct nocow write while nobody relocates, and how near to
 *             the machine's limit does that come?
 * Hypothesis: the look-ups and references of the 2016 form cost more than the counter; one shared
 *             word costs two atomic additions; a slot per writer costs one fence.
 * One op:     one enter and leave around an empty section, ns/op. -t 1, or -t 2 where SAME is one
 *             block group for both and OWN is one for each. Java shapes, not the kernel.
 *
 * Nothing stands in the section. The compiler could merge two critical sections of a monitor that
 * follow one another, but here an atomic operation always stands between them. One guard per fork,
 * since a call site that has seen several is slower.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class Guard_01_EnterLeave {

    private static final int MAX_THREADS = 64;

    /** Which block groups the writers write to. */
    public enum Groups {
        /** All to one. */
        SAME,
        /** Each to one of its own. */
        OWN
    }

    /** What the limits share. */
    @State(Scope.Benchmark)
    public static class Shared {
        private volatile boolean closed;
        private final AtomicInteger count = new AtomicInteger();
    }

    /** The guards under test. */
    @State(Scope.Benchmark)
    public static class Guarded {
        /** Name of the guard. {@link Parameters} has the values: all that run on any system. */
        @Param({})
        private String guard;

        /** Who meets whom. */
        @Param
        private Groups groups;

        private FileSystem fs;

        /** Makes a group for each thread. */
        @Setup
        public void create() {
            fs = new FileSystem(new Protocol("benchmark", Protocol.AFTER_FIX.columns(),
                    Guard.named(guard).maker()), MAX_THREADS, 1024);
        }
    }

    /** One writer. */
    @State(Scope.Thread)
    public static class Writer {
        private BlockGroup group;
        private BlockGroups all;
        private long bytenr;
        private NocowGuard guard;
        private Ticket ticket;

        /** Picks the group. */
        @Setup
        public void pick(Guarded guarded, ThreadParams threads) {
            group = guarded.fs.blockGroup(
                    guarded.groups == Groups.SAME ? 0 : threads.getThreadIndex());
            all = guarded.fs.info().groups();
            bytenr = group.start() + Disk.SECTOR_SIZE;
            guard = group.guard();
        }

        /*
         * A reference is stored only where it changes: each store also dirties a card, and the
         * cards of 32 KiB of heap share a cache line, which two writers would then fight for.
         */
        private boolean enter(NocowGuard by) {
            Ticket got = by.enter(ticket);
            if (got != ticket) {
                ticket = got;
            }
            return got.isEntered();
        }

        private void leave(NocowGuard by, BlockGroup of) {
            if (by.leave(ticket)) {
                of.nocowQueue().wakeAll();
            }
        }
    }

    /** A writer's own cell; JMH keeps it away from others'. */
    @State(Scope.Thread)
    public static class Cell {
        private static final VarHandle VALUE;

        static {
            try {
                VALUE = MethodHandles.lookup().findVarHandle(Cell.class, "value", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private volatile long value;
    }

    /** Floor: an empty section alone. */
    @Benchmark
    public void floor() {
    }

    /** Floor: a look at a flag, as a write without a counter makes. */
    @Benchmark
    public boolean lookAtFlag(Shared shared) {
        return shared.closed;
    }

    /** Limit of all that announce in a place of their own: one store that comes before a load. */
    @Benchmark
    public boolean storeLoad(Shared shared, Cell cell) {
        Cell.VALUE.setVolatile(cell, 1L);
        boolean closed = shared.closed;
        Cell.VALUE.setRelease(cell, 0L);
        return closed;
    }

    /** The same limit with an exchange for the store: some CPUs order that at less cost. */
    @Benchmark
    public boolean swapLoad(Shared shared, Cell cell) {
        long before = (long) Cell.VALUE.getAndSet(cell, 1L);
        boolean closed = shared.closed;
        Cell.VALUE.setRelease(cell, 0L);
        return closed & before == 0;
    }

    /** Limit of all that share a count: two atomic additions. */
    @Benchmark
    public int addPair(Shared shared) {
        shared.count.getAndIncrement();
        return shared.count.getAndDecrement();
    }

    /** A guard alone. */
    @Benchmark
    public boolean guard(Writer writer) {
        boolean entered = writer.enter(writer.guard);
        writer.leave(writer.guard, writer.group);
        return entered;
    }

    /** The form of 2022: a look-up and a reference on the way in. */
    @Benchmark
    public boolean form2022(Writer writer) {
        BlockGroup in = writer.all.lookupAndGet(writer.bytenr);
        boolean entered = writer.enter(in.guard());
        writer.leave(in.guard(), in);
        in.put();
        return entered;
    }

    /** The form of 2016: a look-up and a reference on the way in, and again on the way out. */
    @Benchmark
    public boolean form2016(Writer writer) {
        BlockGroup in = writer.all.lookupAndGet(writer.bytenr);
        boolean entered = writer.enter(in.guard());
        BlockGroup out = writer.all.lookupAndGet(writer.bytenr);
        writer.leave(out.guard(), out);
        out.put();
        in.put();
        return entered;
    }
}
