// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.straight;

import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.Ticket;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Trees;
import nocowrace.model.task.Write.How;

/**
 * CPU 2: what {@link nocowrace.model.task.DirectWrite} and
 * {@link nocowrace.model.task.BufferedWrite} do, in the same order, straight down, to a file of one
 * block that nobody else writes. There is space and memory, and the device does not fail.
 */
final class StraightWrite {

    private final FsInfo fs;
    private final Parts parts;
    private final Inode inode;
    private final Cpu cpu;

    private How how = How.NOCOW;
    private boolean failed;

    /** Where the file lies, as the map or the tree says: logical address, bytes. */
    private long bytenr;
    private boolean prealloc;

    /** The item's address, which the file tree gives; differs from bytenr if the map is stale. */
    private long itemBytenr;

    /** What the block holds afterwards. */
    private long stamp;

    /** The group that W4 has entered, B6 likewise; and what it gave. */
    private BlockGroup group;
    private Ticket ticket;

    StraightWrite(FsInfo fs, Parts parts, Inode inode, Cpu cpu) {
        this.fs = fs;
        this.parts = parts;
        this.inode = inode;
        this.cpu = cpu;
    }

    How how() {
        return how;
    }

    /** Whether it met an error. */
    boolean hasFailed() {
        return failed;
    }

    // ---- the columns ----

    /** W1 to W11; or C1 to C12. */
    void direct(long newStamp) {
        stamp = newStamp;
        lockRange();
        requireAlone();
        if (inode.pages().nextDirty(0, 1) != 1) {
            throw new IllegalStateException("a dirty page");
        }
        lookUpPlace();
        OrderedExtent ordered;
        if ((prealloc || inode.isNodatacow()) && isItemInPlace() && mayWriteInPlace()
                && (!parts.guard() || enter())) {
            ordered = addOrdered(prealloc ? OrderedExtent.Kind.PREALLOC
                    : OrderedExtent.Kind.NOCOW);
            if (parts.guard()) {
                leave();
            }
            if (prealloc) {
                inode.cached().put(0, bytenr);
            }
        } else {
            ordered = takeNewSpace();
        }
        inode.ioTree().unlock(0, 1);
        writeOut(ordered);
    }

    /** B1 to B13. */
    void buffered(long newStamp) {
        lockPage();
        lockRange();
        requireAlone();
        inode.pages().put(0, 1, newStamp);
        inode.ioTree().unlock(0, 1);
        inode.pages().locks().unlock(0, 1);
        writeBack();
    }

    /** B2 to B13. */
    void writeBack() {
        if (!lockDirtyPage()) {
            how = How.COW; // somebody else has written it back, from a sealed group
            return;
        }
        lockRange();
        OrderedExtent ordered;
        if (isItemReadInPlace() && mayWriteInPlace()
                && (!parts.guard() || enter())) {
            if (prealloc) {
                inode.cached().put(0, bytenr);
            }
            how = How.NOCOW;
            ordered = addOrdered(prealloc ? OrderedExtent.Kind.PREALLOC
                    : OrderedExtent.Kind.NOCOW);
            if (parts.guard()) {
                leave();
            }
        } else {
            ordered = takeNewSpace();
        }
        stamp = inode.pages().take(0, 1)[0];
        inode.ioTree().unlock(0, 1);
        inode.pages().locks().unlock(0, 1);
        writeOut(ordered);
        inode.pages().nextDirty(1, 1); // B2 again: there are no others
    }

    // ---- locks ----

    private void lockRange() {
        cpu.await(inode.ioTree().queue(), () -> inode.ioTree().tryLock(0, 1));
    }

    private void lockPage() {
        cpu.await(inode.pages().locks().queue(), () -> inode.pages().locks().tryLock(0, 1));
    }

    private void requireAlone() {
        if (inode.ordered().lookup(0, 1) != null) {
            throw new IllegalStateException("another write is in flight");
        }
    }

    /** B2: true with the page locked and dirty, false if it is clean. */
    private boolean lockDirtyPage() {
        while (inode.pages().nextDirty(0, 1) == 0) {
            inode.pages().dirtyRun(0, 1);
            lockPage();
            if (inode.pages().dirtyRun(0, 1) == 1) {
                return true;
            }
            inode.pages().locks().unlock(0, 1);
        }
        return false;
    }

    // ---- may it be written in place? ----

    /** W2. */
    private void lookUpPlace() {
        long item = inode.cached().get(0);
        if (item != FileExtents.HOLE) {
            found(item, inode.cached());
            return;
        }
        synchronized (inode.recorded()) {
            item = inode.recorded().get(0);
            found(item, inode.recorded());
            inode.cached().put(0, item);
        }
    }

