// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import nocowrace.engine.ablate.Ablation.Verdict;
import nocowrace.engine.ablate.Ablation;
import nocowrace.engine.explore.Explorer;
import nocowrace.model.Protocol;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.scenario.OutcomeId;
import nocowrace.stress.scenario.Race;

/** One ablation, in every order of its steps and on real CPUs. */
public final class AblatedCell {

    private final Ablation<Protocol, Race> ablation;

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
    public AblatedCell(Ablation<Protocol, Race> ablation) {
        this.ablation = ablation;
    }

    /** What is changed, and which outcome is expected. */
    public Ablation<Protocol, Race> ablation() {
        return ablation;
    }

    /**
     * Takes the steps in every order, in each of its races.
     *
     * @param maxStates bound on distinct states for each race; a count
     */
    public void explore(int maxStates) {
        results = ablation.explore(maxStates);
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
            BiFunction<Ablation<Protocol, Race>, Integer, Fork> fork) {
        long end = System.nanoTime() + budget.toNanos();
        do {
            Fork result = fork.apply(ablation, forks % ablation.models().size());
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
        Verdict verdict = ablation.verdict(explored(), complete, OutcomeId::isForbidden);
        if (bad == 0) {
            return verdict;
        }
        return ablation.isEquivalent() || isExplored() && verdict != Verdict.KILLED
                ? Verdict.WRONG : Verdict.KILLED;
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
