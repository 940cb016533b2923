// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import nocowrace.model.disk.Disk;
import nocowrace.model.extent.ExtentTree;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.Ticket;
import nocowrace.model.task.FsInfo;

/**
 * W1 to W11 of {@link nocowrace.model.Protocol#AFTER_FIX} as straight-line code: the critical
 * sections of {@link nocowrace.model.task.DirectWrite}, in the same order, without the step engine.
 * A yardstick for {@link Steps_01_WhatTheyCost}, no second model.
 *
 * <p>It writes one block in place, on one thread. Where a direct write would wait, fail, read the
 * file tree in W2, or go to new space, it throws IllegalStateException. The file system then stays
 * as it is, with a locked range, and is of no further use.
 */
final class StraightWrite {

    private final FsInfo fs;

    /** Makes writes to the files of one file system. */
    StraightWrite(FsInfo fs) {
        this.fs = fs;
    }

    /**
     * Writes a block in place.
     *
     * @param inode a nodatacow file of the file system, with the block in its cached extent map
     * @param block file block
     * @param stamp what the block holds afterwards, at least 1
     * @return where it was written: logical address, bytes
     * @throws IllegalStateException where the write would not go straight down from W1 to W11
     */
    long write(Inode inode, int block, long stamp) {
        fs.inodes().require(inode);
        lockRange(inode, block);
        long bytenr = lookUpPlace(inode, block);
        requireInPlace(inode, block);
        BlockGroup group = fs.groups().lookupAndGet(bytenr); // W4
        require(group != null, "W4: the group is gone");
        Ticket ticket = group.guard().enter(null);
        require(ticket.isEntered(), "W4: refused");
        OrderedExtent ordered = addOrdered(inode, block, bytenr);
        leave(group, ticket);
        inode.ioTree().unlock(block, 1); // W8; W7 changes nothing for a block written before
        writeOut(ordered, stamp);
        finish(inode, ordered);
        return bytenr;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** W1. */
    private static void lockRange(Inode inode, int block) {
        require(inode.ioTree().tryLock(block, 1), "W1: the range is locked");
        require(inode.ordered().lookup(block, 1) == null, "W1: a write is in flight");
        require(inode.pages().nextDirty(block, block + 1) > block, "W1: the page is dirty");
    }

    /** W2. */
    private long lookUpPlace(Inode inode, int block) {
        long item = inode.cached().get(block);
        require(item != FileExtents.HOLE, "W2: not in the cached extent map");
        require(!FileExtents.isPrealloc(item), "W2: not written yet");
        long bytenr = FileExtents.bytenr(item);
        inode.cached().run(block, Math.min(1, fs.groups().sectorsLeft(bytenr)), Disk.SECTOR_SIZE);
        return bytenr;
    }

    /** W3. */
    private void requireInPlace(Inode inode, int block) {
        long item = inode.recorded().get(block);
        require(item != FileExtents.HOLE && inode.isNodatacow(), "W3: not in place");
        long bytenr = FileExtents.bytenr(item);
        BlockGroup of = fs.groups().lookup(bytenr);
        require(of != null && !of.isReadOnly(), "W3: the group is read-only");
        of = fs.groups().lookup(bytenr);
        require(of != null && of.extents().unshared(of.sectorOf(bytenr),
                ExtentTree.backref(inode.number(), block), 1) == 1, "W3: shared");
        of = fs.groups().lookup(bytenr);
        require(of != null && of.csums().without(of.sectorOf(bytenr), 1) == 1,
                "W3: a checksum");
    }

    /** W5. */
    private OrderedExtent addOrdered(Inode inode, int block, long bytenr) {
        require(fs.ordered().canCreate(), "W5: no memory");
        OrderedExtent ordered = new OrderedExtent(OrderedExtent.Kind.NOCOW, block, 1, bytenr,
                Disk.SECTOR_SIZE);
        inode.ordered().add(ordered);
        fs.ordered().add(ordered);
        return ordered;
    }

    /** W6. */
    private void leave(BlockGroup group, Ticket ticket) {
        BlockGroup again = fs.groups().lookupAndGet(group.start());
        require(again == group, "W6: the group was removed");
        if (group.guard().leave(ticket)) {
            group.nocowQueue().wakeAll();
        }
        again.put();
        group.put();
    }

    /** W9 and W10. */
    private void writeOut(OrderedExtent ordered, long stamp) {
        int physical = fs.groups().physicalOf(ordered.bytenr());
        require(physical >= 0 && fs.disk().write(physical, stamp), "W10: the device failed");
        ordered.setIoDone();
    }

    /** W11. */
    private void finish(Inode inode, OrderedExtent ordered) {
        inode.ordered().complete(ordered);
        fs.ordered().remove(ordered);
        ordered.queue().wakeAll();
    }
}
