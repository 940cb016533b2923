// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

import nocowrace.engine.wait.WaitQueue;

/**
 * A write in flight: from the moment its place is fixed until its metadata is in the trees. It
 * carries the write across the time in which no range lock is held (W8 to W11).
 *
 * <p>Kernel: {@code struct btrfs_ordered_extent}, fs/btrfs/ordered-data.h.
 */
public final class OrderedExtent {

    /** What its end has to change in the trees. */
    public enum Kind {
        /** Written in place: nothing. */
        NOCOW,
        /** Written in place into booked space: the extent is written now, and has checksums. */
        PREALLOC,
        /** Written to new space: the file points there. */
        REGULAR
    }

    private final Kind kind;
    private final int block;
    private final int blocks;
    private final long bytenr;
    private final long length;

    /** Legal: false to true, once, by complete. R5 and W1 wait for it. */
    private volatile boolean complete;

    /** The device or the chunk map refused; the metadata stays as it was. Own task only. */
    private boolean ioError;

    /** Legal: false to true, once. The end of I/O, which is not yet the end of the write. */
    private volatile boolean ioDone;

    private final WaitQueue queue = new WaitQueue();

    /** The list of all roots that has it, or null, and its links there; guarded by that list. */
    OrderedExtents listedIn;
    OrderedExtent previous;
    OrderedExtent next;

    /** Link of the inode's list; guarded by {@link InodeOrderedExtents}. */
    OrderedExtent nextOfInode;

    /**
     * Describes a write that is about to be in flight.
     *
     * @param kind what its end has to change
     * @param block first file block
     * @param blocks file blocks, a count
     * @param bytenr logical address that will be written, bytes
     * @param length bytes
     * @throws IllegalArgumentException if a number is negative, or there are no blocks
     */
    public OrderedExtent(Kind kind, int block, int blocks, long bytenr, long length) {
        if (block < 0 || blocks < 1 || bytenr < 0 || length < 1) {
            throw new IllegalArgumentException("ordered extent of " + blocks
                    + " blocks from block " + block + " at " + bytenr + "+" + length);
        }
        this.kind = kind;
        this.block = block;
        this.blocks = blocks;
        this.bytenr = bytenr;
        this.length = length;
    }

    boolean overlapsFile(int firstBlock, int count) {
        return block < firstBlock + count && firstBlock < block + blocks;
    }

    /**
     * Tells whether its place overlaps a range.
     *
     * @param start logical address, bytes
     * @param bytes length of the range
     * @return true if they have a byte in common
     */
    public boolean overlapsDisk(long start, long bytes) {
        return bytenr < start + bytes && start < bytenr + length;
    }

    /**
     * What its end has to change in the trees.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * What part of the file is written.
     *
     * @return first file block
     */
    public int block() {
        return block;
    }

    /**
     * What part of the file is written.
     *
     * @return file blocks, a count
     */
    public int blocks() {
        return blocks;
    }

    /**
     * Where the write goes.
     *
     * @return logical address, bytes
     */
    public long bytenr() {
        return bytenr;
    }

    /**
     * How much is written.
     *
     * @return bytes
     */
    public long length() {
        return length;
    }

    /** Notes that the bytes did not reach the device. */
    public void setIoError() {
        ioError = true;
    }

    /**
     * Tells whether the bytes failed to reach the device.
     *
     * @return true after {@link #setIoError}
     */
    public boolean hasIoError() {
        return ioError;
    }

    /** Notes the end of I/O. */
    public void setIoDone() {
        ioDone = true;
    }

    /**
     * Tells whether the I/O is over. Waiters that take this for the end of the write come too
     * early: the metadata still changes. Kernel: BTRFS_ORDERED_IO_DONE.
     *
     * @return true after {@link #setIoDone}
     */
    public boolean isIoDone() {
        return ioDone;
    }

    /**
     * Ends it: the bytes are on the device and the metadata in the trees, or the write has failed.
     * Whoever calls this wakes {@link #queue} after it.
     *
     * @throws IllegalStateException if it is complete already
     */
    void complete() {
        if (complete) {
            throw new IllegalStateException(this + " is complete already");
        }
        complete = true;
    }

    /**
     * What waiters wait for: not the end of I/O, but the end of the metadata change after it.
     *
     * @return true once complete
     */
    public boolean isComplete() {
        return complete;
    }

    /**
     * Where to wait for completion.
     *
     * @return the queue that completion wakes
     */
    public WaitQueue queue() {
        return queue;
    }

    @Override
    public String toString() {
        return kind + " ordered extent of file block " + block + " at " + bytenr + "+" + length;
    }
}
