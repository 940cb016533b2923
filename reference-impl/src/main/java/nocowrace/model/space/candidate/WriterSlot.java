// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space.candidate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import nocowrace.model.space.Ticket;

/**
 * Where one nocow writer says in which group it is, on a cache line of its own. It serves all
 * groups of the file system. A writer keeps it as its ticket and takes it again the next time;
 * nobody owns it in between, so a writer that ends leaves nothing behind.
 */
public final class WriterSlot extends WriterSlotBody implements Ticket {

    /** Unused: keeps what lies behind off the cache line and the one that is fetched with it. */
    transient long after1, after2, after3, after4, after5, after6, after7, after8;
    transient long after9, after10, after11, after12, after13, after14, after15, after16;

    private static final VarHandle GROUP;

    static {
        try {
            GROUP = MethodHandles.lookup().findVarHandle(WriterSlotBody.class, "group", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private WriterSlot() {
    }

    @Override
    public String toString() {
        return group == FREE ? "a free slot" : "the slot of a writer in block group " + group;
    }

    /**
     * Looks whether a writer is in some group.
     *
     * @return true if none is
     */
    public boolean isFree() {
        return group == FREE;
    }

    /** Takes this slot if it is free. */
    boolean claim(long id) {
        return GROUP.compareAndSet(this, FREE, id);
    }

    /** Frees this slot; ordered before whatever the writer reads next. */
    void free() {
        GROUP.setVolatile(this, FREE);
    }

    /** Frees this slot; what the writer reads next may be read before. */
    void freeUnfenced() {
        GROUP.setRelease(this, FREE);
    }

    /**
     * All slots of a file system. It only grows, to the greatest number of writers that were ever
     * inside at once, or a little more.
     */
    static final class Table {

        /** Up to this many slots every new writer gets one of its own; a count. */
        private static final int SPREAD = 16;

        /**
         * [n], replaced and never changed; written under this lock, read without. A slot is put in
         * here with its first writer's group already in it: for W4 that is the announcement.
         */
        private volatile WriterSlot[] slots = {};

        /** Where the next new writer begins to look; guarded by this. */
        private int next;

        /** Takes a free slot, or a new one. */
        synchronized WriterSlot claim(long id) {
            WriterSlot[] all = slots;
            for (int i = 0; all.length >= SPREAD && i < all.length; i++) {
                next = (next + 1) % all.length;
                if (all[next].claim(id)) {
                    return all[next];
                }
            }
            WriterSlot slot = new WriterSlot();
            slot.group = id;
            WriterSlot[] more = Arrays.copyOf(all, all.length + 1);
            more[all.length] = slot;
            slots = more;
            return slot;
        }

        /** How many slots there are, taken or free; a count. */
        int size() {
            return slots.length;
        }

        /** Whether no slot says that its writer is in a group. */
        boolean isEmptyFor(long id) {
            for (WriterSlot slot : slots) {
                if (slot.group == id) {
                    return false;
                }
            }
            return true;
        }
    }
}

/** What lies before: superclasses come first, so this keeps the line free from that side. */
abstract class WriterSlotHead {
    transient long before1, before2, before3, before4, before5, before6, before7, before8;
    transient long before9, before10, before11, before12, before13, before14, before15, before16;
}

/** The line itself. */
abstract class WriterSlotBody extends WriterSlotHead {

    static final long FREE = 0;

    /**
     * First address of the group in which the writer is, bytes; or FREE. Written by the writer.
     * Addresses of groups are never 0 and never given out again.
     */
    volatile long group;
}
