// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.straight;

import java.util.List;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Trees;

/**
 * CPU 1: what {@link nocowrace.model.task.Relocation} does, in the same order, straight down. The
 * device has room for the copies and does not fail, and no group is relocated twice.
 */
final class StraightRelocation {

    private final FsInfo fs;
    private final Parts parts;
    private final BlockGroup from;
    private final Cpu cpu;

    /** [sectors of X], new place of each copied sector as a logical address, bytes; or 0. */
    private long[] newPlace;

    private boolean failed;

    StraightRelocation(FsInfo fs, Parts parts, BlockGroup from) {
        this.fs = fs;
        this.parts = parts;
        this.from = from;
        cpu = new Cpu(fs.world().runQueue());
    }

    /** Whether it met an error. */
    boolean hasFailed() {
        return failed;
    }

    /** R0 to R11. */
    void run() {
        cpu.run(() -> {
            seal();
            drain();
            move();
            end();
        });
    }

    /** R0 to R2. */
    private void seal() {
        cpu.await(fs.space().relocationMutex().queue(),
                () -> fs.space().relocationMutex().tryDownWrite());
        if (fs.groups().lookup(from.start()) != from) {
            throw new IllegalStateException(from + " is gone");
        }
        fs.space().incReadOnly(from);
        newPlace = new long[from.sectors()];
    }

    /** F1, R3, R4, where the protocol has them, and R5. */
    private void drain() {
        if (parts.flush()) {
            for (int number = 0; number < fs.inodes().size(); number++) {
                Inode inode = fs.inodes().get(Inodes.FIRST + number);
                if (inode.pages().nextDirty(0, inode.blocks()) < inode.blocks()) {
                    StraightWrite flush = new StraightWrite(fs, parts, inode, cpu);
                    flush.writeBack();
                    if (flush.hasFailed()) {
                        throw new IllegalStateException("the flush failed");
                    }
                }
            }
        }
        if (parts.reservations()) {
            cpu.await(fs.space().groupsSem().queue(),
                    () -> fs.space().groupsSem().tryDownWrite());
            fs.space().groupsSem().upWrite();
            cpu.await(from.reservations().queue(), () -> from.reservations().isZero());
        }
        if (parts.writers()) {
            cpu.await(from.nocowQueue(), () -> from.guard().isDrained());
        }
        List<OrderedExtent> inFlight = fs.ordered().snapshot(from.start(), from.length());
        for (OrderedExtent ordered : inFlight) {
            cpu.await(ordered.queue(), ordered::isComplete);
        }
    }

    /** R6 to R10. */
    private void move() {
        int[] found = from.extents().scan();
        long[] pages = new long[found.length];
        for (int i = 0; i < found.length; i++) {
            long place = fs.space().allocate(1);
            BlockGroup to = fs.groups().lookup(place);
            to.extents().add(to.sectorOf(place), relocBackref(found[i]));
            newPlace[found[i]] = place;
            pages[i] = fs.disk().read(from.physicalOf(from.bytenrOf(found[i])));
            if (!from.csums().matches(found[i], pages[i])) {
                throw new IllegalStateException("a checksum of " + from + " does not match");
            }
        }
        for (int i = 0; i < found.length; i++) {
            long place = newPlace[found[i]];
            fs.disk().write(fs.groups().physicalOf(place), pages[i]);
            BlockGroup to = fs.groups().lookup(place);
            to.csums().put(to.sectorOf(place), from.csums().get(found[i]));
        }
        while (found.length > 0 && !failed) {
            found = from.extents().scan();
            for (int i = 0; i < found.length && !failed; i++) {
                switchPointers(found[i]);
            }
        }
    }

    /** R9 for one sector: whoever refers to it, one after the other. */
    private void switchPointers(int sector) {
        long before = from.bytenrOf(sector);
        for (long backref = from.extents().first(sector); backref != ExtentTree.UNUSED;
                backref = from.extents().first(sector)) {
            if (newPlace[sector] == 0) {
                failed = true; // an extent that was never copied
                return;
            }
            Inode owner = fs.inodes().get(ExtentTree.inodeOf(backref));
            int block = ExtentTree.blockOf(backref);
            if (Trees.relocate(fs, owner, block, before, newPlace[sector])) {
                cpu.await(owner.ioTree().queue(), () -> owner.ioTree().tryLock(block, 1));
                owner.cached().forget(block, before);
                owner.ioTree().unlock(block, 1);
                Trees.drop(from, before, backref);
            }
        }
    }

    /** R11. */
    private void end() {
        for (int sector = 0; sector < newPlace.length; sector++) {
            if (newPlace[sector] != 0) {
                Trees.drop(fs.groups().lookup(newPlace[sector]), newPlace[sector],
                        relocBackref(sector));
            }
        }
        if (failed) {
            fs.space().decReadOnly(from);
        } else {
            fs.groups().remove(from);
        }
        fs.space().relocationMutex().upWrite();
    }

    private static long relocBackref(int sector) {
        return ExtentTree.backref(Inode.RELOC, sector);
    }
}
