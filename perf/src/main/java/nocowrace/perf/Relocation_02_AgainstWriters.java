// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Write;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/*
 * Question:   how do a writer and a relocation that goes on for ever get in each other's way?
 * Hypothesis: the writer is refused while its group is closed and then takes new space, which costs
 *             more than any guard.
 * One op:     write: one direct write of one block to the one file. relocate: the group of that
 *             file, emptied and removed. 1 thread each, ops/ms. refused: writes that were sent to
 *             new space, failed: those that ended with an error; per ms too. before-fix and
 *             held-uncounted lose data: NOT equivalent.
 *
 * The relocation pauses between two groups for as long as some writes take.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Group)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class Relocation_02_AgainstWriters {

    private static final int GROUPS = 4;
    private static final int SECTORS_PER_GROUP = 16;

    /** Tokens of JMH. */
    private static final int PAUSE = 2000;

    /** Name of the protocol. {@link Parameters} has the values. */
    @Param({})
    private String protocol;

    private FileSystem fs;
    private Inode file;

    /** Makes the file. */
    @Setup
    public void create() {
        fs = new FileSystem(Protocols.named(protocol), GROUPS, SECTORS_PER_GROUP);
        file = fs.createNodatacow(Disk.SECTOR_SIZE, 1);
    }

    /** What the writer counts. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Refusals {
        /** Writes that were sent to new space; a count. */
        public long refused;

        /** Writes that ended with an error, their place being gone; a count. */
        public long failed;

        private DirectWrite write;

        /** Makes the writer's task. */
        @Setup(Level.Trial)
        public void create(Relocation_02_AgainstWriters all) {
            write = all.fs.directWrite(all.file, 0, Disk.SECTOR_SIZE, 2);
            write.run(Long.MAX_VALUE);
        }
    }

    /** The writer. */
    @Benchmark
    @Group("both")
    @GroupThreads(1)
    public boolean write(Refusals refusals) {
        refusals.write.restart(file, 0, 1, 3);
        boolean ended = refusals.write.run(Long.MAX_VALUE);
        if (refusals.write.how() == Write.How.COW) {
            refusals.refused++;
        }
        if (refusals.write.error() != null) {
            refusals.failed++;
        }
        return ended;
    }

    /** The relocation. */
    @Benchmark
    @Group("both")
    @GroupThreads(1)
    public void relocate() throws IOException {
        fs.relocate(fs.info().groups().lookup(fs.whereIs(file, 0)));
        Blackhole.consumeCPU(PAUSE);
    }
}
