// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.CsumTree;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.Ticket;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Read;
import nocowrace.model.task.Write.How;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/*
 * Question: what do tasks, steps and columns cost a stress test?
 * Run:      java -jar stress-tests/target/jcstress.jar -t 'DirectNodatacow.AfterFix|StraightLine'
 * -v
 *
 * The yardstick beside DirectNodatacow.AfterFix: the same critical sections on the same state in
 * the same order, one block only, written straight down by hand, waits as plain spinning. Compare
 * the samples of the two in one run. It is no scenario, and compare does not run it.
 */
@JCStressTest
@JCStressMeta(Outcomes.class)
@Description("The yardstick: DirectNodatacow.AfterFix without tasks and steps")
@State
public class StraightLine {

    private static final long OLD = 1;
    private static final long NEW = 2;
    private static final int SECTOR = Disk.SECTOR_SIZE;

    private final FileSystem fileSystem = new FileSystem(Protocol.AFTER_FIX, 2, 2);
    private final FsInfo fs = fileSystem.info();
    private final Inode inode = fileSystem.createNodatacow(SECTOR, OLD);
    private final BlockGroup from = fileSystem.blockGroup(0);
    private How how = How.NOCOW;

    /** R0 to R11. */
    @Actor
    public void cpu1() {
        while (!fs.space().relocationMutex().tryDownWrite()) {
            Thread.onSpinWait();
        }
        fs.groups().lookup(from.start());
        fs.space().incReadOnly(from);
        long[] newPlace = new long[from.sectors()];
        while (!fs.space().groupsSem().tryDownWrite()) {
            Thread.onSpinWait();
        }
        fs.space().groupsSem().upWrite();
        while (!from.reservations().isZero()) {
            Thread.onSpinWait();
        }
        while (!from.guard().isDrained()) {
            Thread.onSpinWait();
        }
        for (OrderedExtent ordered : fs.ordered().snapshot(from.start(), from.length())) {
            while (!ordered.isComplete()) {
                Thread.onSpinWait();
            }
        }
        int[] found = from.extents().scan();
        long[] pages = new long[found.length];
        for (int i = 0; i < found.length; i++) {
            long place = fs.space().allocate(1);
            BlockGroup to = fs.groups().lookup(place);
            to.extents().add(to.sectorOf(place), ExtentTree.backref(Inode.RELOC, found[i]));
            newPlace[found[i]] = place;
            pages[i] = fs.disk().read(from.physicalOf(from.bytenrOf(found[i])));
        }
        for (int i = 0; i < found.length; i++) {
            long place = newPlace[found[i]];
            fs.disk().write(fs.groups().physicalOf(place), pages[i]);
            BlockGroup to = fs.groups().lookup(place);
            to.csums().put(to.sectorOf(place), from.csums().get(found[i]));
        }
        while (found.length > 0) {
            found = from.extents().scan();
            for (int sector : found) {
                while (switchPointer(sector, newPlace[sector])) {
                    Thread.onSpinWait();
                }
            }
        }
        for (int sector = 0; sector < newPlace.length; sector++) {
            if (newPlace[sector] != 0) {
                drop(fs.groups().lookup(newPlace[sector]), newPlace[sector],
                        ExtentTree.backref(Inode.RELOC, sector));
            }
        }
        fs.groups().remove(from);
        fs.space().relocationMutex().upWrite();
    }

    private boolean switchPointer(int sector, long place) {
        long backref = from.extents().first(sector);
        if (backref == ExtentTree.UNUSED) {
            return false;
        }
        long before = from.bytenrOf(sector);
        Inode owner = fs.inodes().get(ExtentTree.inodeOf(backref));
        int block = ExtentTree.blockOf(backref);
        synchronized (owner.recorded()) {
            if (owner.recorded().get(block) != before) {
                return true;
            }
            BlockGroup now = fs.groups().lookup(place);
            synchronized (now.extents()) {
                now.extents().add(now.sectorOf(place), backref);
                owner.recorded().put(block, place);
            }
        }
        while (!owner.ioTree().tryLock(block, 1)) {
            Thread.onSpinWait();
        }
        owner.cached().forget(block, before);
        owner.ioTree().unlock(block, 1);
        drop(from, before, backref);
        return true;
    }

