// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import nocowrace.engine.Column;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.InodeOrderedExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.extent.OrderedExtents;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.BlockGroups;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.Ticket;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.Create;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Read;
import nocowrace.model.task.Reflink;
import nocowrace.model.task.Sequence;
import nocowrace.model.task.Settle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a caller must not do is refused, by an exception that names the value. */
class MisuseTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private final FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
    private final Inode file = fs.createNodatacow(2 * SECTOR, 1);
    private final BlockGroup group = fs.blockGroup(0);

    private static void refused(Class<? extends RuntimeException> type, Object value,
            Executable call) {
        String message = String.valueOf(assertThrows(type, call).getMessage());
        assertTrue(message.contains(value.toString()), message);
    }

    @Test
    void argumentsOutOfRange() {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        refused(type, 0, () -> new FileSystem(Protocol.AFTER_FIX, 0, 4));
        refused(type, -3, () -> new FileSystem(Protocol.AFTER_FIX, 2, -3));
        refused(type, 0, () -> new Disk(0));
        refused(type, 100, () -> fs.createNodatacow(100, 1));
        refused(type, 0, () -> fs.createNodatacow(0, 1));
        refused(type, -4096, () -> fs.createNodatacow(-4096, 1));
        refused(type, 0, () -> fs.createNodatacow(SECTOR, 0));
        refused(type, 1, () -> fs.directWrite(file, 1, SECTOR, 2));
        refused(type, 2 * SECTOR, () -> fs.directWrite(file, 2 * SECTOR, SECTOR, 2));
        refused(type, -4096, () -> fs.directWrite(file, -4096, SECTOR, 2));
        refused(type, 5, () -> fs.directWrite(file, 0, 5, 2));
        refused(type, 2 * SECTOR, () -> fs.directWrite(file, SECTOR, 2 * SECTOR, 2));
        refused(type, 0, () -> fs.directWrite(file, 0, 0, 2));
        refused(type, -7, () -> fs.directWrite(file, 0, SECTOR, -7));
        refused(type, 3, () -> fs.read(file, 3));
        refused(type, 2, () -> fs.blockGroup(2));
        refused(type, -1, () -> fs.blockGroup(-1));
        refused(type, 46341, () -> new FileSystem(Protocol.AFTER_FIX, 46341, 46341));
        refused(type, 1L << 43, () -> fs.createSparse(1L << 43, true));
        refused(type, 2, () -> fs.info().inodes().get(2));
        refused(type, 99, () -> fs.info().inodes().get(99));
        refused(IndexOutOfBoundsException.class, -1, () -> fs.info().disk().write(-1, 2));
        refused(IndexOutOfBoundsException.class, 8, () -> fs.info().disk().write(8, 2));
        refused(type, 12, () -> group.sectorOf(12));
        for (long outside : new long[] {group.start() - 1, group.start() + group.length()}) {
            refused(type, outside, () -> group.sectorOf(outside));
        }
    }

    private void refusesFile(Inode wrong) {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        String name = wrong + " is not in this file system";
        FsInfo info = fs.info();
        int files = info.inodes().size();
        refused(type, name, () -> fs.write(wrong, 0, SECTOR, 2));
        refused(type, name, () -> fs.writeBuffered(wrong, 0, SECTOR, 2));
        refused(type, name, () -> fs.sync(wrong));
        refused(type, name, () -> fs.reflink(wrong));
        refused(type, name, () -> fs.read(wrong, 0));
        refused(type, name, () -> fs.directWrite(wrong, 0, SECTOR, 2));
        refused(type, name, () -> fs.bufferedWrite(wrong, 0, SECTOR, 2));
        refused(type, name, () -> fs.readTask(wrong, 0));
        refused(type, name, () -> fs.whereIs(wrong, 0));
        Protocol fix = Protocol.AFTER_FIX;
        Column direct = fix.column(Protocol.DIRECT_WRITE);
        Column buffered = fix.column(Protocol.BUFFERED_WRITE);
        Column writeback = fix.column(Protocol.WRITEBACK);
        refused(type, name, () -> new DirectWrite(info, direct, wrong, 0, 1, 2));
        refused(type, name, () -> new BufferedWrite(info, writeback, wrong, 0, 1, 0));
        refused(type, name, () -> new Read(info, wrong, 0));
        refused(type, name, () -> new Settle(info, wrong));
        refused(type, name, () -> new Reflink(info, wrong, file));
        refused(type, name, () -> new Reflink(info, file, wrong));
        refused(type, name, () -> ended().restart(wrong, 0, 1, 2));
        assertEquals(files, info.inodes().size(), "no file is made for nothing");
    }

    private DirectWrite ended() {
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        write.run(Long.MAX_VALUE);
        return write;
    }

    @Test
    void fileOfAnotherFileSystemIsRefused() throws IOException {
        FileSystem another = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        Inode alien = another.createNodatacow(2 * SECTOR, 1);
        assertEquals(file.number(), alien.number(), "it looks like the own one");
        refusesFile(alien);
        refusesFile(another.createSparse(SECTOR, true));
        refusesFile(new Inode(7, 1, true));
        refusesFile(null);
        assertNull(another.check());
        assertEquals(1, another.read(alien, 0));
    }

    @Test
    void taskOfAnotherFileSystemIsRefused() {
        FileSystem another = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        DirectWrite alien = another.directWrite(another.createNodatacow(SECTOR, 1), 0, SECTOR, 2);
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        refused(type, "DirectWrite at W1", () -> fs.run(alien, Duration.ZERO));
        refused(type, "DirectWrite at W1", () -> fs.violated(List.of(alien)));
        Sequence sequence = new Sequence(fs.info(), List.of(() -> alien));
        refused(type, "DirectWrite at W1", () -> sequence.run(0));
        Sequence nothing = new Sequence(fs.info(), List.of(() -> null));
        refused(type, "null", () -> nothing.run(0));
        refused(type, "null", () -> fs.run(null, Duration.ZERO));
        assertTrue(alien.run(0), "it can still be run where it belongs");
    }

    @Test
    void constructorsOfTasksRefuseNumbersOutOfRange() {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        FsInfo info = fs.info();
        Protocol fix = Protocol.AFTER_FIX;
        Column direct = fix.column(Protocol.DIRECT_WRITE);
        Column buffered = fix.column(Protocol.BUFFERED_WRITE);
        Column writeback = fix.column(Protocol.WRITEBACK);
        for (int[] range : new int[][] {{-1, 1}, {0, 0}, {0, -5}, {0, 3}, {1, 2}, {2, 1},
            {1, Integer.MAX_VALUE}}) {
            String words = range[1] + " blocks from block " + range[0];
            refused(type, words, () -> new DirectWrite(info, direct, file, range[0],
                    range[1], 2));
            refused(type, words, () -> new BufferedWrite(info, buffered, file, range[0],
                    range[1], 2));
            refused(type, words, () -> ended().restart(file, range[0], range[1], 2));
        }
        refused(type, -1, () -> new Read(info, file, -1));
        refused(type, 2, () -> new Read(info, file, 2));
        refused(type, 0, () -> new DirectWrite(info, direct, file, 0, 1, 0));
        refused(type, -9, () -> new BufferedWrite(info, buffered, file, 0, 1, -9));
        refused(type, -9, () -> ended().restart(file, 0, 1, -9));
        refused(type, -4, () -> new Create(info, -4, true, false, 1));
        refused(type, 0, () -> new Create(info, 1, true, false, 0));
        refused(type, file, () -> new Reflink(info, file, file));
        refused(type, "inode 2", () -> new Reflink(info, file, fs.createSparse(SECTOR, true)));
        refused(type, "inode 3",
                () -> new Reflink(info, file, fs.createSparse(2 * SECTOR, false)));
        refused(type, "null", () -> new FileSystem(null, 1, 1));
        refused(type, "protocol bare", () -> fix.change("bare").guard(null).done());
    }

    @Test
    void writeThatWasRefusedToRestartCanBeRestarted() throws IOException {
        DirectWrite write = ended();
        refused(IllegalArgumentException.class, 9, () -> write.restart(file, 0, 9, 3));
        refused(IllegalArgumentException.class, -3, () -> write.restart(file, 1, 1, -3));
        refused(IllegalStateException.class, "at its end", () -> write.run(0));
        write.restart(file, 1, 1, 4);
        refused(IllegalStateException.class, "DirectWrite at W1",
                () -> write.restart(file, 0, 1, 5));
        assertTrue(write.run(0));
        Contents.assertContents(fs, file, 2, 4);
    }

    @Test
    void partsRefuseWhatTheyCannotHold() {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        FsInfo info = fs.info();
        BlockGroup foreign = new FileSystem(Protocol.AFTER_FIX, 1, 4).blockGroup(0);
        refused(type, foreign, () -> info.space().incReadOnly(foreign));
        refused(type, foreign, () -> info.space().decReadOnly(foreign));
        refused(type, foreign, () -> info.groups().remove(foreign));
        refused(type, "null", () -> info.space().incReadOnly(null));
        refused(type, "null", () -> fs.relocation(null));
        refused(type, 0, () -> info.space().allocate(0));
        refused(type, -2, () -> info.space().allocate(-2));
        refused(type, 2, () -> info.groups().at(2));
        refused(type, -1, () -> info.groups().at(-1));
        refused(type, -1, () -> new BlockGroups(-1, 1, any -> NoGuard.INSTANCE));
        refused(type, 0, () -> new BlockGroups(1, 0, any -> NoGuard.INSTANCE));
        refused(type, group.start() + 1, () -> group.sectorOf(group.start() + 1));
        refused(type, 4, () -> group.bytenrOf(4));
        refused(type, -1, () -> group.bytenrOf(-1));
        refused(type, -6, () -> group.free(group.start(), -6));
        refused(type, -1, () -> info.ordered().failNext(-1));
        refused(type, 8, () -> info.disk().failWritesTo(8));
        refused(type, -2, () -> info.disk().failWritesTo(-2));
        refused(type, 0, () -> file.pages().put(0, 1, 0));
        refused(type, 0, () -> new Inode(0, 1, true));
        refused(type, -1, () -> ExtentTree.backref(1, -1));
        refused(type, 0, () -> ExtentTree.backref(0, 0));
        refused(type, 0, () -> file.ioTree().tryLock(0, 0));
        refused(type, 3, () -> file.ioTree().tryLock(0, 3));
        refused(type, -1, () -> file.ioTree().tryLock(-1, 1));
        assertTrue(file.ioTree().isFree());
        refused(type, -8, () -> info.inodes().create(-8, true));
        assertEquals(1, info.inodes().size());
        for (int[] wrong : new int[][] {{-1, 1, 0, 1}, {0, -2, 0, 1}, {0, 1, -3, 1},
            {0, 1, 0, -4}}) {
            refused(type, Arrays.stream(wrong).filter(number -> number < 0).findFirst()
                    .orElseThrow(), () -> new OrderedExtent(OrderedExtent.Kind.NOCOW, wrong[0],
                            wrong[1], wrong[2], wrong[3]));
        }
        assertFalse(group.isReadOnly() || foreign.isReadOnly());
    }

    /** Otherwise the list of all ordered extents runs in a circle, or loses the others. */
    @Test
    void orderedExtentIsListedOnceAndUnlistedOnce() {
        Class<IllegalStateException> type = IllegalStateException.class;
        OrderedExtents list = fs.info().ordered();
        OrderedExtent one = new OrderedExtent(OrderedExtent.Kind.NOCOW, 0, 1, 8192, SECTOR);
        OrderedExtent other = new OrderedExtent(OrderedExtent.Kind.NOCOW, 1, 1, 12288, SECTOR);
        list.add(one);
        list.add(other);
        refused(type, 12288, () -> list.add(other));
        refused(type, 8192, () -> new OrderedExtents().add(one));
        refused(type, 8192, () -> new OrderedExtents().remove(one));
        assertEquals(List.of(one, other), list.snapshot(0, Long.MAX_VALUE));
        list.remove(one);
        refused(type, 8192, () -> list.remove(one));
        assertEquals(List.of(other), list.snapshot(0, Long.MAX_VALUE));
    }

    @Test
    void refusalChangesNothing() {
        Class<IllegalStateException> type = IllegalStateException.class;
        refused(type, -1, () -> group.reservations().dec());
        assertTrue(group.reservations().isZero());
        BlockGroup second = fs.blockGroup(1);
        second.put();
        refused(type, -1, second::put);
        assertEquals(0, second.references());
        file.ioTree().tryLock(0, 1);
        refused(type, 1, () -> file.ioTree().unlock(0, 2));
        assertFalse(file.ioTree().tryLock(0, 1), "block 0 is still locked");
        file.pages().put(0, 1, 5);
        refused(type, 2, () -> file.pages().take(0, 2));
        assertEquals(5, file.pages().get(0));
        OrderedExtent stray = new OrderedExtent(OrderedExtent.Kind.NOCOW, 0, 1, 12288, SECTOR);
        refused(type, 12288, () -> file.ordered().complete(stray));
        assertFalse(stray.isComplete());
    }

    @Test
    void fileThatIsLargerThanTheDeviceFindsNoSpace() {
        refused(UncheckedIOException.class, "ENOSPC", () -> fs.createNodatacow(1L << 42, 1));
        assertEquals(1, fs.info().inodes().size());
    }

    @Test
    void aFailedCreationTakesNothing() {
        refused(UncheckedIOException.class, 7 * SECTOR, () -> fs.createNodatacow(7 * SECTOR, 1));
        assertEquals(1, fs.info().inodes().size());
        fs.createNodatacow(6 * SECTOR, 1);
    }

    @Test
    void aGroupThatIsGoneOrForeign() {
        BlockGroup foreign = new FileSystem(Protocol.AFTER_FIX, 1, 4).blockGroup(0);
        refused(IllegalArgumentException.class, foreign, () -> fs.relocation(foreign));
        refused(IllegalArgumentException.class, foreign.start(), () -> fs.relocation(foreign));
        fs.relocation(group).run(Long.MAX_VALUE);
        refused(IllegalArgumentException.class, group, () -> fs.relocation(group));
        refused(IllegalStateException.class, group, () -> fs.info().groups().remove(group));
    }

    @Test
    void countsThatWouldGoBelowZero() {
        Class<IllegalStateException> type = IllegalStateException.class;
        refused(type, -1, () -> new NocowWriters(group).leave(Ticket.Word.COUNTED));
        refused(type, -1, () -> group.reservations().dec());
        refused(type, group, () -> fs.info().space().decReadOnly(group));
        BlockGroup second = fs.blockGroup(1);
        second.put();
        refused(type, -1, second::put);
    }

    @Test
    void releasesOfWhatIsNotHeld() {
        Class<IllegalStateException> type = IllegalStateException.class;
        RwSemaphore semaphore = new RwSemaphore();
        refused(type, 0, semaphore::upRead);
        refused(type, 0, semaphore::upWrite);
        semaphore.tryDownRead();
        refused(type, 1, semaphore::upWrite);
        refused(type, 1, () -> file.ioTree().unlock(1, 1));
        refused(type, group.bytenrOf(3), () -> group.free(group.bytenrOf(3), 1));
    }

    @Test
    void extentsThatAreTakenOrNotThere() {
        Class<IllegalStateException> type = IllegalStateException.class;
        refused(type, file.number(), () -> group.extents().add(0, 1L << 32));
        refused(type, 5, () -> group.extents().drop(0, 5L << 32));
    }

    @Test
    void anOrderedExtentCompletesOnce() {
        InodeOrderedExtents tree = new InodeOrderedExtents();
        OrderedExtent ordered = new OrderedExtent(OrderedExtent.Kind.NOCOW, 0, 1, 8192, SECTOR);
        tree.add(ordered);
        tree.complete(ordered);
        refused(IllegalStateException.class, 8192, () -> tree.complete(ordered));
        refused(IllegalStateException.class, 12288,
                () -> tree.complete(
                        new OrderedExtent(OrderedExtent.Kind.NOCOW, 0, 1, 12288, SECTOR)));
    }

    @Test
    void noGuardRefusesNobody() {
        NoGuard.INSTANCE.close();
        Ticket ticket = NoGuard.INSTANCE.enter(null);
        assertTrue(ticket.isEntered());
        assertFalse(NoGuard.INSTANCE.leave(ticket), "nor does anybody wait");
    }
}
