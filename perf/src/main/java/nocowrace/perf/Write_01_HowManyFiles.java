// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.concurrent.TimeUnit;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.DirectWrite;
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

/*
 * Question:   does a direct write in place cost more the more files there are? And what does it
 *             allocate (-prof gc)?
 * Hypothesis: look-ups are by index, so only the caches notice; it allocates its ordered extent.
 * One op:     one direct write of one block to the next file in turn, W1 to W11, ns/op; metadata
 *             only, for a sector is a number. 1 thread. Java shapes, not the kernel.
 *
 * Forks are of two kinds here, one in six half slower than the others, so there are many of them.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 8, jvmArgsAppend = "-XX:+UseParallelGC")
public class Write_01_HowManyFiles {

    private static final int GROUPS = 16;
    private static final int SECTORS_PER_GROUP = 1024;

    /** Files of one block each, a count. */
    @Param({"1", "100", "10000"})
    private int files;

    private Inode[] inodes;
    private DirectWrite beforeFix;
    private DirectWrite afterFix;
    private Inode[] inodesAfter;
    private int turn;

    /** Makes the files. */
    @Setup
    public void create() {
        FileSystem before = new FileSystem(Protocol.BEFORE_FIX, GROUPS, SECTORS_PER_GROUP);
        FileSystem after = new FileSystem(Protocol.AFTER_FIX, GROUPS, SECTORS_PER_GROUP);
        inodes = new Inode[files];
        inodesAfter = new Inode[files];
        for (int i = 0; i < files; i++) {
            inodes[i] = before.createNodatacow(Disk.SECTOR_SIZE, 1);
            inodesAfter[i] = after.createNodatacow(Disk.SECTOR_SIZE, 1);
        }
        beforeFix = ended(before.directWrite(inodes[0], 0, Disk.SECTOR_SIZE, 2));
        afterFix = ended(after.directWrite(inodesAfter[0], 0, Disk.SECTOR_SIZE, 2));
    }

    private static DirectWrite ended(DirectWrite write) {
        write.run(Long.MAX_VALUE);
        return write;
    }

    /** The fix's parent: nobody is counted. */
    @Benchmark
    public boolean beforeFix() {
        return write(beforeFix, inodes);
    }

    /** The fix: with W4 and W6. */
    @Benchmark
    public boolean afterFix() {
        return write(afterFix, inodesAfter);
    }

    private boolean write(DirectWrite write, Inode[] to) {
        turn = turn + 1 < files ? turn + 1 : 0;
        write.restart(to[turn], 0, 1, 3);
        return write.run(Long.MAX_VALUE);
    }
}
