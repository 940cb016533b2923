// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

/**
 * Lets nocow writers into one block group and tells relocation when the last of them has left.
 *
 * <p>Guarantees:
 * <ul>
 *   <li>after {@link #close}, no {@link #tryEnter} succeeds until {@link #reopen};
 *   <li>when {@link #isDrained} is true after close, every writer that was let in has left, and
 *   what
 *       it did before {@link #leave} happens-before what follows;
 *   <li>the leave that makes it drained returns true, and is followed by a wake-up of those who
 *       wait, so a waiter that enqueued before it looked sleeps no longer than that.
 * </ul>
 * Assumes: each successful enter is followed by exactly one leave. Progress: nothing here blocks;
 * the wait is made of steps outside (R4), and it ends because a writer between enter and leave
 * waits for nobody.
 */
public interface NocowGuard {

    /**
     * W4. Enters, or refuses because the group is read-only.
     *
     * @return true: the caller owes exactly one {@link #leave}; false: it owes nothing
     */
    boolean tryEnter();

    /**
     * W6. Leaves.
     *
     * @return true if nobody is inside any more: the caller then owes a wake-up of the group's
     *         {@link BlockGroup#nocowQueue}
     * @throws IllegalStateException if nobody was inside
     */
    boolean leave();

    /** R1. Called when the group turns read-only, under the group's lock. */
    void close();

    /** The way back from R1. Called when the group turns writable again, under its lock. */
    void reopen();

    /**
     * R4. Looks whether everybody has left.
     *
     * @return true if no writer is inside
     */
    boolean isDrained();
}