    private void found(long item, FileExtents map) {
        bytenr = FileExtents.bytenr(item);
        prealloc = FileExtents.isPrealloc(item);
        map.run(0, Math.min(1, fs.groups().sectorsLeft(bytenr)), Disk.SECTOR_SIZE);
    }

    /** B3. */
    private boolean isItemReadInPlace() {
        synchronized (inode.recorded()) {
            found(inode.recorded().get(0), inode.recorded());
            return isItemInPlace();
        }
    }

    private boolean isItemInPlace() {
        long item = inode.recorded().get(0);
        itemBytenr = FileExtents.bytenr(item);
        return FileExtents.isPrealloc(item) || inode.isNodatacow();
    }

    /** W3, B4 and B5, behind the look at the item. */
    private boolean mayWriteInPlace() {
        BlockGroup of = fs.groups().lookup(itemBytenr);
        if (of == null || of.isReadOnly()) {
            return false;
        }
        of = fs.groups().lookup(itemBytenr);
        if (of == null || of.extents().unshared(of.sectorOf(itemBytenr),
                ExtentTree.backref(inode.number(), 0), 1) == 0) {
            return false;
        }
        of = fs.groups().lookup(itemBytenr);
        return of != null && of.csums().without(of.sectorOf(itemBytenr), 1) == 1;
    }

    // ---- the guard ----

    /** W4, B6. */
    private boolean enter() {
        group = fs.groups().lookupAndGet(bytenr);
        if (group == null) {
            return false;
        }
        ticket = group.guard().enter(null);
        if (!ticket.isEntered()) {
            if (ticket == Ticket.Word.REFUSED_BUT_SEEN) {
                group.nocowQueue().wakeAll();
            }
            group.put();
        }
        return ticket.isEntered();
    }

    /** W6, B10. */
    private void leave() {
        BlockGroup again = fs.groups().lookupAndGet(group.start());
        if (group.guard().leave(ticket)) {
            group.nocowQueue().wakeAll();
        }
        again.put();
        group.put();
    }

    // ---- new space, and the ordered extent to its end ----

    /** C2 to C8. */
    private OrderedExtent takeNewSpace() {
        how = How.COW;
        prealloc = false;
        cpu.await(fs.space().groupsSem().queue(), () -> fs.space().groupsSem().tryDownRead());
        bytenr = fs.space().allocate(1);
        if (bytenr == 0) {
            throw new IllegalStateException("no space");
        }
        BlockGroup to = null;
        if (parts.counted()) {
            to = fs.groups().lookup(bytenr);
            to.reservations().inc();
        }
        fs.space().groupsSem().upRead();
        OrderedExtent ordered = addOrdered(OrderedExtent.Kind.REGULAR);
        if (parts.counted() && to.reservations().dec()) {
            to.reservations().queue().wakeAll();
        }
        inode.cached().put(0, bytenr);
        return ordered;
    }

    /** W5, B9, C6. */
    private OrderedExtent addOrdered(OrderedExtent.Kind kind) {
        if (!fs.ordered().canCreate()) {
            throw new IllegalStateException("no memory");
        }
        OrderedExtent ordered = new OrderedExtent(kind, 0, 1, bytenr, Disk.SECTOR_SIZE);
        inode.ordered().add(ordered);
        fs.ordered().add(ordered);
        return ordered;
    }

    /** W9 to W11, C10 to C12, B12 and B13. */
    private void writeOut(OrderedExtent ordered) {
        int physical = fs.groups().physicalOf(bytenr);
        if (physical < 0 || !fs.disk().write(physical, stamp)) {
            ordered.setIoError();
            failed = true;
        }
        ordered.setIoDone();
        if (failed) {
            undo(ordered);
        } else if (ordered.kind() == OrderedExtent.Kind.PREALLOC) {
            lockRange();
            Trees.markWritten(fs, inode, 0, bytenr, stamp);
            inode.ioTree().unlock(0, 1);
        } else if (ordered.kind() == OrderedExtent.Kind.REGULAR) {
            Trees.record(fs, inode, 0, bytenr, stamp);
        }
        inode.ordered().complete(ordered);
        fs.ordered().remove(ordered);
        ordered.queue().wakeAll();
    }

    private void undo(OrderedExtent ordered) {
        if (ordered.kind() == OrderedExtent.Kind.NOCOW) {
            return;
        }
        inode.cached().forget(0, bytenr);
        BlockGroup booked = fs.groups().lookup(bytenr);
        if (ordered.kind() == OrderedExtent.Kind.REGULAR && booked != null) {
            booked.free(bytenr, 1);
        }
    }
}
