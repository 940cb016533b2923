// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The matrix: all ablations. */
public final class Ablations {

    private static final List<Ablation> ALL = Stream.of(CounterAblations.all(),
                    WaitAblations.all(), SpaceAblations.all())
            .flatMap(List::stream).sorted(Comparator.comparing(Ablation::id)).toList();

    private Ablations() {
    }

    /**
     * The matrix.
     *
     * @return all ablations, by id
     */
    public static List<Ablation> all() {
        return ALL;
    }

    /**
     * Finds an ablation.
     *
     * @param id as in the matrix
     * @return the ablation
     * @throws IllegalArgumentException if there is none
     */
    public static Ablation get(String id) {
        return ALL.stream().filter(ablation -> ablation.id().equals(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no ablation " + id));
    }
}
