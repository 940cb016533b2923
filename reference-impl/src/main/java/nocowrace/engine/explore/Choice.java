// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.explore;

import nocowrace.engine.World;

/** What one step leaves open, decided beforehand; see {@link World#choose}. */
final class Choice {

    private final int chosen;
    private int ways = 1;
    private int times;

    /**
     * Decides.
     *
     * @param chosen which of the ways to take, from 0; the last one if there are fewer
     */
    Choice(int chosen) {
        this.chosen = chosen;
    }

    /** Lets a step be taken by this choice, which is not in force before and after it. */
    void during(World world, Runnable step) {
        world.decide(open -> {
            times++;
            ways = open;
            return Math.min(chosen, open - 1);
        });
        try {
            step.run();
        } finally {
            world.decide(null);
        }
    }

    /** How many ways the step had, a count; 1 if it left nothing open. */
    int ways() {
        return ways;
    }

    /** How often it left something open; a count. */
    int times() {
        return times;
    }
}
