// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Read;
import nocowrace.model.task.Relocation;
import org.junit.jupiter.api.Test;

/**
 * More than one writer against one relocation, under the fix: in the order that matters, and on
 * real threads, as often as a few seconds allow.
 *
 * <p>Breaks if the count is not a count, if R4 goes on before the last writer has left, if a failed
 * relocation stays read-only, if an I/O error leaves an ordered extent behind.
 */
class MeetingsTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(30);
    private static final int ROUNDS = 3000;

    /** Runs tasks on a thread each; fails if one hangs. */
    private static void together(ExecutorService threads, Task... tasks) throws Exception {
        List<Future<Boolean>> results = new ArrayList<>();
        for (Task task : tasks) {
            task.enlist();
        }
        for (Task task : tasks) {
            results.add(threads.submit(() -> task.run(TIMEOUT)));
        }
        for (int i = 0; i < tasks.length; i++) {
            assertTrue(results.get(i).get(), tasks[i] + " hangs");
        }
    }

    private interface Round {
        void run(ExecutorService threads) throws Exception;
    }

    private static void rounds(Round round) {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    round.run(threads);
                }
            });
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void relocationWaitsForTheLastOfTwoWriters() throws Exception {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        Inode first = fs.createNodatacow(SECTOR, 1);
        Inode second = fs.createNodatacow(SECTOR, 1);
        DirectWrite one = fs.directWrite(first, 0, SECTOR, 2);
        DirectWrite other = fs.directWrite(second, 0, SECTOR, 3);
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        new Replay(one).run("W1 W2 W3 W4");
        new Replay(other).run("W1 W2 W3 W4");
        new Replay(relocation).run("R0 R1 R2 R3 R4");
        new Replay(one).run("W5 W6");
        assertTrue(relocation.isAsleep(), "one is still inside");
        new Replay(other).run("W5 W6. W6.leave W6.wake");
        assertFalse(relocation.isAsleep());
        new Replay(relocation).run("R4 R5");
        assertTrue(relocation.isAsleep(), "both are in the snapshot");
        new Replay(other).finish(other);
        assertTrue(relocation.isAsleep(), "the other one, listed first, comes first");
        new Replay(one).finish(one);
        new Replay(relocation).finish(relocation);
        assertEquals(2, fs.read(first, 0));
        assertEquals(3, fs.read(second, 0));
        assertNull(fs.check());
    }

    @Test
    void twoWritersInOneGroup() {
        rounds(threads -> {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 6);
            Inode first = fs.createNodatacow(SECTOR, 1);
            Inode second = fs.createPreallocated(2 * SECTOR);
            together(threads, fs.relocation(fs.blockGroup(0)),
                    fs.directWrite(first, 0, SECTOR, 2),
                    fs.bufferedWrite(second, 0, 2 * SECTOR, 3));
            assertEquals(2, fs.read(first, 0));
            assertEquals(3, fs.read(second, 0));
            assertEquals(3, fs.read(second, SECTOR));
            assertNull(fs.check());
        });
    }

    @Test
    void twoWritersOfTheSameBlocks() {
        rounds(threads -> {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 6);
            Inode file = fs.createNodatacow(2 * SECTOR, 1);
            together(threads, fs.directWrite(file, 0, 2 * SECTOR, 2),
                    fs.directWrite(file, 0, 2 * SECTOR, 3));
            long found = fs.read(file, 0);
            assertTrue(found == 2 || found == 3, () -> "found " + found);
            assertEquals(found, fs.read(file, SECTOR), "in one piece: one of them came last");
            assertNull(fs.check());
        });
    }

    /** A relocation splits what is in one piece, and then one writer comes between the other's. */
    @Test
    void twoWritersOfTheSameBlocksAndARelocation() {
        rounds(threads -> {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 6);
            Inode file = fs.createNodatacow(2 * SECTOR, 1);
            together(threads, fs.relocation(fs.blockGroup(0)),
                    fs.directWrite(file, 0, 2 * SECTOR, 2),
                    fs.directWrite(file, 0, 2 * SECTOR, 3));
            for (int block = 0; block < 2; block++) {
                long found = fs.read(file, block * SECTOR);
                assertTrue(found == 2 || found == 3, () -> "found " + found);
            }
            assertNull(fs.check());
        });
    }

    @Test
    void anotherWriterComesBetweenTwoPieces() throws Exception {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 6);
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        DirectWrite one = fs.directWrite(file, 0, 2 * SECTOR, 2);
        DirectWrite other = fs.directWrite(file, 0, 2 * SECTOR, 3);
        new Replay(relocation).run("R0 R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R9 R10 R11. R11.drop");
        new Replay(one).run("W1 W2 W3 W4 W5 W6 W7 W8 W9 W10 W11"); // the copy of block 1 is shared
        new Replay(relocation).finish(relocation);
        new Replay(other).finish(other);
        new Replay(one).finish(one);
        assertEquals(3, fs.read(file, 0));
        assertEquals(2, fs.read(file, SECTOR));
        assertNull(fs.check());
    }

    @Test
    void twoRelocationsOfTwoGroups() {
        rounds(threads -> {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 4, 2);
            Inode file = fs.createNodatacow(4 * SECTOR, 1);
            together(threads, fs.relocation(fs.blockGroup(0)), fs.relocation(fs.blockGroup(1)),
                    fs.directWrite(file, SECTOR, 2 * SECTOR, 2));
            assertNull(fs.blockGroup(0));
            assertNull(fs.blockGroup(1));
            for (int block = 0; block < 4; block++) {
                assertEquals(block == 1 || block == 2 ? 2 : 1,
                        fs.read(file, (long) block * SECTOR));
            }
            assertNull(fs.check());
        });
    }

    @Test
    void aWriterAndAReader() {
        rounds(threads -> {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
            Inode file = fs.createRegular(SECTOR, 1);
            Read early = fs.readTask(file, 0);
            Read late = fs.readTask(file, 0);
            together(threads, fs.relocation(fs.blockGroup(0)),
                    fs.directWrite(file, 0, SECTOR, 2), early, late);
            for (Read read : List.of(early, late)) {
                assertTrue(read.result() == 1 || read.result() == 2, () -> "read "
                        + read.result());
            }
            assertEquals(2, fs.read(file, 0));
            assertNull(fs.check());
        });
    }

    @Test
    void aReaderMayUseTheOldPlaceUntilItUnlocks() throws Exception {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        Inode file = fs.createRegular(SECTOR, 1);
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        Read read = fs.readTask(file, 0);
        new Replay(read).run("D1 D2");
        Replay replay = new Replay(relocation).run("R0 R1 R2 R3 R4 R5 R6 R7 R8 R9");
        assertEquals("R9.lock.sleep", relocation.at().label());
        new Replay(read).finish(read);
        assertEquals(1, read.result());
        replay.finish(relocation);
        assertEquals(1, fs.read(file, 0));
    }

    @Test
    void aRelocationThatFailsHalfWay() {
        rounds(threads -> {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
            Inode file = fs.createNodatacow(2 * SECTOR, 1);
            Inode filler = fs.createNodatacow(5 * SECTOR, 9);
            BlockGroup group = fs.blockGroup(0);
            Relocation relocation = fs.relocation(group);
            DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
            together(threads, relocation, write);
            assertEquals(Errno.ENOSPC, relocation.error());
            assertFalse(group.isReadOnly());
            assertNotNull(fs.blockGroup(0));
            assertEquals(write.error() == null ? 2 : 1, fs.read(file, 0),
                    "refused while the group was sealed, it may have found no space");
            assertEquals(9, fs.read(filler, 0));
            assertNull(fs.check());
        });
    }

    @Test
    void anIoErrorWhileRelocationWaits() throws Exception {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        Inode file = fs.createNodatacow(SECTOR, 1);
        fs.info().disk().failWritesTo(0);
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        Replay replay = new Replay(relocation, write)
                .run("W1 W2 W3 W4 W5 W6  R0 R1 R2 R3 R4 R5  W7 W8 W9 W10");
        assertTrue(relocation.isAsleep());
        replay.finish(write);
        assertEquals(Errno.EIO, write.error(), "it reaches the caller");
        replay.finish(relocation);
        assertNull(relocation.error());
        assertEquals(1, fs.read(file, 0), "the old bytes, at the new place");
        assertNull(fs.check());
    }

    @Test
    void anIoErrorInTheMiddleOfEverything() {
        rounds(threads -> {
            FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
            Inode file = fs.createPreallocated(SECTOR);
            fs.info().disk().failWritesTo(0);
            DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
            together(threads, fs.relocation(fs.blockGroup(0)), write);
            assertEquals(write.error() == null ? 2 : Disk.BLANK, fs.read(file, 0));
            assertNull(fs.check());
        });
    }

    @Test
    void aWriterInALoopUsesOneTask() throws Exception {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 8);
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        Inode other = fs.createNodatacow(2 * SECTOR, 1);
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        assertThrows(IllegalStateException.class, () -> write.restart(other, 1, 1, 3));
        assertTrue(write.run(TIMEOUT));
        assertTrue(fs.info().world().runQueue().isIdle());
        write.restart(other, 1, 1, 3);
        assertTrue(fs.info().world().runQueue().isIdle(), "nobody counts on it until it is run");
        assertTrue(write.run(TIMEOUT));
        assertTrue(fs.info().world().runQueue().isIdle());
        assertEquals(2, fs.read(file, 0));
        assertEquals(1, fs.read(other, 0));
        assertEquals(3, fs.read(other, SECTOR));
        fs.relocate(fs.blockGroup(0));
        assertNull(fs.check());
    }
}
