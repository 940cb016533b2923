// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

/**
 * Lets nocow writers into one block group and tells relocation when the last of them has left.
 *
 * <p>Guarantees:
 * <ul>
 *   <li>after {@link #close}, no {@link #enter} succeeds until {@link #reopen};
 *   <li>when {@link #isDrained} is true after close, every writer that was let in has left, and
 *       what it did before {@link #leave} happens-before what follows;
 *   <li>whoever makes it drained after close is told so, by a leave that returns true or by
 *       {@link Ticket.Word#REFUSED_BUT_SEEN}, and then wakes those who wait. So a waiter that
 *       enqueued before it looked sleeps no longer than that. Others may be told so too: a waiter
 *       looks again.
 * </ul>
 * Assumes: each successful enter is followed by exactly one leave with its ticket; close and reopen
 * take turns, under the group's lock. Progress: nothing here waits for anybody; the wait is made of
 * steps outside (R4), and it ends because a writer between enter and leave waits for nobody.
 */
public interface NocowGuard {

    /**
     * W4. Enters, or refuses because the group is read-only.
     *
     * @param last what this writer got the last time that it was let in, by any guard of the file
     *        system; null if it never was, or has forgotten
     * @return whether it was let in, and what is owed
     */
    Ticket enter(Ticket last);

    /**
     * W6. Leaves.
     *
     * @param ticket what the enter gave
     * @return true if somebody may be waiting for this: the caller then owes a wake-up of the
     *         group's {@link BlockGroup#nocowQueue}
     * @throws IllegalStateException if there was no such enter
     */
    boolean leave(Ticket ticket);

    /**
     * R1. Called when the group turns read-only, under the group's lock. A guard that looks at ro
     * itself has nothing to do.
     */
    default void close() {
    }

    /** The way back from R1. Called when the group turns writable again, under its lock. */
    default void reopen() {
    }

    /**
     * R4. Looks whether everybody has left.
     *
     * @return true if no writer is inside
     */
    boolean isDrained();
}
