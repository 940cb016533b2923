// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

/**
 * Where each block of a file lies: a map from file block to logical address. An inode has two of
 * them, with the same shape and different truth: the extents recorded in the file tree, and the
 * cached extent map, which may be stale or absent. Lock: this monitor.
 *
 * <p>Kernel: {@code struct btrfs_file_extent_item} and {@code struct extent_map}, fs/btrfs. An
 * extent is here a run of file blocks whose addresses are contiguous too.
 */
public final class FileExtents {

    /** No address: a hole in the file tree, nothing cached in the extent map. */
    public static final long HOLE = 0;

    /** [blocks], logical address of each file block, bytes, or HOLE. */
    private final long[] bytenr;

    /**
     * Makes a map of holes.
     *
     * @param blocks blocks of the file, a count
     */
    public FileExtents(int blocks) {
        bytenr = new long[blocks];
    }

    /**
     * Looks a block up.
     *
     * @param block file block, in [0, blocks)
     * @return its logical address, bytes, or {@link #HOLE}
     */
    public synchronized long get(int block) {
        return bytenr[block];
    }

    /**
     * Says where a block lies from now on.
     *
     * @param block file block, in [0, blocks)
     * @param address logical address, bytes, or {@link #HOLE}
     * @return the address that it had before
     */
    public synchronized long put(int block, long address) {
        long before = bytenr[block];
        bytenr[block] = address;
        return before;
    }

    /**
     * Moves a block if it still lies where the caller believes it does.
     *
     * @param block file block, in [0, blocks)
     * @param from logical address that it must have, bytes
     * @param to logical address that it gets, bytes, or {@link #HOLE}
     * @return false if it lies elsewhere by now, and stays there
     */
    public synchronized boolean replace(int block, long from, long to) {
        if (bytenr[block] != from) {
            return false;
        }
        bytenr[block] = to;
        return true;
    }

    /**
     * Measures the extent that begins at a block.
     *
     * @param block file block, in [0, blocks)
     * @param most the answer's upper limit, blocks, at least 1
     * @param blockSize bytes from one address of the run to the next
     * @return blocks of the run that starts here, in [1, most]; of holes, if this is one
     */
    public synchronized int run(int block, int most, int blockSize) {
        int length = 1;
        while (length < most && block + length < bytenr.length
                && bytenr[block + length] == expected(bytenr[block], length, blockSize)) {
            length++;
        }
        return length;
    }

    private static long expected(long first, int distance, int blockSize) {
        return first == HOLE ? HOLE : first + (long) distance * blockSize;
    }
}
