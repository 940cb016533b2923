// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.List;
import java.util.Set;

/**
 * One sample of what is run, replayed or explored: some tasks before their first steps, what must
 * hold between any two of their steps, and how it ended. An explorer makes many of them, all alike.
 */
public interface Model {

    /**
     * Something that must hold between any two steps. Made for enums, which have the first two
     * methods already.
     */
    interface Claim {

        /**
         * Its name.
         *
         * @return a constant
         */
        String name();

        /**
         * Its place among the others.
         *
         * @return a number, from 0
         */
        int ordinal();

        /**
         * What is wrong where it does not hold.
         *
         * @return a few words
         */
        String violation();
    }

    /**
     * What the tasks share.
     *
     * @return a world of its own
     */
    World world();

    /**
     * The tasks, each before its first step, and always in the same order.
     *
     * @return the CPUs; everybody who is at work
     */
    List<Task> tasks();

    /**
     * How it ended: once no task can take a step.
     *
     * @return an outcome id, not null; that of a hang if some task has not ended
     */
    String outcome();

    /**
     * How it ended, if a step threw an exception, or if tasks run for ever.
     *
     * @param hung whether no end can be reached any more; else a step threw
     * @return an outcome id, not null
     */
    String outcomeWithoutEnd(boolean hung);

    /**
     * Checks what must hold, while no task takes a step.
     *
     * @return the claims that do not hold; empty if all do
     */
    default Set<? extends Claim> violated() {
        return Set.of();
    }

    /**
     * Tells whose work was lost or did damage, at the end.
     *
     * @return an index into the tasks; -1 if there is none
     */
    default int victim() {
        return -1;
    }
}
