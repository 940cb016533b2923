// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.Protocol;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Race;
import nocowrace.stress.ablation.Ablation;
import nocowrace.stress.driver.fork.Fork;

/** One ablation, in every order of its steps and on real CPUs. */
public final class AblatedCell {

    /** What the engines say of an ablation. */
    public enum Verdict {
        /** It fails as expected. */
        KILLED,
        /** It cannot fail, as expected. */
        EQUIVALENT,
        /** It should fail and cannot: the race, the model or the matrix is wrong. */
        SURVIVED,
        /** It fails otherwise than expected. */
        WRONG;

        @JsonValue
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Ablation ablation;

    /** [race]; empty until all have been explored. */
    private volatile List<Explorer.Result> results = List.of();
    private long samples;
    private long bad;
    private int forks;
    private final List<String> troubles = new ArrayList<>();

    /**
     * Creates a cell that no engine has looked at.
     *
     * @param ablation what is changed, and which outcome is expected
     */
    public AblatedCell(Ablation ablation) {
        this.ablation = ablation;
    }

    /** What is changed, and which outcome is expected. */
    public Ablation ablation() {
        return ablation;
    }

    /**
     * Takes the steps in every order, in each of its races.
     *
     * @param maxStates bound on distinct states for each race; a count
     */
    public void explore(int maxStates) {
        List<Explorer.Result> all = new ArrayList<>();
        for (Function<Protocol, Race> race : ablation.races()) {
            all.add(Explorer.explore(() -> race.apply(ablation.protocol()), maxStates));
        }
        results = all;
    }

    /**
     * Runs forks, one race after the other, until it fails or the time is over; at least one. The
     * fork that ends when it is stopped does not count.
     *
     * @param budget for the forks
     * @param stopped whether to end now
     * @param fork runs one in a race of that index
     */
    public void stress(Duration budget, BooleanSupplier stopped,
            BiFunction<Ablation, Integer, Fork> fork) {
        long end = System.nanoTime() + budget.toNanos();
        do {
            Fork result = fork.apply(ablation, forks % ablation.races().size());
            if (stopped.getAsBoolean()) {
                return;
            }
            forks++;
            result.outcomes().forEach((id, count) -> {
                samples += count;
                bad += OutcomeId.isForbidden(id) ? count : 0;
            });
            if (result.status() != Fork.Status.OK) {
                troubles.add(result.status() + ", " + result.message());
            }
        } while (bad == 0 && System.nanoTime() - end < 0);
    }

    /** Whether at least one fork has ended. */
    public boolean isStressed() {
        return forks > 0;
    }

    /** Samples of all forks; a count. */
    public long samples() {
        return samples;
    }

    /** Forbidden outcomes among them; a count. */
    public long bad() {
        return bad;
    }

    /** Forks that failed or hung, in words. */
    public List<String> troubles() {
        return troubles;
    }

    /** Every outcome that can be reached. */
    public SortedSet<String> explored() {
        SortedSet<String> ids = new TreeSet<>();
        results.forEach(result -> ids.addAll(result.outcomes().keySet()));
        return ids;
    }

    /** Whether {@link #explore} has ended. */
    public boolean isExplored() {
        return !results.isEmpty();
    }

    /** What was found in each of the ablation's races, in their order; empty if not explored. */
    public List<Explorer.Result> results() {
        return results;
    }

    /**
     * Exploration is the judge; of what was only stressed, a failure that was not seen says
     * nothing: see {@link #isAsExpected}.
     */
    public Verdict verdict() {
        boolean complete = results.stream().allMatch(Explorer.Result::complete);
        boolean fails = bad > 0 || explored().stream().anyMatch(OutcomeId::isForbidden);
        if (ablation.expected() == Ablation.Expected.EQUIVALENT) {
            return fails ? Verdict.WRONG : complete ? Verdict.EQUIVALENT : Verdict.SURVIVED;
        }
        if (!fails) {
            return Verdict.SURVIVED;
        }
        return !isExplored() || explored().stream().anyMatch(ablation::isExpected)
                ? Verdict.KILLED : Verdict.WRONG;
    }

    /** Whether it is as the matrix says, or at least not shown to be otherwise. */
    public boolean isAsExpected() {
        return verdict() == Verdict.KILLED || verdict() == Verdict.EQUIVALENT
                || !isExplored() && verdict() == Verdict.SURVIVED;
    }

    /** The verdict for a reader: what was only stressed and not seen to fail is not judged. */
    public String words() {
        return isExplored() || bad > 0 ? verdict().toString() : "not seen";
    }
}
