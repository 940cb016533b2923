// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import nocowrace.harness.Load;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/** Runs a {@link Campaign} from its beginning, or on from where a killed run ended. */
final class CampaignRun {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Campaign campaign;
    private final Load load;
    /** The progress is told at least so often, and after the fork that runs then, ns. */
    private static final long SILENCE_NANOS = 3_000_000_000L;

    private final PrintStream progress;
    private final BooleanSupplier interrupted;

    private final Map<Campaign.Cell, List<BenchmarkResult>> forks = new LinkedHashMap<>();
    private final Map<Campaign.Cell, BenchmarkParams> params = new LinkedHashMap<>();
    private final Set<Object> done = new HashSet<>();
    private final Set<Campaign.Cell> failed = new HashSet<>();

    /**
     * For one run.
     *
     * @param load is asked to look at the machine between the forks
     * @param progress takes a line for each round
     * @param interrupted whether the run is to end
     */
    CampaignRun(Campaign campaign, Load load, PrintStream progress, BooleanSupplier interrupted) {
        this.campaign = campaign;
        this.load = load;
        this.progress = progress;
        this.interrupted = interrupted;
        campaign.cells().forEach(cell -> forks.put(cell, new ArrayList<>()));
    }

    /**
     * Runs what is missing. A row of which a fork fails is not run again; the others are.
     *
     * @param log has the forks of the run that was killed, if any, and takes the others
     * @throws RunnerException if the very first fork fails: so would all
     */
    Measured run(ForkLog log) throws RunnerException {
        for (ForkLog.Fork fork : log.forks()) {
            take(Campaign.Cell.of(fork.result().getParams()), fork.round(), fork.result());
        }
        if (!done.isEmpty()) {
            progress.println("Resumed: " + done.size() + " of " + campaign.forks()
                    + " forks were measured before.");
        }
        List<String> problems = new ArrayList<>();
        try {
            rounds(log);
            if (interrupted.getAsBoolean()) {
                problems.add("interrupted after " + Words.count(done.size(), "fork", "forks")
                        + " of " + campaign.forks());
            }
        } catch (IOException e) {
            problems.add(e.getMessage());
        }
        if (!failed.isEmpty()) {
            problems.add(Words.count(failed.size(), "row is", "rows are")
                    + " not complete: a fork failed");
        }
        return new Measured(campaign.cells().stream().filter(params::containsKey)
                .map(cell -> new RunResult(params.get(cell), forks.get(cell))).toList(), problems);
    }

    private void rounds(ForkLog log) throws RunnerException, IOException {
        long begun = System.nanoTime();
        long told = begun - SILENCE_NANOS;
        for (int round = 1; round <= campaign.rounds(); round++) {
            for (Campaign.Cell cell : campaign.order(round)) {
                if (interrupted.getAsBoolean()) {
                    return;
                }
                if (!failed.contains(cell) && !done.contains(List.of(round, cell))) {
                    fork(round, cell, log);
                    load.look();
                }
                if (System.nanoTime() - told >= SILENCE_NANOS) {
                    told = System.nanoTime();
                    progress.println(done.size() + " of " + campaign.forks() + " forks");
                }
            }
            told = System.nanoTime();
            progress.println(String.format(Locale.ROOT, "Round %d of %d: %d of %d forks, %d s",
                    round, campaign.rounds(), done.size(), campaign.forks(),
                    (System.nanoTime() - begun) / NANOS_PER_SECOND));
        }
    }

    private void fork(int round, Campaign.Cell cell, ForkLog log)
            throws RunnerException, IOException {
        try {
            BenchmarkResult result = new Runner(campaign.options(cell)).runSingle()
                    .getBenchmarkResults().iterator().next();
            log.fork(round, result);
            take(cell, round, result);
        } catch (RunnerException e) {
            if (interrupted.getAsBoolean()) {
                return; // its JVM was ended
            }
            if (params.isEmpty()) {
                throw e;
            }
            failed.add(cell);
            log.failure(round, cell.toString(), Forks.reason(e));
            progress.println("Fork failed: " + cell + ": " + Forks.reason(e));
        }
    }

    private void take(Campaign.Cell cell, int round, BenchmarkResult result) {
        if (forks.containsKey(cell) && done.add(List.of(round, cell))) {
            params.putIfAbsent(cell, result.getParams());
            forks.get(cell).add(result);
        }
    }
}
