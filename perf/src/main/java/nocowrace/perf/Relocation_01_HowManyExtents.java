// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/*
 * Question:   does relocating an extent cost more the more extents its block group has?
 * Hypothesis: no; what a relocation costs as a whole is shared by more of them.
 * One op:     one extent of one block, of a file that fills the group, moved to another group;
 *             ns/op. 1 thread, nobody writes. Java shapes, not the kernel.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class Relocation_01_HowManyExtents {

    private static final int MOVES = 100_000;

    /** Extents in the group, a count; a divisor of MOVES. */
    @Param({"10", "1000", "100000"})
    private int extents;

    private FileSystem fs;
    private int next;

    /** Fills one of two groups. */
    @Setup
    public void create() {
        fs = new FileSystem(Protocol.AFTER_FIX, 2, extents);
        fs.createNodatacow((long) extents * Disk.SECTOR_SIZE, 1);
    }

    /** Empties a group into the other one, and that into a new one in its place, and so on. */
    @Benchmark
    @OperationsPerInvocation(MOVES)
    public void move() throws IOException {
        for (int moved = 0; moved < MOVES; moved += extents) {
            fs.relocate(fs.blockGroup(next));
            next++;
        }
    }
}
