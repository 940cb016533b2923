// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;

/**
 * A broken guard for one writer: the order of
 * {@link nocowrace.model.space.candidate.WriterSlots}, without its fences. The writer's store may
 * pass its own look at closed, on the way in and on the way out.
 */
final class UnfencedSlot implements NocowGuard {

    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(UnfencedSlot.class, "taken",
                    boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private boolean taken;
    private volatile boolean closed;

    @Override
    public Ticket enter(Ticket last) {
        TAKEN.setRelease(this, true);
        if (!closed) {
            return Ticket.Word.COUNTED;
        }
        TAKEN.setRelease(this, false);
        return Ticket.Word.REFUSED_BUT_SEEN;
    }

    @Override
    public boolean leave(Ticket ticket) {
        TAKEN.setRelease(this, false);
        return closed;
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
        return !(boolean) TAKEN.getVolatile(this);
    }
}
