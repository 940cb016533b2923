// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import nocowrace.engine.Column;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;

/** A task that works on a range of a file, under its range lock. */
public abstract class RangeTask extends FsTask implements LockRange.User {

    /** The file. */
    protected Inode inode;

    /** First file block that is still to be worked on. */
    protected int block;

    /** From block to the end of the range, blocks. */
    protected int remaining;

    /** An ordered extent that was in the way; waited for without the range lock. */
    private OrderedExtent inTheWay;

    /**
     * Makes a task that stands before its first step.
     *
     * @param fs what it works on
     * @param column the steps it takes
     * @param inode the file
     * @param block first file block
     * @param blocks length, blocks
     * @throws IllegalArgumentException if the file is of another file system, or the range is empty
     *         or not within the file
     */
    protected RangeTask(FsInfo fs, Column column, Inode inode, int block, int blocks) {
        super(fs, column);
        setRange(inode, block, blocks);
    }

    /** Length of a file, blocks; of null, which is refused later, 0. */
    static int lengthOf(Inode file) {
        return file == null ? 0 : file.blocks();
    }

    /**
     * Chooses what to work on.
     *
     * @param file the file
     * @param first first file block
     * @param count length, blocks
     * @throws IllegalArgumentException if the file is of another file system, or the range is empty
     *         or not within the file; nothing is changed
     */
    final void setRange(Inode file, int first, int count) {
        fs.inodes().require(file);
        if (first < 0 || count < 1 || count > file.blocks() - first) {
            throw new IllegalArgumentException(count + " blocks from block " + first
                    + " are not in " + file + ", which has " + file.blocks());
        }
        inode = file;
        block = first;
        remaining = count;
    }

    @Override
    public final Inode inode() {
        return inode;
    }

    @Override
    public final int firstBlock() {
        return block;
    }

    @Override
    public final int blockCount() {
        return remaining;
    }

    @Override
    public final OrderedExtent inTheWay() {
        return inTheWay;
    }

    @Override
    public final void setInTheWay(OrderedExtent ordered) {
        inTheWay = ordered;
    }
}
