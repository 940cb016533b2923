// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import nocowrace.model.task.Write.How;

/** The ids of outcomes: {@code <how>/<fate>}, such as NOCOW/LOST. */
public final class OutcomeId {

    /** [how][fate], so that a sample allocates no string. */
    private static final String[][] IDS = ids();

    private OutcomeId() {
    }

    private static String[][] ids() {
        String[][] ids = new String[How.values().length][Fate.values().length];
        for (How how : How.values()) {
            for (Fate fate : Fate.values()) {
                ids[how.ordinal()][fate.ordinal()] = how + "/" + fate;
            }
        }
        return ids;
    }

    /**
     * Names an outcome.
     *
     * @param how how the last piece was written
     * @param fate what became of it
     * @return the id
     */
    public static String of(How how, Fate fate) {
        return IDS[how.ordinal()][fate.ordinal()];
    }

    /**
     * Tells whether an outcome is forbidden, in whatever variant.
     *
     * @param id an outcome id, or anything else that a test has returned
     * @return false only for the ids that end well
     */
    public static boolean isForbidden(String id) {
        for (How how : How.values()) {
            if (of(how, Fate.KEPT).equals(id)) {
                return false;
            }
        }
        return true;
    }
}
