// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space.candidate;

import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.Ticket;

/**
 * A guard without a count: each writer says in its own {@link WriterSlot} in which group it is, and
 * relocation reads all slots. Writers share no cache line that anybody writes.
 *
 * <p>In no kernel. Entering costs one full fence; leaving another one, or a plain store in
 * {@link #leaveUnfenced}, if relocation polls. Closing costs a look at every slot. Open to
 * subclasses, so that each part of it can be taken out and the damage seen.
 */
public class WriterSlots implements MarkedGuard {
    /*
     * Safe by Dekker's argument (store buffering). A writer announces, then reads closed; R1 sets
     * closed, then R4 reads the announcements; all four are volatile, so they stand in one order
     * that keeps both programs'. If R4's read misses the announcement, it comes before it, so the
     * setting of closed does too, so the writer reads true and backs out. Without a fence between
     * announcing and reading both can miss each other: that is the loss.
     *
     * A slot that R4 has not seen because the table grew meanwhile is such a miss: the growth is
     * the announcement, and R4 reads the table after closed was set.
     *
     * What a writer did is seen: R4 reads FREE, or a later group, from a slot after the writer's
     * store, which is volatile or a release.
     *
     * The wake-up is exact for the same reason as the entry: a writer frees its slot, then reads
     * closed. If it reads false, R4's look comes later and finds the slot free. If it reads true,
     * it wakes, and the queue shows whoever looked before. Let the read pass the store, as
     * leaveUnfenced does, and a writer can miss closed while R4 still sees it inside: R4 would
     * sleep for ever, hence the poll.
     */

    private final BlockGroup group;
    private final WriterSlot.Table table;
    private final long id;

    /** Set by R1, before R4 looks; read by writers after they have announced themselves. */
    private volatile boolean closed;

    /**
     * Makes a guard with nobody inside.
     *
     * @param group what it guards; the slots are those of its file system
     */
    public WriterSlots(BlockGroup group) {
        this.group = group;
        table = group.sharedByGuards(WriterSlot.Table.class, WriterSlot.Table::new);
        id = group.start();
    }

    @Override
    public Ticket enter(Ticket last) {
        if (closed) {
            return Ticket.Word.REFUSED; // spares R4 the sight of writers that come again and again
        }
        WriterSlot slot = announce(last);
        if (closed) {
            slot.free();
            return Ticket.Word.REFUSED_BUT_SEEN;
        }
        return slot;
    }

    /**
     * Says in a slot that its writer is in this group.
     *
     * @param last the slot that the writer had before, if it had one
     * @return the slot
     */
    protected final WriterSlot announce(Ticket last) {
        return last instanceof WriterSlot had && had.claim(id) ? had : table.claim(id);
    }

    /**
     * Writes into a slot, whatever stands there; for those who take {@link #announce} apart.
     *
     * @param slot one of this file system
     * @param taken whether its writer is in this group
     */
    protected final void set(WriterSlot slot, boolean taken) {
        slot.group = taken ? id : WriterSlot.FREE;
    }

    @Override
    public final boolean isClosed() {
        return closed;
    }

    @Override
    public boolean leave(Ticket ticket) {
        requireInside(ticket).free();
        return closed;
    }

    /**
     * Leaves like {@link #leave}, at less cost, and without a word to those who wait: they have to
     * look again and again.
     *
     * @param ticket what the enter gave
     * @throws IllegalStateException if there was no such enter
     */
    public void leaveUnfenced(Ticket ticket) {
        requireInside(ticket).freeUnfenced();
    }

    /**
     * How many slots the file system has, taken or free.
     *
     * @return a count
     */
    public int slots() {
        return table.size();
    }

    private WriterSlot requireInside(Ticket ticket) {
        if (ticket instanceof WriterSlot slot && slot.group == id) {
            return slot;
        }
        throw new IllegalStateException("leave without enter: " + ticket + " is not in " + group);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void reopen() {
        closed = false;
    }

    @Override
    public boolean isDrained() {
        return table.isEmptyFor(id);
    }

    @Override
    public String toString() {
        return isDrained() ? "no slot taken" : "a slot is taken";
    }
}
