// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.InodeOrderedExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.Ticket;
import nocowrace.model.wait.RwSemaphore;
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
        String message = assertThrows(type, call).getMessage();
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
