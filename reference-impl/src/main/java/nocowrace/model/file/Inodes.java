// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.file;

import java.util.Arrays;

/** All files by inode number. Lock: this monitor; looked up without it. */
public final class Inodes {

    /** Number of the first file; smaller ones name nothing. */
    public static final int FIRST = 1;

    /** [at least count], the inode with number i + FIRST at i. Grown by copy, never shrunk. */
    private volatile Inode[] byNumber = new Inode[1];
    private int count;

    /**
     * Makes a file.
     *
     * @param blocks its length, blocks, at least 1
     * @param nodatacow whether its written extents may be overwritten in place
     * @return the new file
     * @throws IllegalArgumentException if the length is less than 1
     */
    public synchronized Inode create(int blocks, boolean nodatacow) {
        Inode inode = new Inode(FIRST + count, blocks, nodatacow);
        Inode[] inodes = byNumber;
        if (count == inodes.length) {
            inodes = Arrays.copyOf(inodes, count * 2);
        }
        inodes[count++] = inode;
        byNumber = inodes; // publishes the element with the array: pairs with get
        return inode;
    }

    /**
     * How many files there are.
     *
     * @return a count
     */
    public synchronized int size() {
        return count;
    }

    /**
     * Looks a file up.
     *
     * @param number inode number of an existing file
     * @return the file
     * @throws IllegalArgumentException if there is none
     */
    public Inode get(int number) {
        Inode[] inodes = byNumber;
        Inode inode = number < FIRST || number >= FIRST + inodes.length
                ? null : inodes[number - FIRST];
        if (inode == null) {
            throw new IllegalArgumentException("no inode " + number);
        }
        return inode;
    }

    /**
     * Refuses a file that is none of these.
     *
     * @param inode any file, or null
     * @throws IllegalArgumentException if it is of another file system
     */
    public void require(Inode inode) {
        Inode[] inodes = byNumber;
        if (inode == null || inode.number() - FIRST >= inodes.length
                || inodes[inode.number() - FIRST] != inode) {
            throw new IllegalArgumentException(inode + " is not in this file system");
        }
    }
}
