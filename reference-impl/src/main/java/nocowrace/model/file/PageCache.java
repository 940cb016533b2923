// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.file;

/**
 * The dirty pages of a file, one per block, and the page locks. A page is here from the buffered
 * write until write-back has fixed its place (B11): the delalloc state. Written-back pages leave at
 * once, so reads go to the disk. Lock: this monitor; page locks are held across steps.
 *
 * <p>Kernel: the page cache and EXTENT_DELALLOC, mm/filemap.c, fs/btrfs/extent_io.c.
 */
public final class PageCache {

    /** The block has no dirty page. */
    public static final long CLEAN = 0;

    /** One that makes pages dirty, and is told what becomes of them. */
    public interface Writer {

        /**
         * A page of this writer has got its place, by the write-back of another task, which
         * holds the page lock.
         *
         * @param inPlace whether it goes to the place that the file had, not to new space
         */
        void placed(boolean inPlace);
    }

    private final int blocks;

    /** [blocks], stamp of each dirty page, or CLEAN; null until there is one. */
    private long[] stamps;

    /** [blocks], who made each dirty page; null where it is clean or has no owner. */
    private Writer[] writers;

    /** Dirty pages; a count. Read without the lock, for an early answer only. */
    private volatile int dirty;

    /** Page locks; null until there is a page. */
    private volatile IoTree locks;

    PageCache(int blocks) {
        this.blocks = blocks;
    }

    /**
     * Makes pages dirty. The caller holds their page locks and the range lock.
     *
     * @param block first file block
     * @param count file blocks
     * @param stamp what the pages hold
     * @throws IllegalArgumentException if that is {@link #CLEAN}
     */
    public void put(int block, int count, long stamp) {
        put(block, count, stamp, null);
    }

    /**
     * Makes pages dirty. The caller holds their page locks and the range lock.
     *
     * @param block first file block
     * @param count file blocks
     * @param stamp what the pages hold
     * @param writer the task that is told their places; null if there is none
     * @throws IllegalArgumentException if the stamp is {@link #CLEAN}
     */
    public synchronized void put(int block, int count, long stamp, Writer writer) {
        if (stamp == CLEAN) {
            throw new IllegalArgumentException("stamp " + stamp + " is that of no page");
        }
        if (stamps == null) {
            stamps = new long[blocks];
            writers = new Writer[blocks];
        }
        for (int i = block; i < block + count; i++) {
            if (stamps[i] == CLEAN) {
                dirty++;
            }
            stamps[i] = stamp;
            writers[i] = writer;
        }
    }

    /**
     * Tells the writers of pages where these go. The caller holds their page locks, and takes them
     * out afterwards.
     *
     * @param block first file block
     * @param count file blocks, all dirty
     * @param inPlace whether they go to the place that the file had, not to new space
     * @param by who writes them back, and so need not be told
     */
    public synchronized void place(int block, int count, boolean inPlace, Writer by) {
        for (int i = block; i < block + count; i++) {
            if (writers[i] != null && writers[i] != by) {
                writers[i].placed(inPlace);
            }
        }
    }

    /**
     * Looks a page up.
     *
     * @param block file block
     * @return its stamp, or {@link #CLEAN}
     */
    public long get(int block) {
        if (dirty == 0) {
            return CLEAN;
        }
        synchronized (this) {
            return stamps[block];
        }
    }

    /**
     * Takes pages out. The caller holds their page locks.
     *
     * @param block first file block
     * @param count file blocks, all dirty
     * @return [count], what they held
     * @throws IllegalStateException if one of them is clean; nothing is changed
     */
    public synchronized long[] take(int block, int count) {
        if (dirtyRun(block, block + count) < count) {
            throw new IllegalStateException("not all of " + count + " blocks from block " + block
                    + " are dirty");
        }
        long[] taken = new long[count];
        for (int i = 0; i < count; i++) {
            taken[i] = stamps[block + i];
            stamps[block + i] = CLEAN;
            writers[block + i] = null;
        }
        dirty -= count;
        return taken;
    }

    /**
     * Finds the first dirty page of a range.
     *
     * @param block first file block
     * @param end file block after the last
     * @return file block of the page; end if there is none
     */
    public int nextDirty(int block, int end) {
        if (dirty == 0) {
            return end;
        }
        synchronized (this) {
            int next = block;
            while (next < end && stamps[next] == CLEAN) {
                next++;
            }
            return next;
        }
    }

    /**
     * Measures a run of dirty pages.
     *
     * @param block file block
     * @param end file block after the last that counts
     * @return pages from block on that are dirty without a gap, in [0, end - block]
     */
    public int dirtyRun(int block, int end) {
        if (dirty == 0) {
            return 0;
        }
        synchronized (this) {
            int next = block;
            while (next < end && stamps[next] != CLEAN) {
                next++;
            }
            return next - block;
        }
    }

    /**
     * The page locks. Taken before a range lock.
     *
     * @return a lock per block
     */
    public IoTree locks() {
        IoTree made = locks;
        if (made == null) {
            synchronized (this) {
                made = locks;
                if (made == null) {
                    made = new IoTree(blocks);
                    locks = made;
                }
            }
        }
        return made;
    }

    /**
     * For checks at rest.
     *
     * @return true if no page is locked
     */
    public boolean isUnlocked() {
        return locks == null || locks.isFree();
    }
}
