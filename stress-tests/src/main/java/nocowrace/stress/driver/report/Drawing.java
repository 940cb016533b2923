// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import nocowrace.engine.ablate.Ablation;
import nocowrace.engine.diagram.Diagram;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.Protocol;
import nocowrace.model.task.Write;
import nocowrace.stress.driver.verdict.AblatedCell;
import nocowrace.stress.driver.verdict.ExploredCell;
import nocowrace.stress.scenario.OutcomeId;
import nocowrace.stress.scenario.Race;

/** Draws orders of a race. */
public final class Drawing {

    /** What is said of bytes that go where nobody will read them, or where they do damage. */
    private static final Map<String, String> MARKS = Map.of("LOST", " <== lost",
            "CORRUPT", " <== over the bytes of another file");

    private static final Diagram.Words WORDS = new Diagram.Words() {
        @Override
        public String describe(String outcome) {
            return OutcomeId.describe(outcome);
        }

        @Override
        public String mark(String outcome, String note) {
            return note.equals(Write.LANDED)
                    ? MARKS.getOrDefault(outcome.substring(outcome.indexOf('/') + 1), "") : "";
        }
    };

    private Drawing() {
    }

    private static Diagram of(Race race, List<Explorer.Move> order, String outcome) {
        return Diagram.of(race, order, outcome, WORDS);
    }

    /**
     * Draws the shortest order that ends in an outcome.
     *
     * @param cell a cell that is explored
     * @param outcome the id of one that was reached
     * @return the drawing
     */
    public static Diagram of(ExploredCell cell, String outcome) {
        return of(cell.scenario().start(cell.protocol()), cell.result().outcomes().get(outcome),
                outcome);
    }

    /**
     * Draws the shortest order in which an ablation ends as expected.
     *
     * @param cell the ablation
     * @return the drawing; empty if there is no such order or the cell is not explored
     */
    public static Optional<Diagram> of(AblatedCell cell) {
        Ablation<Protocol, Race> ablation = cell.ablation();
        for (int i = 0; i < cell.results().size(); i++) {
            Explorer.Result result = cell.results().get(i);
            for (String outcome : result.outcomes().keySet()) {
                if (ablation.isExpected(outcome)) {
                    return Optional.of(of(ablation.models().get(i).apply(ablation.protocol()),
                            result.outcomes().get(outcome), outcome));
                }
            }
        }
        return Optional.empty();
    }
}
