// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import nocowrace.harness.Environment;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.scenario.Scenario;

/** Made-up results, one for each kind of page that a run can end with. */
enum PageExamples {
    /** Every cell is as expected. */
    PASS(PageExamples::pass),
    /** A violation, a hang, failed forks, weak cells, and hostile text in all messages. */
    TROUBLES(PageExamples::troubles),
    /** Stopped before all cells had a fork. */
    INTERRUPTED(PageExamples::interrupted),
    /** The results of three machines. */
    MERGED(() -> machines(3, "a long name of a machine ".repeat(12))),
    /** The results of hundreds of machines, whose names have no place to break. */
    CROWDED(() -> machines(300, "x".repeat(700))),
    /** One cell, with --only. */
    ONE_CELL(() -> only("direct-nodatacow/after-fix"));

    /** Markup of HTML and of Markdown, control characters, and no place to break. */
    static final String HOSTILE = "</pre></td><script>alert(1)</script> | `b` [c](d) <!-- "
            + "\u001b[1m\u0000\u202E{{title}} ]]> &amp;\n# not a head\n\n| x |\n"
            + "at " + "nocowrace.model.".repeat(40);

    private final java.util.function.Supplier<Results> results;

    PageExamples(java.util.function.Supplier<Results> results) {
        this.results = results;
    }

    Results results() {
        return results.get();
    }

    private static Map<String, Long> outcomes(String test) {
        boolean cow = test.contains("Cow");
        boolean broken = !test.endsWith("AfterFix") && !(cow ? test.endsWith("BeforeFix")
                || test.contains("Buffered") && !test.endsWith("Uncounted")
                : test.contains("Buffered") && test.endsWith("V4_6"));
        if (cow) {
            return broken ? Map.of("COW/LOST", 301L, "COW/KEPT", 187_181L, "COW/ERROR", 7L)
                    : Map.of("COW/KEPT", 1_306_068L);
        }
        return broken ? Map.of("NOCOW/LOST", 822L, "NOCOW/KEPT", 230_189L, "COW/KEPT", 4_000L)
                : Map.of("NOCOW/KEPT", 499_268L, "COW/KEPT", 30_000L);
    }

    private static Fork fork(String test) {
        return MadeUp.ok(outcomes(test));
    }

    private static Comparison run(Predicate<String> chosen, Function<String, Fork> forks) {
        Comparison comparison = new Comparison(Scenario.TABLE, chosen);
        MadeUp.run(comparison, Duration.ZERO, forks);
        return comparison;
    }

    private static Results of(Comparison comparison, String trouble, String... warnings) {
        return new Results(comparison, List.of(MadeUp.run("id", Environment.here(), comparison,
                comparison)), trouble, List.of(warnings));
    }

    private static Results pass() {
        return of(run(name -> true, PageExamples::fork), null);
    }

    static Results only(String cell) {
        return of(run(cell::equals, PageExamples::fork), null);
    }

    private static Results troubles() {
        return of(run(name -> true, test -> {
            if (test.endsWith("DirectPrealloc.AfterFix")) {
                return new Fork(Fork.Status.HUNG, Map.of(), 1, HOSTILE, "tiered", HOSTILE);
            }
            if (test.endsWith("DirectCow.BeforeFix")) {
                return new Fork(Fork.Status.FAILED, Map.of(), 1, HOSTILE);
            }
            if (test.endsWith("BufferedNodatacow.AfterFix")) {
                return MadeUp.ok(Map.of("NOCOW/LOST", 3L, "NOCOW/KEPT", 123_456_789_012L));
            }
            if (test.endsWith("BufferedPrealloc.AfterFix")) {
                return MadeUp.ok(Map.of("NOCOW/KEPT", 100L), HOSTILE);
            }
            return test.endsWith("DirectNodatacow.V4_6") ? MadeUp.ok(Map.of("NOCOW/KEPT", 1000L))
                    : fork(test);
        }), null, "other programs used 1.7 of the machine's 2 CPUs", HOSTILE);
    }

    private static Results interrupted() {
        Comparison comparison = new Comparison(Scenario.TABLE, name -> true);
        comparison.cells().stream().limit(7).forEach(cell -> cell.add(
                fork(cell.test().name()), Environment.here()));
        return of(comparison, "stopped before its time; /a/folder/forks.jsonl has what was "
                + "measured");
    }

    private static Results machines(int count, String cpu) {
        Comparison comparison = run(name -> true, PageExamples::fork);
        List<Run> runs = new ArrayList<>(List.of(MadeUp.run("id", Environment.here(), comparison,
                comparison)));
        IntStream.range(1, count).mapToObj(i -> new Environment("Linux 6." + i, "amd64", cpu, 2,
                "Temurin 17")).forEach(machine -> {
                    comparison.all().stream().sorted(Comparator.comparing(CellRun::name))
                            .forEach(cell -> cell.add(fork(cell.test().name()), machine));
                    runs.add(MadeUp.run(machine.os(), machine, comparison, comparison));
                });
        return new Results(comparison, runs);
    }
}
