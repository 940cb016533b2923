// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static nocowrace.model.Contents.assertContents;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Read;
import nocowrace.model.task.Sequence;
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
        fs.info().disk().write(0, 1);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void relocationFailsWhereAChecksumDoesNotMatch(Protocol protocol) throws IOException {
        fs = new FileSystem(protocol, 3, 8);
        Inode nodatacow = fs.createNodatacow(2 * SECTOR, 1);
        Inode regular = fs.createRegular(2 * SECTOR, 2);
        Inode booked = fs.createPreallocated(2 * SECTOR);
        fs.write(booked, 0, SECTOR, 3);
        BlockGroup group = fs.blockGroup(0);
        for (long bad : new long[] {fs.whereIs(regular, SECTOR), fs.whereIs(booked, 0)}) {
            int physical = group.physicalOf(bad);
            long good = fs.info().disk().read(physical);
            fs.info().disk().write(physical, 99);
            Task relocation = fs.relocation(group);
            String message = assertThrows(IOException.class, () -> fs.relocate(group)).getMessage();
            assertTrue(message.contains("EIO in Relocation"), message);
            new Replay(relocation).finish(relocation);
            assertEquals(Errno.EIO, relocation.error());
            assertEquals(group, fs.blockGroup(0), "it stays");
            assertFalse(group.isReadOnly());
            assertTrue(fs.check().contains("holds 99, its checksum is that of " + good),
                    fs.check());
            fs.info().disk().write(physical, good);
            assertNull(fs.check(), "no copy is left");
        }
        fs.info().disk().write(group.physicalOf(fs.whereIs(nodatacow, 0)), 99);
        fs.info().disk().write(group.physicalOf(fs.whereIs(booked, SECTOR)), 98);
        fs.relocate(group);
        assertContents(fs, nodatacow, 99, 1);
        assertContents(fs, regular, 2, 2);
        assertContents(fs, booked, 3, 0);
        assertEquals(2, fs.blockGroup(1).csums().get(fs.blockGroup(1).sectorOf(
                fs.whereIs(regular, SECTOR))), "the copy has its checksum");
    }

    /** Another user of ro keeps the group read-only, also after a relocation that failed. */
    @Test
    void failedRelocationTakesBackItsOwnReadOnlyAlone() throws IOException {
        fs.createRegular(SECTOR, 1);
        BlockGroup group = fs.blockGroup(0);
        fs.info().space().incReadOnly(group);
        fs.info().disk().write(group.firstPhysical(), 99);
        assertThrows(IOException.class, () -> fs.relocate(group));
        assertTrue(group.isReadOnly());
        fs.info().space().decReadOnly(group);
        assertFalse(group.isReadOnly());
        fs.info().disk().write(group.firstPhysical(), 1);
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
        assertEquals("[v4.6, before-fix, after-fix]", Protocol.TABLE.toString());
        assertTrue(Protocol.all().containsAll(Protocol.TABLE));
        List<String> forms = Protocol.laterForms().stream().map(Protocol::name).toList();
        assertEquals(List.of("held", "single-word", "writer-slots"), forms.subList(0, 3));
        assertEquals(Protocol.AFTER_FIX, fs.protocol());
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
