// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.Arrays;
import java.util.List;
import nocowrace.model.task.Write.How;
import org.openjdk.jcstress.annotations.Outcome;

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
     * Says what an outcome means, as the one table does.
     *
     * @param id an outcome id
     * @return its description; empty if the table has no such row
     */
    public static String describe(String id) {
        return Arrays.stream(Outcomes.class.getAnnotationsByType(Outcome.class))
                .filter(row -> List.of(row.id()).contains(id)).map(Outcome::desc)
                .findFirst().orElse("");
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
