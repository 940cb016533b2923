// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

/**
 * What a nocow writer gets at W4, gives back at W6, and shows again when it next enters: a writer
 * that shows the slot that it had before finds it at once. It belongs to one writer, which stands
 * in at most one section at a time. A guard may have tickets of its own.
 */
public interface Ticket {

    /** Tickets that say all there is to say. */
    enum Word implements Ticket {
        /** Let in by a guard that only counts: the writer owes one leave. */
        COUNTED,
        /** Refused; nothing is owed. */
        REFUSED,
        /**
         * Refused, after having been seen inside for a moment. Whoever waits may have gone to sleep
         * over that, so a wake-up of {@link BlockGroup#nocowQueue} is owed.
         */
        REFUSED_BUT_SEEN
    }

    /**
     * Tells whether the writer was let in.
     *
     * @return true: it owes exactly one {@link NocowGuard#leave}
     */
    default boolean isEntered() {
        return this != Word.REFUSED && this != Word.REFUSED_BUT_SEEN;
    }
}
