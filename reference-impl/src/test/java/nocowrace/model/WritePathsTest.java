// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static nocowrace.model.Contents.assertContents;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import nocowrace.engine.Column;
import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way out of a write and of a relocation, with and without an error: each counter, lock and
 * reference returns to its base, and a write that failed has changed nothing.
 *
 * <p>Breaks if any leave, dec, put, unlock, up_read, free or completion is left out on a path.
 */
class WritePathsTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private static Stream<Protocol> protocols() {
        return Stream.concat(Protocol.all().stream(), Protocol.laterForms().stream());
    }

    private static void run(DirectWrite write) {
        assertTrue(write.run(Long.MAX_VALUE), () -> write + " hangs");
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void inPlace(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 1, 4);
        Inode file = fs.createNodatacow(4 * SECTOR, 1);
        DirectWrite write = fs.directWrite(file, SECTOR, 2 * SECTOR, 2);
        run(write);
        assertEquals(Write.How.NOCOW, write.how());
        assertContents(fs, file, 1, 2, 2, 1);
        assertNull(fs.check());
    }

    /** W3 asks about the item's group, where fewer sectors may follow than where the map is. */
    @Test
    void noPieceSpansTwoGroupsThoughTheMapIsStale() {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        BlockGroup group = fs.blockGroup(0);
        file.cached().put(0, group.start());
        file.cached().put(1, group.bytenrOf(1));
        file.recorded().put(0, group.bytenrOf(3));
        group.extents().add(3, ExtentTree.backref(file.number(), 0));
        DirectWrite write = fs.directWrite(file, 0, 2 * SECTOR, 2);
        new Replay(write).run("W1 W2 W3 W4 W5");
        assertEquals(1, write.ordered().blocks());
    }

    /** No order of whole tasks leads here: R9 needs the lock that W1 has. */
    @Test
    void notInPlaceWhereTheGroupIsGone() {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        DirectWrite write = fs.directWrite(fs.createNodatacow(SECTOR, 1), 0, SECTOR, 2);
        Replay replay = new Replay(write).run("W1 W2 W3. W3.ro");
        fs.info().groups().remove(fs.blockGroup(0));
        replay.run("W3.refs");
        assertEquals("C1", write.at().label());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void inPlacePieceByPieceAcrossGroups(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 3, 2);
        Inode file = fs.createNodatacow(5 * SECTOR, 1);
        DirectWrite write = fs.directWrite(file, SECTOR, 4 * SECTOR, 2);
        run(write);
        assertEquals(Write.How.NOCOW, write.how());
        assertContents(fs, file, 1, 2, 2, 2, 2);
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void toNewSpace(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 4);
        Inode file = fs.createNodatacow(3 * SECTOR, 1);
        fs.info().space().incReadOnly(fs.blockGroup(0));
        DirectWrite write = fs.directWrite(file, SECTOR, 2 * SECTOR, 2);
        run(write);
        fs.info().space().decReadOnly(fs.blockGroup(0));
        assertEquals(Write.How.COW, write.how());
        assertContents(fs, file, 1, 2, 2);
        assertNull(fs.check());
        assertEquals(1, fs.blockGroup(0).extents().scan().length, "the old space is free");
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void inPlaceWithoutMemoryForTheOrderedExtent(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 1, 2);
        Inode file = fs.createNodatacow(SECTOR, 1);
        fs.info().ordered().failNext(1);
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        run(write);
        assertEquals(Errno.ENOMEM, write.error());
        assertContents(fs, file, 1);
        assertNull(fs.check());
        run(fs.directWrite(file, 0, SECTOR, 3));
        assertContents(fs, file, 3);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void toNewSpaceWithoutMemoryForTheOrderedExtent(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, 1);
        fs.info().space().incReadOnly(fs.blockGroup(0));
        fs.info().ordered().failNext(1);
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        run(write);
        fs.info().space().decReadOnly(fs.blockGroup(0));
        assertEquals(Errno.ENOMEM, write.error());
        assertContents(fs, file, 1);
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void toNewSpaceThatDoesNotExist(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 1, 2);
        Inode file = fs.createNodatacow(SECTOR, 1);
        fs.info().space().incReadOnly(fs.blockGroup(0));
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        run(write);
        fs.info().space().decReadOnly(fs.blockGroup(0));
        assertEquals(Errno.ENOSPC, write.error());
        assertContents(fs, file, 1);
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void inPlaceOnABadSector(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 1, 4);
        Inode file = fs.createNodatacow(4 * SECTOR, 1);
        fs.info().disk().failWritesTo(2);
        DirectWrite write = fs.directWrite(file, 0, 4 * SECTOR, 2);
        run(write);
        assertEquals(Errno.EIO, write.error());
        assertContents(fs, file, 2, 2, 1, 1); // in place, so a failed write is a torn one
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void toNewSpaceOnABadSector(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        fs.info().space().incReadOnly(fs.blockGroup(0));
        fs.info().disk().failWritesTo(3);
        DirectWrite write = fs.directWrite(file, 0, 2 * SECTOR, 2);
        run(write);
        fs.info().space().decReadOnly(fs.blockGroup(0));
        assertEquals(Errno.EIO, write.error());
        assertContents(fs, file, 1, 1);
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void theSecondPieceFails(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(4 * SECTOR, 1);
        DirectWrite write = fs.directWrite(file, 0, 4 * SECTOR, 2);
        Column column = protocol.column(Protocol.DIRECT_WRITE);
        new Replay(write).run("W1 W2 W3" + (!column.lists(DirectWrite.W4) ? " W5"
                : column.lists(DirectWrite.W6) ? " W4 W5 W6" : " W4 W5 W6h") + " W7 W8 W9 W10");
        fs.info().ordered().failNext(1);
        run(write);
        assertEquals(Errno.ENOMEM, write.error());
        assertContents(fs, file, 2, 2, 1, 1);
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void relocationWithoutSpace(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(3 * SECTOR, 1);
        BlockGroup group = fs.blockGroup(0);
        Relocation relocation = fs.relocation(group);
        assertTrue(relocation.run(Long.MAX_VALUE));
        assertEquals(Errno.ENOSPC, relocation.error());
        assertEquals(group, fs.blockGroup(0), "the group is still there");
        assertNull(fs.check(), "and writable again, with nothing booked elsewhere");
        DirectWrite write = fs.directWrite(file, 0, 3 * SECTOR, 2);
        run(write);
        assertEquals(Write.How.NOCOW, write.how());
        assertContents(fs, file, 2, 2, 2);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void relocationOntoABadSector(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        fs.info().disk().failWritesTo(3);
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        assertTrue(relocation.run(Long.MAX_VALUE));
        assertEquals(Errno.EIO, relocation.error());
        assertContents(fs, file, 1, 1);
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void relocationOfSeveralFiles(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 8);
        Inode first = fs.createNodatacow(3 * SECTOR, 1);
        Inode second = fs.createNodatacow(2 * SECTOR, 2);
        assertTrue(fs.relocation(fs.blockGroup(0)).run(Long.MAX_VALUE));
        assertNull(fs.blockGroup(0));
        assertContents(fs, first, 1, 1, 1);
        assertContents(fs, second, 2, 2);
        assertNull(fs.check());
        DirectWrite write = fs.directWrite(first, 0, 3 * SECTOR, 3);
        run(write);
        assertEquals(Write.How.NOCOW, write.how());
        assertContents(fs, first, 3, 3, 3);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void relocationOfAnEmptyGroup(Protocol protocol) throws Exception {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        assertTrue(fs.relocation(fs.blockGroup(1)).run(Long.MAX_VALUE));
        assertNull(fs.blockGroup(1));
        assertNull(fs.check());
    }
}
