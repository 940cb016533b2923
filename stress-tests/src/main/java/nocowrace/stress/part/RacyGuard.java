// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import java.util.concurrent.atomic.AtomicInteger;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;

/**
 * A broken guard: tests ro without the group's lock and counts after it, so that R1 and R4 fit
 * between the two.
 */
final class RacyGuard implements NocowGuard {

    private final BlockGroup group;
    private final AtomicInteger writers = new AtomicInteger();

    RacyGuard(BlockGroup group) {
        this.group = group;
    }

    @Override
    public Ticket enter(Ticket last) {
        if (group.isReadOnly()) {
            return Ticket.Word.REFUSED;
        }
        writers.incrementAndGet();
        return Ticket.Word.COUNTED;
    }

    @Override
    public boolean leave(Ticket ticket) {
        return writers.decrementAndGet() == 0;
    }

    @Override
    public void close() {
    }

    @Override
    public void reopen() {
    }

    @Override
    public boolean isDrained() {
        return writers.get() == 0;
    }
}
