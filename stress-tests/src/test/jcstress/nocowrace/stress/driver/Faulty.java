// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import nocowrace.harness.Build;
import nocowrace.harness.Environment;
import nocowrace.stress.driver.fork.Configuration;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.ForkLog;
import nocowrace.stress.driver.fork.Forks;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.report.CompareTable;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.scenario.Scenario;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** Stress tests that do everything wrong, in the place of cells; compiled by FaultyIT. */
public final class Faulty {

    private Faulty() {
    }

    /** Each actor waits for a lock that the other will not give back. */
    @JCStressTest
    @Outcome(expect = Expect.FORBIDDEN, desc = "any")
    @State
    public static class Deadlocks {
        private final Object one = new Object();
        private final Object another = new Object();
        private volatile int inside;

        @Actor
        public void cpu1(L_Result r) {
            both(one, another, r);
        }

        @Actor
        public void cpu2(L_Result r) {
            both(another, one, r);
        }

        private void both(Object first, Object second, L_Result r) {
            synchronized (first) {
                inside++;
                while (inside < 2) {
                    Thread.onSpinWait();
                }
                synchronized (second) {
                    r.r1 = "NOCOW/KEPT";
                }
            }
        }
    }

    /** An actor throws. */
    @JCStressTest
    @Outcome(expect = Expect.FORBIDDEN, desc = "any")
    @State
    public static class Throws {
        @Actor
        public void cpu1(L_Result r) {
            throw new IllegalStateException("on purpose");
        }

        @Actor
        public void cpu2(L_Result r) {
            r.r1 = "NOCOW/KEPT";
        }
    }

    /** Its class cannot be initialised; JCStress itself takes that for a pass. */
    @JCStressTest
    @Outcome(expect = Expect.FORBIDDEN, desc = "any")
    @State
    public static class NeverStarts {
        private static final int BROKEN = Integer.parseInt("never");

        @Actor
        public void cpu1(L_Result r) {
            r.r1 = "NOCOW/KEPT" + BROKEN;
        }

        @Actor
        public void cpu2() {
        }
    }

    private static final Map<String, String> IN_PLACE_OF = Map.of(
            "nocowrace.stress.scenario.DirectNodatacow.V4_6", Throws.class.getCanonicalName(),
            "nocowrace.stress.scenario.DirectNodatacow.BeforeFix", NeverStarts.class.getCanonicalName(),
            "nocowrace.stress.scenario.DirectNodatacow.AfterFix", Deadlocks.class.getCanonicalName());

    /**
     * Runs each once; or a command of this program, which then takes itself for the same build.
     *
     * @param args a results file to write, and the watchdog's time, s; or the command
     */
    public static void main(String[] args) throws Exception {
        if (args[0].equals("report")) {
            Main.main(args);
        }
        Comparison comparison = new Comparison(Scenario.TABLE,
                name -> name.startsWith("direct-nodatacow/"));
        Run run = new Run(Run.FORMAT, Run.VERSION, Build.current().program(), "faulty",
                "2026-01-01T00:00:00Z", Environment.here(),
                new Run.Choice(null, 1, "1/1", false, 1, false), names(comparison),
                names(comparison), List.of());
        Forks forks = Forks.prepare(Configuration.SPREAD, true, false,
                Duration.ofSeconds(Integer.parseInt(args[1])));
        try (ForkLog log = ForkLog.create(Path.of(args[0]), run)) {
            comparison.run(new Comparison.Plan(Duration.ofNanos(1), 1, 1),
                    (test, turn) -> forks.run(IN_PLACE_OF.get(test.name()), List.of(), turn),
                    new Comparison.Listener() {
                        @Override
                        public void before(CellRun cell, Duration left) {
                        }

                        @Override
                        public void after(CellRun cell, Fork fork) throws IOException {
                            log.append(cell.name(), fork);
                        }

                        @Override
                        public boolean isStopped() {
                            return false;
                        }
                    });
            log.end(new Run.End(null, List.of()));
        }
        System.out.print(CompareTable.render(new Results(comparison, List.of(run)), false));
        System.exit(comparison.exitCode());
    }

    private static List<String> names(Comparison comparison) {
        return comparison.cells().stream().map(CellRun::name).toList();
    }
}
