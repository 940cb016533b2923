// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.file;

import nocowrace.model.disk.Disk;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.InodeOrderedExtents;

/**
 * A file of fixed length.
 *
 * <p>Kernel: {@code struct btrfs_inode}, fs/btrfs/btrfs_inode.h.
 */
public final class Inode {

    /** Number in the back references of the reloc inode, which is no file that anybody sees. */
    public static final int RELOC = Integer.MAX_VALUE;

    private final int number;
    private final int blocks;
    private final boolean nodatacow;
    private final FileExtents recorded;
    private final FileExtents cached;
    private final IoTree ioTree;
    private final PageCache pages;
    private final InodeOrderedExtents ordered = new InodeOrderedExtents();

    /**
     * Makes a file of holes.
     *
     * @param number inode number, at least 1
     * @param blocks length, blocks of {@link Disk#SECTOR_SIZE} bytes
     * @param nodatacow whether its written extents may be overwritten in place; if so, they have no
     *        checksums
     * @throws IllegalArgumentException if the number or the length is less than 1
     */
    public Inode(int number, int blocks, boolean nodatacow) {
        if (number < 1 || blocks < 1) {
            throw new IllegalArgumentException("inode " + number + " of " + blocks + " blocks");
        }
        this.number = number;
        this.blocks = blocks;
        this.nodatacow = nodatacow;
        recorded = new FileExtents(blocks);
        cached = new FileExtents(blocks);
        ioTree = new IoTree(blocks);
        pages = new PageCache(blocks);
    }

    /**
     * The number by which back references name this file.
     *
     * @return at least 1
     */
    public int number() {
        return number;
    }

    /**
     * The file's length.
     *
     * @return blocks, a count
     */
    public int blocks() {
        return blocks;
    }

    /**
     * Whether written extents may be overwritten in place ({@code BTRFS_INODE_NODATACOW}), and have
     * no checksums ({@code BTRFS_INODE_NODATASUM}).
     *
     * @return true if so
     */
    public boolean isNodatacow() {
        return nodatacow;
    }

    /**
     * The extents in the file tree. A change to them is one transaction.
     *
     * @return the truth about where the file lies
     */
    public FileExtents recorded() {
        return recorded;
    }

    /**
     * The cached extent map. Read and filled under the range lock; may be stale between R9 and the
     * moment when relocation gets that lock.
     *
     * @return what reads and writes consult first
     */
    public FileExtents cached() {
        return cached;
    }

    /**
     * The range locks.
     *
     * @return lock_extent's tree
     */
    public IoTree ioTree() {
        return ioTree;
    }

    /**
     * The pages that buffered writes have made dirty.
     *
     * @return the page cache of this file
     */
    public PageCache pages() {
        return pages;
    }

    /**
     * The file's writes in flight.
     *
     * @return the inode's ordered tree
     */
    public InodeOrderedExtents ordered() {
        return ordered;
    }

    @Override
    public String toString() {
        return "inode " + number;
    }
}
