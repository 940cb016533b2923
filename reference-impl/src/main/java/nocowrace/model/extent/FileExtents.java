// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

/**
 * Where each block of a file lies: a map from file block to item. An inode has two of them, with
 * the same shape and different truth: the extents recorded in the file tree, and the cached extent
 * map, which may be stale or absent. Lock: this monitor.
 *
 * <p>An item is one word: the logical address in bytes, a multiple of the sector size, plus
 * {@link #PREALLOC} if the place is booked and not written yet; or {@link #HOLE}.
 *
 * <p>Kernel: {@code struct btrfs_file_extent_item} and {@code struct extent_map}, fs/btrfs. An
 * extent is here a run of file blocks whose addresses are contiguous and whose kind is the same.
 */
public final class FileExtents {

    /** No address: a hole in the file tree, nothing cached in the extent map. */
    public static final long HOLE = 0;

    /** Added to an address: booked, not written, reads as zeros. */
    public static final long PREALLOC = 1;

    /** [blocks], the item of each file block. */
    private final long[] items;

    /**
     * Makes a map of holes.
     *
     * @param blocks blocks of the file, a count
     */
    public FileExtents(int blocks) {
        items = new long[blocks];
    }

    /**
     * Takes the address out of an item.
     *
     * @param item not a hole
     * @return logical address, bytes
     */
    public static long bytenr(long item) {
        return item & ~PREALLOC;
    }

    /**
     * Takes the kind out of an item.
     *
     * @param item any
     * @return true if the place is booked and not written yet
     */
    public static boolean isPrealloc(long item) {
        return (item & PREALLOC) != 0;
    }

    /**
     * Looks a block up.
     *
     * @param block file block, in [0, blocks)
     * @return its item, or {@link #HOLE}
     */
    public synchronized long get(int block) {
        return items[block];
    }

    /**
     * Says where a block lies from now on.
     *
     * @param block file block, in [0, blocks)
     * @param item its item, or {@link #HOLE}
     */
    public synchronized void put(int block, long item) {
        items[block] = item;
    }

    /**
     * Forgets a block if it lies where the caller believes it does, whatever its kind.
     *
     * @param block file block, in [0, blocks)
     * @param bytenr logical address, bytes
     */
    public synchronized void forget(int block, long bytenr) {
        if (bytenr(items[block]) == bytenr) {
            items[block] = HOLE;
        }
    }

    /**
     * Measures the extent that begins at a block.
     *
     * @param block file block, in [0, blocks)
     * @param most the answer's upper limit, blocks, at least 1; within the file
     * @param blockSize bytes from one address of the run to the next
     * @return blocks of the run that starts here, in [1, most]; of holes, if this is one
     */
    public synchronized int run(int block, int most, int blockSize) {
        int length = 1;
        while (length < most
                && items[block + length] == expected(items[block], length, blockSize)) {
            length++;
        }
        return length;
    }

    private static long expected(long first, int distance, int blockSize) {
        return first == HOLE ? HOLE : first + (long) distance * blockSize;
    }
}
