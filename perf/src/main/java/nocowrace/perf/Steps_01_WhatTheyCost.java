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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/*
 * Question:   what does the step engine add to a direct write in place?
 * Hypothesis: less than the write itself: the engine calls each step through a reference, which
 *             the compiler cannot inline, and keeps in fields what could be local variables.
 * One op:     one direct write of one block to the same file, W1 to W11 with the guard of the fix,
 *             ns/op; metadata only, for a sector is a number. 1 thread. Java shapes, not the
 *             kernel.
 *
 * Both methods take the same locks of the same objects in the same order, and both allocate the
 * ordered extent. The straight line has no run queue: on one thread nothing waits. The compiler
 * could merge neighbouring sections of one lock there, but -XX:-EliminateLocks does not slow it.
 *
 * Seen on 2 CPUs of an AMD EPYC VM, x86-64, JDK 17, 2026-11-28, 5 forks:
 *
 *   straight  147 ns/op, 80 B/op
 *   steps     348 ns/op, 80 B/op    2.36 [2.18, 2.56] x straight
 *
 * The hypothesis is wrong: the engine costs more than the write, which is metadata only.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class Steps_01_WhatTheyCost {

    private static final int SECTORS = 1024;

    private Inode inode;
    private DirectWrite write;
    private StraightWrite straight;

    /** Makes the file and writes it once, so that the cached extent map has its place. */
    @Setup
    public void create() {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 1, SECTORS);
        inode = fs.createNodatacow(Disk.SECTOR_SIZE, 1);
        write = fs.directWrite(inode, 0, Disk.SECTOR_SIZE, 2);
        write.run(Long.MAX_VALUE);
        straight = new StraightWrite(fs.info());
    }

    /** The base: the critical sections as straight-line code. */
    @Benchmark
    public long straight() {
        return straight.write(inode, 0, 3);
    }

    /** The same sections as steps of a task. */
    @Benchmark
    public boolean steps() {
        write.restart(inode, 0, 1, 3);
        return write.run(Long.MAX_VALUE);
    }
}
