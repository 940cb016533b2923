// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import nocowrace.model.FileSystem;
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
import org.openjdk.jmh.infra.ThreadParams;

/*
 * Question:   what does the fix, in each of its forms, add to a whole write in place? Does that
 *             depend on how many block groups there are?
 * Hypothesis: as much as its atomic operations; once 4 KiB are copied, little; on groups it does
 *             not depend, for they are found by index.
 * One op:     one write of one block to the next file in turn, ns/op: direct is W1 to W11, buffered
 *             is B1 to B13. Each thread has one file of its own in each block group. Java shapes,
 *             not the kernel.
 *
 * A sector of the model is a number; with copyBytes the op also copies as many bytes, from a buffer
 * to the next place of 4 MiB. before-fix and held-uncounted lose data: NOT equivalent.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 3, jvmArgsAppend = "-XX:+UseParallelGC")
public class Write_02_WhatTheFixCosts {

    private static final int MAX_THREADS = 4;
    private static final int DEVICE_BYTES = 4 << 20;

    /** The file system. */
    @State(Scope.Benchmark)
    public static class Files {
        /** Name of the protocol. {@link Parameters} has the values. */
        @Param({})
        private String protocol;

        /** Block groups, and files of each thread; a count. */
        @Param({"1", "100", "10000"})
        private int groups;

        /** What is copied with each write, bytes. */
        @Param({"0", "4096"})
        private int copyBytes;

        private FileSystem fs;
        private List<Inode> files;

        /** Makes the files, one in each group for each thread. */
        @Setup
        public void create() {
            fs = new FileSystem(Protocols.named(protocol), groups, MAX_THREADS);
            files = Stream.generate(() -> fs.createNodatacow(Disk.SECTOR_SIZE, 1))
                    .limit((long) groups * MAX_THREADS).toList();
        }
    }

    /** One writer. */
    @State(Scope.Thread)
    public static class Writer {
        private FileSystem fs;
        private Inode[] files;
        private int turn;
        private DirectWrite write;
        private byte[] from;
        private byte[] device;
        private int at;

        /** Picks the files. */
        @Setup
        public void pick(Files all, ThreadParams threads) {
            fs = all.fs;
            files = new Inode[all.groups];
            for (int i = 0; i < files.length; i++) {
                files[i] = all.files.get(i * MAX_THREADS + threads.getThreadIndex());
            }
            write = fs.directWrite(files[0], 0, Disk.SECTOR_SIZE, 2);
            write.run(Long.MAX_VALUE);
            from = new byte[all.copyBytes];
            device = new byte[DEVICE_BYTES];
        }

        private Inode next() {
            turn = turn + 1 < files.length ? turn + 1 : 0;
            if (from.length > 0) {
                System.arraycopy(from, 0, device, at, from.length);
                at = at + from.length < device.length ? at + from.length : 0;
            }
            return files[turn];
        }
    }

    /** A direct write. */
    @Benchmark
    public boolean direct(Writer writer) {
        writer.write.restart(writer.next(), 0, 1, 3);
        return writer.write.run(Long.MAX_VALUE);
    }

    /** A buffered write and its write-back. */
    @Benchmark
    public boolean buffered(Writer writer) {
        return writer.fs.bufferedWrite(writer.next(), 0, Disk.SECTOR_SIZE, 3)
                .run(Long.MAX_VALUE);
    }
}