    private void record(long place) {
        long before = inode.recorded().get(0);
        long backref = ExtentTree.backref(inode.number(), 0);
        BlockGroup old = fs.groups().lookup(before);
        BlockGroup now = fs.groups().lookup(place);
        BlockGroup first = old.start() < now.start() ? old : now;
        synchronized (first.extents()) {
            synchronized ((first == old ? now : old).extents()) {
                now.extents().add(now.sectorOf(place), backref);
                inode.recorded().put(0, place);
                drop(old, before, backref);
            }
        }
    }

    private static void drop(BlockGroup group, long bytenr, long backref) {
        int sector = group.sectorOf(bytenr);
        synchronized (group.extents()) {
            if (group.extents().drop(sector, backref)) {
                group.csums().put(sector, CsumTree.NONE);
                group.free(bytenr, 1);
            }
        }
    }

    /** W1 to W11, or C1 to C12. */
    @Actor
    public void cpu2() {
        while (!inode.ioTree().tryLock(0, 1)) {
            Thread.onSpinWait();
        }
        inode.ordered().lookup(0, 1);
        inode.pages().nextDirty(0, 1);
        long bytenr = inode.cached().get(0);
        if (bytenr == FileExtents.HOLE) {
            bytenr = inode.recorded().get(0);
            inode.recorded().run(0, Math.min(1, fs.groups().sectorsLeft(bytenr)), SECTOR);
            inode.cached().put(0, bytenr);
        }
        if (!mayWriteInPlace() || !writeInPlace(bytenr)) {
            writeToNewSpace();
        }
    }

    private boolean mayWriteInPlace() {
        long item = inode.recorded().get(0);
        BlockGroup group = fs.groups().lookup(item);
        if (group == null || group.isReadOnly()) {
            return false;
        }
        group = fs.groups().lookup(item);
        if (group == null || group.extents().unshared(group.sectorOf(item),
                ExtentTree.backref(inode.number(), 0), 1) == 0) {
            return false;
        }
        group = fs.groups().lookup(item);
        return group != null && group.csums().without(group.sectorOf(item), 1) == 1;
    }

    private boolean writeInPlace(long bytenr) {
        BlockGroup group = fs.groups().lookupAndGet(bytenr);
        if (group == null) {
            return false;
        }
        Ticket ticket = group.guard().enter(null);
        if (!ticket.isEntered()) {
            group.put();
            return false;
        }
        OrderedExtent ordered = addOrdered(OrderedExtent.Kind.NOCOW, bytenr);
        BlockGroup again = fs.groups().lookupAndGet(bytenr);
        if (group.guard().leave(ticket)) {
            group.nocowQueue().wakeAll();
        }
        again.put();
        group.put();
        inode.ioTree().unlock(0, 1);
        fs.disk().write(fs.groups().physicalOf(bytenr), NEW);
        complete(ordered);
        return true;
    }

    private void writeToNewSpace() {
        how = How.COW;
        while (!fs.space().groupsSem().tryDownRead()) {
            Thread.onSpinWait();
        }
        long bytenr = fs.space().allocate(1);
        BlockGroup to = fs.groups().lookup(bytenr);
        to.reservations().inc();
        fs.space().groupsSem().upRead();
        OrderedExtent ordered = addOrdered(OrderedExtent.Kind.REGULAR, bytenr);
        if (to.reservations().dec()) {
            to.reservations().queue().wakeAll();
        }
        inode.cached().put(0, bytenr);
        inode.ioTree().unlock(0, 1);
        fs.disk().write(fs.groups().physicalOf(bytenr), NEW);
        synchronized (inode.recorded()) {
            record(bytenr);
        }
        complete(ordered);
    }

    private OrderedExtent addOrdered(OrderedExtent.Kind kind, long bytenr) {
        fs.ordered().canCreate();
        OrderedExtent ordered = new OrderedExtent(kind, 0, 1, bytenr, SECTOR);
        inode.ordered().add(ordered);
        fs.ordered().add(ordered);
        return ordered;
    }

    private void complete(OrderedExtent ordered) {
        inode.ordered().complete(ordered);
        fs.ordered().remove(ordered);
        ordered.queue().wakeAll();
    }

    private long readBack() {
        Read read = fileSystem.readTask(inode, 0);
        read.run(Long.MAX_VALUE);
        return read.result();
    }

    /** Reads back. */
    @Arbiter
    public void readBack(L_Result r) {
        boolean kept = readBack() == NEW;
        Fate fate = !kept ? Fate.LOST : fileSystem.check() != null ? Fate.LEAK : Fate.KEPT;
        r.r1 = OutcomeId.of(how, fate);
    }
}
