// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import nocowrace.model.task.Trees;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check of a file system at rest finds the one thing that is wrong. */
class FsckTest {

    private FileSystem fs;
    private Inode file;
    private BlockGroup group;

    @BeforeEach
    void aCleanFileSystem() throws Exception {
        fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        file = fs.createNodatacow(2 * Disk.SECTOR_SIZE, 1);
        fs.write(file, 0, Disk.SECTOR_SIZE, 2);
        group = fs.blockGroup(0);
        assertNull(fs.check());
    }

    private void finds(String words) {
        String found = fs.check();
        assertNotNull(found, words);
        assertTrue(found.contains(words), found);
    }

    @Test
    void countsAndLocks() {
        Ticket ticket = group.guard().enter(null);
        finds("nocow_writers 1");
        group.guard().leave(ticket);
        group.reservations().inc();
        finds("reservations");
        group.reservations().dec();
        fs.info().groups().lookupAndGet(group.start());
        finds("references 2");
        group.put();
        fs.info().space().incReadOnly(group);
        finds("read-only");
        fs.info().space().decReadOnly(group);
        fs.info().space().groupsSem().tryDownRead();
        finds("groups_sem");
        fs.info().space().groupsSem().upRead();
        fs.info().space().relocationMutex().tryDownWrite();
        finds("mutex");
        fs.info().space().relocationMutex().upWrite();
        file.ioTree().tryLock(1, 1);
        finds("range");
        file.ioTree().unlock(1, 1);
        file.pages().locks().tryLock(1, 1);
        finds("page");
        file.pages().locks().unlock(1, 1);
        assertNull(fs.check());
    }

    @ParameterizedTest
    @MethodSource("nocowrace.model.Protocol#laterForms")
    void aWriterInside(Protocol protocol) throws Exception {
        fs = new FileSystem(protocol, 2, 4);
        NocowGuard guard = fs.blockGroup(0).guard();
        Ticket ticket = guard.enter(null);
        finds(guard.toString());
        guard.leave(ticket);
        assertNull(fs.check());
    }

    @Test
    void aWriteInFlight() {
        fs.info().ordered().add(new OrderedExtent(OrderedExtent.Kind.NOCOW, 0, 1, 0, 4096));
        finds("ordered extent");
    }

    @Test
    void spaceThatNobodyKnowsOf() {
        fs.info().space().allocate(1);
        finds("sector 2 is booked unused");
    }

    @Test
    void aReferenceToFreeSpace() {
        group.free(group.start(), 1);
        finds("sector 0 is used but free");
    }

    @Test
    void aBlockThatNobodyKnowsOf() {
        group.extents().drop(0, ExtentTree.backref(file.number(), 0));
        finds("block 0 lies at " + group.start() + ", where nobody knows of it");
    }

    @Test
    void aBlockWhosePlaceIsKnownAsAnothers() {
        file.recorded().put(1, group.start());
        Trees.drop(group, group.bytenrOf(1), ExtentTree.backref(file.number(), 1));
        finds("block 1 lies at " + group.start() + ", where nobody knows of it");
    }

    @Test
    void aReferenceByABlockThatLiesElsewhere() {
        group.extents().add(1, ExtentTree.backref(file.number(), 0));
        finds("sector 1 is referred to by a block that lies elsewhere");
    }

    @Test
    void aReferenceThatIsTheOnlyOneAndWrong() {
        fs.info().space().allocate(1);
        group.extents().add(2, ExtentTree.backref(file.number(), 0));
        finds("sector 2 is referred to by a block that lies elsewhere");
    }

    @Test
    void aPointerIntoARemovedGroup() {
        fs.info().groups().remove(group);
        finds("nobody knows of it");
    }

    @Test
    void aReferenceToARemovedGroup() throws Exception {
        fs.info().groups().lookupAndGet(group.start());
        fs.relocate(group);
        finds("references to 1 removed");
        group.put();
        assertNull(fs.check());
    }

    @Test
    void anOrderedExtentOfTheInode() {
        file.ordered().add(new OrderedExtent(OrderedExtent.Kind.NOCOW, 0, 1, 0, 4096));
        finds("ordered extent of inode 1");
    }

    @Test
    void aStaleMap() {
        file.cached().put(0, group.start() + Disk.SECTOR_SIZE);
        finds("stale map");
    }

    @Test
    void aSectorThatDoesNotMatchItsChecksum() {
        group.csums().put(0, 9);
        finds("sector 0 holds 2, its checksum is that of 9");
        group.csums().put(0, 2);
        assertNull(fs.check());
    }

    @Test
    void aWrittenBlockWithoutAChecksum() throws Exception {
        Inode booked = fs.createPreallocated(2 * Disk.SECTOR_SIZE);
        assertNull(fs.check(), "what is not written has none");
        fs.write(booked, 0, Disk.SECTOR_SIZE, 3);
        assertNull(fs.check());
        group.csums().put(group.sectorOf(fs.whereIs(booked, 0)), 0);
        finds("inode 2 block 0 is written and has no checksum");
    }

    @Test
    void aChecksumOfFreeSpace() {
        group.csums().put(3, 9);
        finds("sector 3 is free and has a checksum");
    }
}
