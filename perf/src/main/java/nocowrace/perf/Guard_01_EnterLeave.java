// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/*
 * Question:   what do W4 and W6 add to a direct nocow write while nobody relocates?
 * Hypothesis: the look-ups and references of the 2016 form cost more than the counter itself.
 * One op:     one enter and leave around an empty section, ns/op. One block group for all threads.
 *             Java shapes, not the kernel.
 *
 * The section calls something that the compiler may not look into, or it could merge the two.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class Guard_01_EnterLeave {

    private final FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 2);
    private final BlockGroups groups = fs.info().groups();
    private final BlockGroup group = fs.blockGroup(0);
    private final long bytenr = group.start() + Disk.SECTOR_SIZE;
    private final NocowGuard noGuard = NoGuard.INSTANCE;

    /** The floor: the section alone. */
    @Benchmark
    public void floor() {
        section();
    }

    /** Before the fix: nobody is counted. NOT equivalent: lets relocation copy under a writer. */
    @Benchmark
    public boolean beforeFix() {
        Ticket ticket = noGuard.enter(null);
        section();
        noGuard.leave(ticket);
        return ticket.isEntered();
    }

    /** The counter of the fix alone: test and count under the group's lock, count down without. */
    @Benchmark
    public boolean counterAlone() {
        Ticket ticket = group.guard().enter(null);
        section();
        if (group.guard().leave(ticket)) {
            group.nocowQueue().wakeAll();
        }
        return ticket.isEntered();
    }

    /**
     * After the fix, as in 2016: a look-up and a reference on the way in, and again on the way out.
     */
    @Benchmark
    public boolean afterFix() {
        BlockGroup in = groups.lookupAndGet(bytenr);
        Ticket ticket = in.guard().enter(null);
        section();
        BlockGroup out = groups.lookupAndGet(bytenr);
        if (out.guard().leave(ticket)) {
            out.nocowQueue().wakeAll();
        }
        out.put();
        in.put();
        return ticket.isEntered();
    }

    private static void section() {
        Blackhole.consumeCPU(0);
    }
}
