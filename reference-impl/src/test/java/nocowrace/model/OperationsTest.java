// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static nocowrace.model.Contents.assertContents;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Read;
import nocowrace.model.task.Replay;
import nocowrace.model.task.Sequence;
import nocowrace.model.task.Settle;
import nocowrace.model.task.Task;
import nocowrace.model.task.Write;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each operation means to a user, one at a time, and in the few orders where two meet.
 *
 * <p>Breaks if a write goes in place where it must not (shared, checksummed, regular), or does not
 * where it may; if a page hides or loses bytes; if relocation changes what is read.
 */
class OperationsTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 3, 8);

    private static List<Protocol> protocols() {
        return Protocol.all();
    }

    @AfterEach
    void nothingIsLeftOver() {
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void nodatacowIsOverwrittenInPlace(Protocol protocol) throws IOException {
        fs = new FileSystem(protocol, 3, 8);
        Inode file = fs.createNodatacow(3 * SECTOR, 1);
        long place = fs.whereIs(file, SECTOR);
        fs.write(file, SECTOR, SECTOR, 2);
        fs.writeBuffered(file, 2 * SECTOR, SECTOR, 3);
        assertContents(fs, file, 1, 2, 3);
        fs.sync(file);
        assertContents(fs, file, 1, 2, 3);
        assertEquals(place, fs.whereIs(file, SECTOR));
        assertEquals(place + SECTOR, fs.whereIs(file, 2 * SECTOR));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void regularGoesToNewSpace(Protocol protocol) throws IOException {
        fs = new FileSystem(protocol, 3, 8);
        Inode file = fs.createRegular(3 * SECTOR, 1);
        long place = fs.whereIs(file, SECTOR);
        fs.write(file, SECTOR, SECTOR, 2);
        assertNotEquals(place, fs.whereIs(file, SECTOR));
        place = fs.whereIs(file, 2 * SECTOR);
        fs.writeBuffered(file, 2 * SECTOR, SECTOR, 3);
        fs.sync(file);
        assertNotEquals(place, fs.whereIs(file, 2 * SECTOR));
        assertContents(fs, file, 1, 2, 3);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void bookedSpaceIsWrittenInPlaceOnce(Protocol protocol) throws IOException {
        fs = new FileSystem(protocol, 3, 8);
        Inode file = fs.createPreallocated(3 * SECTOR);
        assertContents(fs, file, 0, 0, 0);
        long place = fs.whereIs(file, 0);
        fs.write(file, 0, SECTOR, 1);
        fs.writeBuffered(file, SECTOR, SECTOR, 2);
        fs.sync(file);
        assertContents(fs, file, 1, 2, 0);
        assertEquals(place, fs.whereIs(file, 0));
        assertEquals(place + SECTOR, fs.whereIs(file, SECTOR));
        fs.write(file, 0, 3 * SECTOR, 3);
        assertContents(fs, file, 3, 3, 3);
        assertNotEquals(place, fs.whereIs(file, 0), "it has a checksum now");
    }

    @Test
    void aHoleIsFilledByNewSpaceAndThenOverwritten() throws IOException {
        Inode file = fs.createSparse(2 * SECTOR, true);
        assertContents(fs, file, 0, 0);
        assertEquals(0, fs.whereIs(file, 0));
        fs.write(file, SECTOR, SECTOR, 1);
        assertContents(fs, file, 0, 1);
        fs.write(file, 0, 2 * SECTOR, 2);
        assertContents(fs, file, 2, 2);
        long place = fs.whereIs(file, 0);
        fs.writeBuffered(file, 0, 2 * SECTOR, 3);
        fs.sync(file);
        assertContents(fs, file, 3, 3);
        assertEquals(place, fs.whereIs(file, 0), "in place, now that there is one");
    }

    @Test
    void sharedExtentsForceNewSpaceUntilOneSideHasMoved() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        long place = fs.whereIs(file, 0);
        Inode copy = fs.reflink(file);
        assertEquals(place, fs.whereIs(copy, 0));
        fs.write(file, 0, SECTOR, 2);
        assertContents(fs, file, 2, 1);
        assertContents(fs, copy, 1, 1);
        assertNotEquals(place, fs.whereIs(file, 0));
        fs.write(copy, 0, SECTOR, 3);
        assertEquals(place, fs.whereIs(copy, 0), "nobody else refers to it any more");
        assertContents(fs, file, 2, 1);
        assertContents(fs, copy, 3, 1);
    }

    @Test
    void aSnapshotOfASnapshotSharesThreeWays() throws IOException {
        Inode file = fs.createRegular(2 * SECTOR, 1);
        Inode second = fs.reflink(file);
        Inode third = fs.reflink(second);
        fs.write(second, 0, 2 * SECTOR, 2);
        fs.relocate(fs.blockGroup(0));
        assertContents(fs, file, 1, 1);
        assertContents(fs, second, 2, 2);
        assertContents(fs, third, 1, 1);
        assertEquals(fs.whereIs(file, 0), fs.whereIs(third, 0), "still shared");
        fs.write(file, 0, 2 * SECTOR, 3);
        assertContents(fs, third, 1, 1);
    }

    @Test
    void aReflinkTakesDirtyPagesAlong() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        fs.writeBuffered(file, SECTOR, SECTOR, 2);
        Inode copy = fs.reflink(file);
        assertContents(fs, copy, 1, 2);
        assertContents(fs, file, 1, 2);
    }

    @Test
    void aDirectWriteFollowsTheBufferedOneBeforeIt() throws IOException {
        Inode file = fs.createNodatacow(3 * SECTOR, 1);
        fs.writeBuffered(file, 0, 3 * SECTOR, 2);
        fs.write(file, SECTOR, SECTOR, 3);
        assertContents(fs, file, 2, 3, 2);
        fs.sync(file);
        assertContents(fs, file, 2, 3, 2);
    }

    @Test
    void aChecksumInTheWayForcesNewSpace() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        long place = fs.whereIs(file, SECTOR);
        fs.blockGroup(0).csums().put(1, 1);
        fs.write(file, 0, 2 * SECTOR, 2);
        assertContents(fs, file, 2, 2);
        assertNotEquals(place, fs.whereIs(file, SECTOR));
        assertEquals(fs.blockGroup(0).start(), fs.whereIs(file, 0), "the first block stays");
    }

    @Test
    void aWrongChecksumIsUnreadable() throws IOException {
        Inode file = fs.createRegular(SECTOR, 1);
        fs.info().disk().write(0, 7);
        assertEquals(FileSystem.UNREADABLE, fs.read(file, 0));
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void relocationKeepsContentsKindsAndDirtyPages(Protocol protocol) throws IOException {
        fs = new FileSystem(protocol, 3, 12);
        Inode nodatacow = fs.createNodatacow(2 * SECTOR, 1);
        Inode regular = fs.createRegular(2 * SECTOR, 2);
        Inode booked = fs.createPreallocated(3 * SECTOR);
        fs.write(booked, 0, SECTOR, 3);
        fs.writeBuffered(nodatacow, SECTOR, SECTOR, 4);
        Inode copy = fs.reflink(regular);
        fs.writeBuffered(nodatacow, 0, SECTOR, 5);
        fs.relocate(fs.blockGroup(0));
        assertNull(fs.blockGroup(0));
        assertContents(fs, nodatacow, 5, 4);
        assertContents(fs, regular, 2, 2);
        assertContents(fs, booked, 3, 0, 0);
        assertContents(fs, copy, 2, 2);
        long place = fs.whereIs(booked, SECTOR);
        fs.write(booked, SECTOR, SECTOR, 6);
        assertEquals(place, fs.whereIs(booked, SECTOR), "still booked, still in place");
        fs.sync(nodatacow);
        assertContents(fs, nodatacow, 5, 4);
        assertContents(fs, booked, 3, 6, 0);
    }

    @Test
    void theSpaceOfARemovedGroupIsUsedAgainUnderNewAddresses() throws IOException {
        fs = new FileSystem(Protocol.AFTER_FIX, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, 1);
        BlockGroup group = fs.blockGroup(0);
        IOException full = assertThrows(IOException.class, fs::createBlockGroup);
        assertTrue(full.getMessage().startsWith("ENOSPC"), full.getMessage());
        fs.relocate(group);
        BlockGroup next = fs.createBlockGroup();
        assertEquals(group.firstPhysical(), next.firstPhysical());
        assertTrue(next.start() > fs.blockGroup(1).start());
        fs.relocate(fs.blockGroup(1));
        assertContents(fs, file, 1);
        fs.createNodatacow(3 * SECTOR, 2);
        assertEquals(4, fs.blockGroups(), "a write that needed space made another one");
    }

    @Test
    void aWriteTakesItsSpaceInPiecesIfNotAsAWhole() throws IOException {
        fs = new FileSystem(Protocol.AFTER_FIX, 10, 16);
        Inode regular = fs.createRegular(40 * SECTOR, 1);
        fs.write(regular, 0, 40 * SECTOR, 2);
        assertNull(fs.check());
        fs.writeBuffered(regular, 0, 40 * SECTOR, 3);
        fs.sync(regular);
        for (int block = 0; block < 40; block++) {
            assertEquals(3, fs.read(regular, (long) block * SECTOR));
        }
        Inode mixed = fs.createNodatacow(20 * SECTOR, 4);
        Inode copy = fs.reflink(mixed);
        fs.write(mixed, 18 * SECTOR, 2 * SECTOR, 5);
        fs.writeBuffered(mixed, 0, 20 * SECTOR, 6);
        fs.sync(mixed);
        assertEquals(6, fs.read(mixed, 0));
        assertEquals(6, fs.read(mixed, 19 * SECTOR));
        assertEquals(4, fs.read(copy, 17 * SECTOR));
        assertEquals(10, fs.blockGroups(), "no group was made in vain");
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
    void allRunsOfDirtyPagesAreWrittenBackUntilOneFails() throws IOException {
        Inode file = fs.createNodatacow(3 * SECTOR, 1);
        for (int i = 0; i < 2; i++) {
            fs.writeBuffered(file, 0, SECTOR, 2 + i);
            fs.writeBuffered(file, 2 * SECTOR, SECTOR, 2 + i);
            fs.sync(file);
            assertEquals(3, file.pages().nextDirty(0, 3), "no page is dirty any more");
            assertContents(fs, file, 2 + i, 1, 2 + i);
        }
        fs.writeBuffered(file, 0, SECTOR, 4);
        fs.writeBuffered(file, 2 * SECTOR, SECTOR, 4);
        fs.info().ordered().failNext(1);
        assertThrows(IOException.class, () -> fs.sync(file));
        assertEquals(2, file.pages().nextDirty(0, 3), "the first is lost, the other still there");
        assertContents(fs, file, 3, 1, 4);
        fs.sync(file);
        assertContents(fs, file, 3, 1, 4);
    }

    @Test
    void aHoleIsOnePieceHoweverLong() {
        Inode file = fs.createSparse(12 * SECTOR, true);
        BufferedWrite write = fs.bufferedWrite(file, 0, 12 * SECTOR, 2);
        Replay replay = new Replay(write).run("B1 B2 B3 B11");
        assertEquals("C2", write.at().label(), "a group has 8 sectors");
        replay.finish(write);
    }

    @Test
    void theMapIsFilledWithTheWholeExtent() throws IOException {
        Inode file = fs.createNodatacow(3 * SECTOR, 1);
        fs.write(file, 0, 2 * SECTOR, 2);
        assertEquals(fs.whereIs(file, 0), file.cached().get(0));
        assertEquals(fs.whereIs(file, SECTOR), file.cached().get(1));
        assertEquals(0, file.cached().get(2), "nobody has asked for it");
    }

    @Test
    void aReadFillsTheMap() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        assertEquals(0, file.cached().get(1));
        Read read = fs.readTask(file, SECTOR);
        assertEquals(file, read.inode());
        new Replay(read).finish(read);
        assertEquals(fs.whereIs(file, SECTOR), file.cached().get(1));
        assertEquals(0, file.cached().get(0), "nobody has asked for it");
    }

    @Test
    void aReadOfWhatNoChunkHasLeavesTheRangeUnlocked() throws IOException {
        Inode file = fs.createRegular(SECTOR, 1);
        long place = fs.whereIs(file, 0);
        file.cached().put(0, 1L << 30);
        assertEquals(Read.UNREADABLE, fs.read(file, 0));
        file.cached().forget(0, 1L << 30);
        assertEquals(1, fs.read(file, 0));
        assertEquals(place, file.cached().get(0));
    }

    @Test
    void aSequenceTakesOneAfterTheOther() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        Task both = new Sequence(fs.info(), List.of(() -> fs.directWrite(file, 0, SECTOR, 2),
                () -> fs.directWrite(file, SECTOR, SECTOR, 3)));
        new Replay(both).finish(both);
        assertNull(both.error());
        assertContents(fs, file, 2, 3);
    }

    @Test
    void aSequenceEndsWithTheFirstError() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        fs.info().disk().failWritesTo(0);
        Task both = new Sequence(fs.info(), List.of(() -> fs.directWrite(file, 0, SECTOR, 2),
                () -> fs.directWrite(file, SECTOR, SECTOR, 3)));
        new Replay(both).finish(both);
        assertEquals(Errno.EIO, both.error());
        fs.info().disk().failWritesTo(-1);
        assertContents(fs, file, 1, 1);
    }

    @Test
    void aFileOfAMegabyte() throws IOException {
        Inode file = fs.createSparse(1 << 20, true);
        assertEquals(256, file.blocks());
        assertEquals(Disk.BLANK, fs.read(file, (1 << 20) - SECTOR));
    }

    @Test
    void protocolsHaveNames() {
        assertEquals("[v4.6, before-fix, after-fix]", Protocol.all().toString());
        assertEquals("[held, single-word, writer-slots]", Protocol.laterForms().toString());
        assertEquals(Protocol.AFTER_FIX, fs.protocol());
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

    @Test
    void theFlushOfLinux46WritesBackItself() throws IOException {
        fs = new FileSystem(Protocol.V4_6, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, 1);
        fs.writeBuffered(file, 0, SECTOR, 2);
        fs.relocate(fs.blockGroup(0));
        assertEquals(1, file.pages().nextDirty(0, 1), "no page is dirty any more");
        assertContents(fs, file, 2);
    }
}
