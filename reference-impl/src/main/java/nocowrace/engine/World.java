// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.function.IntUnaryOperator;
import nocowrace.engine.wait.RunQueue;

/**
 * What the tasks of one sample share: the count of those that can still wake others, and the
 * choices that the code leaves open. One world for each sample; no part of the state.
 */
public final class World {

    private final transient RunQueue runQueue = new RunQueue();

    /** Decides what is left open; null where the code itself decides. */
    private transient IntUnaryOperator decider;

    /**
     * The tasks that can still wake others.
     *
     * @return the run queue of this world
     */
    public RunQueue runQueue() {
        return runQueue;
    }

    /**
     * Takes one of several ways that are all allowed, such as which free place to use. An explorer
     * tries each of them. A step may choose once.
     *
     * @param ways how many there are, a count, at least 1
     * @param usual which one to take where no explorer decides, in [0, ways)
     * @return which one to take, in [0, ways)
     * @throws IllegalArgumentException if a number is out of range
     * @throws IllegalStateException if what was decided is out of range
     */
    public int choose(int ways, int usual) {
        if (usual < 0 || usual >= ways) {
            throw new IllegalArgumentException("way " + usual + " of " + ways);
        }
        int chosen = decider == null ? usual : decider.applyAsInt(ways);
        if (chosen < 0 || chosen >= ways) {
            throw new IllegalStateException("way " + chosen + " of " + ways + " was decided on");
        }
        return chosen;
    }

    /**
     * Takes the open choices away from the code; for engines that run all tasks on one thread.
     *
     * @param newDecider is told how many ways there are, and returns one of them, from 0; null to
     *        let the code decide
     */
    public void decide(IntUnaryOperator newDecider) {
        decider = newDecider;
    }
}
