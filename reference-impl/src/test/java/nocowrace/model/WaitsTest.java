// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static nocowrace.model.Contents.assertContents;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Read;
import nocowrace.model.task.Settle;
import nocowrace.model.task.Write;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Who sleeps until whom, step by step, of two tasks that want the same range, page or mutex. Breaks
 * if one does not wait, or goes on before the other is done.
 */
class WaitsTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 3, 8);

    @AfterEach
    void nothingIsLeftOver() {
        assertNull(fs.check());
    }

    @Test
    void aSyncWaitsForAWriteBackThatSomebodyElseHasBegun() throws Exception {
        Inode file = fs.createNodatacow(SECTOR, 1);
        BufferedWrite write = fs.bufferedWrite(file, 0, SECTOR, 2);
        new Replay(write).run("B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11");
        Settle settle = new Settle(fs.info(), file);
        new Replay(settle).finish(settle);
        assertTrue(settle.isAsleep(), "the bytes are not on the device");
        new Replay(write).finish(write);
        new Replay(settle).finish(settle);
        assertNull(settle.at());
        fs.sync(file);
    }

    @Test
    void aSyncIsOverWhenTheLastWriteBackIs() throws Exception {
        Inode file = fs.createNodatacow(SECTOR, 1);
        BufferedWrite write = fs.bufferedWrite(file, 0, SECTOR, 2);
        Replay replay = new Replay(write).run("B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11");
        write.enlist();
        OrderedExtent ordered = write.ordered();
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            CompletableFuture<Boolean> complete = CompletableFuture.supplyAsync(() -> {
                try {
                    fs.sync(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return ordered.isComplete();
            });
            while (ordered.queue().isEmpty() && !complete.isDone()) {
                Thread.onSpinWait();
            }
            replay.finish(write);
            assertTrue(complete.get(), "it came back before the write-back was complete");
        });
    }

    @Test
    void oneRelocationAtATime() throws IOException {
        Inode file = fs.createNodatacow(SECTOR, 1);
        BlockGroup group = fs.blockGroup(0);
        var first = fs.relocation(group);
        var second = fs.relocation(group);
        Replay replay = new Replay(first).run("R0 R1 R2");
        new Replay(second).finish(second);
        assertTrue(second.isAsleep());
        replay.finish(first);
        new Replay(second).finish(second);
        assertEquals("ENOENT", second.error().toString(), "it is gone by then");
        assertContents(fs, file, 1);
    }

    @Test
    void aWriteWaitsForTheOneInFlightOverItsRange() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        DirectWrite first = fs.directWrite(file, 0, 2 * SECTOR, 2);
        new Replay(first).run("W1 W2 W3 W4 W5 W6 W7 W8 W9");
        DirectWrite second = fs.directWrite(file, SECTOR, SECTOR, 3);
        BufferedWrite third = fs.bufferedWrite(file, 0, SECTOR, 4);
        Read read = fs.readTask(file, SECTOR);
        for (var task : List.of(second, third, read)) {
            new Replay(task).finish(task);
            assertTrue(task.isAsleep(), task::toString);
        }
        new Replay(first).finish(first);
        for (var task : List.of(read, second, third)) {
            new Replay(task).finish(task);
            assertNull(task.at(), task::toString);
        }
        assertEquals(2, read.result());
        assertContents(fs, file, 4, 3);
    }

    @Test
    void aWriteWaitsForTheRangeLock() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        DirectWrite first = fs.directWrite(file, 0, 2 * SECTOR, 2);
        new Replay(first).run("W1 W2");
        DirectWrite second = fs.directWrite(file, SECTOR, SECTOR, 3);
        new Replay(second).finish(second);
        assertEquals("W1.sleep", second.at().label());
        new Replay(first).finish(first);
        new Replay(second).finish(second);
        assertContents(fs, file, 2, 3);
    }

    /** Whoever stands just behind the lock of the range keeps all others waiting. */
    @Test
    void whatElseWaitsForTheRangeLock() throws IOException {
        Inode file = fs.createPreallocated(SECTOR);
        BufferedWrite buffered = fs.bufferedWrite(file, 0, SECTOR, 2);
        Read read = fs.readTask(file, 0);
        new Replay(read).run("D1.");
        assertSleepsUntilItEnds("B1.range.sleep", buffered, read);
        assertEquals("B2", buffered.at().label());
        read = fs.readTask(file, 0);
        new Replay(read).run("D1.");
        assertSleepsUntilItEnds("B2.range.sleep", buffered, read);
        assertEquals("B3", buffered.at().label());
        new Replay(buffered).run("B3 B4 B5 B6 B7 B8 B9 B10 B11 B12");
        read = fs.readTask(file, 0);
        new Replay(read).run("D1.");
        new Replay(buffered).run("B13");
        assertEquals("B13.lock.sleep", buffered.at().label());
        new Replay(read).finish(read);
        assertTrue(read.isAsleep(), "there is a write in flight");
        new Replay(buffered).finish(buffered);
        new Replay(read).finish(read);
        assertEquals(2, read.result());
    }

    private static void assertSleepsUntilItEnds(String label, Task sleeper, Task other) {
        Replay replay = new Replay(sleeper).run(label.substring(0, 2));
        assertEquals(label, sleeper.at().label());
        assertTrue(sleeper.isAsleep());
        new Replay(other).finish(other);
        replay.run(label.substring(0, 2));
    }

    @Test
    void twoWriteBacksOfOnePage() throws IOException {
        Inode file = fs.createNodatacow(SECTOR, 1);
        BufferedWrite first = fs.bufferedWrite(file, 0, SECTOR, 2);
        new Replay(first).run("B1 B2 B3");
        BufferedWrite second = fs.bufferedWrite(file, 0, SECTOR, 3);
        new Replay(second).finish(second);
        assertEquals("B1.sleep", second.at().label());
        new Replay(first).finish(first);
        new Replay(second).finish(second);
        assertContents(fs, file, 3);
    }

    /** The page lock is what saves buffered writes in Linux 4.6: F1 sleeps until B11. */
    @Test
    void theFlushOfLinux46WaitsForAWriteBackThatHasBegun() throws IOException {
        fs = new FileSystem(Protocol.V4_6, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, 1);
        BufferedWrite write = fs.bufferedWrite(file, 0, SECTOR, 2);
        var relocation = fs.relocation(fs.blockGroup(0));
        Replay replay = new Replay(relocation, write).run("B1 B2 B3 B4 B5  R0 R1 R2 F1 B2");
        assertTrue(relocation.isAsleep());
        assertEquals("B2.lock.sleep", relocation.at().label());
        replay.finish(write).finish(relocation);
        assertEquals(Write.How.NOCOW, write.how());
        assertContents(fs, file, 2);
        assertNull(fs.blockGroup(0));
    }
}
