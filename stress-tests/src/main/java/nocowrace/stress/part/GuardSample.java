// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.part;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.Candidate;

/**
 * One sample of a guard alone: R1 and the first look of R4 against W4 and perhaps W6, with none of
 * the steps around them. Each method is called at most once.
 */
final class GuardSample {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final FileSystem fs;
    private final BlockGroup group;

    /** Stands for the queue of R4: set before the look, read by who owes a wake-up. */
    private volatile boolean enqueued;

    GuardSample(Function<BlockGroup, NocowGuard> guard) {
        fs = new FileSystem(new Protocol("sample", Protocol.HELD.columns(), guard), 1, 1);
        group = fs.blockGroup(0);
    }

    /** Takes turns. */
    static Candidate nextCandidate() {
        Candidate[] all = Candidate.values();
        return all[Math.floorMod(NEXT.getAndIncrement(), all.length)];
    }

    /** R1, then enqueue and look as R4 does. */
    String sealAndLook() {
        fs.info().space().incReadOnly(group);
        enqueued = true;
        return group.guard().isDrained() ? "drained" : "waits";
    }

    /** W4, and no W6. */
    String enter() {
        Ticket ticket = group.guard().enter(null);
        return ticket.isEntered() ? "inside" : "refused" + wake(ticket
                == Ticket.Word.REFUSED_BUT_SEEN);
    }

    /** W4; W6 if W4 let it in. */
    String enterAndLeave() {
        Ticket ticket = group.guard().enter(null);
        return "gone" + wake(ticket.isEntered() ? group.guard().leave(ticket)
                : ticket == Ticket.Word.REFUSED_BUT_SEEN);
    }

    private String wake(boolean owed) {
        return owed && enqueued ? ", woke" : "";
    }
}
