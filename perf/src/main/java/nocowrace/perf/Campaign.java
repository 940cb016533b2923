// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The whole report in one run. JMH runs the forks of a row one after the other, so that a minute of
 * noise spoils a row; here each round runs one fork of every row, every other round backwards, and
 * the i-th forks are compared. Where two threads meet on one word, a fork finds one of several
 * rhythms and keeps it; those rows that a target speaks of have rounds of their own at the end.
 */
final class Campaign {

    private static final String[] COLLECTORS = {"-XX:+UseParallelGC", "-XX:+UseG1GC"};

    /** After this the threads of an iteration are interrupted, s. */
    private static final int ITERATION_TIMEOUT = 60;

    /** Rounds of the contended rows after all others, for each round that all had. */
    private static final int MORE_ROUNDS = 3;

    /** A row: one fork of it takes about a second. */
    record Cell(String benchmark, String method, int threads, String collector,
            Map<String, String> params) {

        /** The row that a fork was of. */
        static Cell of(BenchmarkParams run) {
            String[] name = run.getBenchmark().split("\\.");
            Map<String, String> params = new TreeMap<>();
            run.getParamsKeys().forEach(key -> params.put(key, run.getParam(key)));
            String collector = run.getJvmArgs().stream()
                    .filter(List.of(COLLECTORS)::contains).reduce((first, last) -> last).orElse("");
            return new Cell(name[name.length - 2], name[name.length - 1], run.getThreads(),
                    collector, params);
        }

        /** Whether its target depends on how two threads meet. */
        boolean isContended() {
            return threads == 2 && method.equals("guard") && CONTENDED.contains(params);
        }

        @Override
        public String toString() {
            return benchmark + "." + method + " " + new TreeMap<>(params) + ", "
                    + Words.count(threads, "thread", "threads") + ", " + collector;
        }
    }

    /** The guards that targets speak of. */
    private static final List<Guard> TARGETED = List.of(Guard.KERNEL, Guard.WORD,
            Guard.SLOTS_POLLED);

    private static final List<Map<String, String>> CONTENDED = TARGETED.stream()
            .map(guard -> params(guard, Guard_01_EnterLeave.Groups.SAME)).toList();

    private final List<Cell> cells = new ArrayList<>();
    private final int rounds;
    private final int warmups;
    private final int iterations;
    private final int iterationMillis;

    /** An empty one; each round runs one fork of each row. */
    Campaign(int rounds, int warmups, int iterations, int iterationMillis) {
        this.rounds = rounds;
        this.warmups = warmups;
        this.iterations = iterations;
        this.iterationMillis = iterationMillis;
    }

    /**
     * A campaign by its name in results files.
     *
     * @param name "whole" or "quick"
     */
    static Campaign named(String name) {
        return name.equals("quick") ? quick() : whole();
    }

    /** What the targets need, with one collector; some two and a half minutes. */
    static Campaign quick() {
        Campaign campaign = new Campaign(3, 3, 5, 50);
        campaign.guards(COLLECTORS[0], Guard.of(Guard.Kind.FLOOR, Guard.Kind.OURS));
        campaign.writes("direct", List.of("100"), List.of("0", "4096"));
        campaign.drains(TARGETED, List.of("1"));
        return campaign;
    }

    /** Everything; some seventeen minutes. */
    static Campaign whole() {
        Campaign campaign = new Campaign(5, 3, 5, 100);
        for (String collector : COLLECTORS) {
            campaign.guards(collector, Guard.portable());
        }
        campaign.writes("direct", List.of("1", "100", "10000"), List.of("0"));
        campaign.writes("direct", List.of("100"), List.of("4096"));
        campaign.writes("buffered", List.of("100"), List.of("0", "4096"));
        campaign.drains(Guard.drained(), List.of("1", "8"));
        for (String protocol : Protocols.NAMES) {
            campaign.add(Relocation_02_AgainstWriters.class.getSimpleName(), "both", 2,
                    Map.of("protocol", protocol));
        }
        for (String files : List.of("1", "100", "10000")) {
            for (String method : List.of("beforeFix", "afterFix")) {
                campaign.add(Write_01_HowManyFiles.class.getSimpleName(), method, 1,
                        Map.of("files", files));
            }
        }
        campaign.add(Steps_01_WhatTheyCost.class.getSimpleName(), "straight", 1, Map.of());
        campaign.add(Steps_01_WhatTheyCost.class.getSimpleName(), "steps", 1, Map.of());
        return campaign;
    }

    /** Adds a row. */
    void add(String benchmark, String method, int threads, Map<String, String> params) {
        cells.add(new Cell(benchmark, method, threads, COLLECTORS[0], params));
    }

    private void guards(String collector, List<Guard> guards) {
        String benchmark = Guard_01_EnterLeave.class.getSimpleName();
        for (int threads = 1; threads <= 2; threads++) {
            for (String limit : List.of("floor", "lookAtFlag", "storeLoad", "swapLoad",
                    "addPair")) {
                cells.add(new Cell(benchmark, limit, threads, collector, Map.of()));
            }
            for (Guard_01_EnterLeave.Groups groups : Guard_01_EnterLeave.Groups.values()) {
                if (threads == 1 && groups == Guard_01_EnterLeave.Groups.OWN) {
                    continue;
                }
                for (Guard guard : guards) {
                    cells.add(new Cell(benchmark, "guard", threads, collector,
                            params(guard, groups)));
                }
                for (String form : List.of("form2016", "form2022")) {
                    cells.add(new Cell(benchmark, form, threads, collector,
                            params(Guard.KERNEL, groups)));
                }
            }
        }
    }

    private static Map<String, String> params(Guard guard, Guard_01_EnterLeave.Groups groups) {
        return Map.of("guard", guard.name(), "groups", groups.name());
    }

    private void writes(String method, List<String> groups, List<String> copies) {
        for (String count : groups) {
            for (String copy : copies) {
                for (String protocol : Protocols.NAMES) {
                    add(Write_02_WhatTheFixCosts.class.getSimpleName(), method, 1, Map.of(
                            "protocol", protocol, "groups", count, "copyBytes", copy));
                }
            }
        }
    }

    private void drains(List<Guard> guards, List<String> writers) {
        String benchmark = Drain_01_HowLong.class.getSimpleName();
        for (Guard guard : guards) {
            add(benchmark, "guardAlone", 1, Map.of("guard", guard.name(), "writers", "0"));
            for (String count : writers) {
                add(benchmark, "whole", 1, Map.of("guard", guard.name(), "writers", count));
            }
        }
    }

    /** How many rounds there are; a count. */
    int rounds() {
        return rounds * (1 + MORE_ROUNDS);
    }

    /** The rows of a round, in [1, rounds()], one fork of each. */
    List<Cell> order(int round) {
        List<Cell> order = new ArrayList<>(cells);
        if (round > rounds) {
            order.removeIf(cell -> !cell.isContended());
        }
        if (round % 2 == 0) {
            Collections.reverse(order);
        }
        return order;
    }

    /** How many forks there are in all rounds; a count. */
    int forks() {
        return IntStream.rangeClosed(1, rounds()).map(round -> order(round).size()).sum();
    }

    /** The rows, in the order of the report. */
    List<Cell> cells() {
        return List.copyOf(cells);
    }

    /** Options of JMH for one fork of a row. */
    Options options(Cell cell) {
        TimeValue time = TimeValue.milliseconds(iterationMillis);
        List<String> jvmArgs = new ArrayList<>(List.of(cell.collector(), "-Xms512m", "-Xmx512m"));
        jvmArgs.addAll(Forks.quiet(Runtime.version().feature()));
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + cell.benchmark() + "\\." + cell.method() + "$")
                .threads(cell.threads())
                .forks(1).warmupForks(0)
                .warmupIterations(warmups).warmupTime(time)
                .measurementIterations(iterations).measurementTime(time)
                .jvmArgsAppend(jvmArgs.toArray(String[]::new))
                .addProfiler(GCProfiler.class)
                .timeout(TimeValue.seconds(ITERATION_TIMEOUT))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        cell.params().forEach((key, value) -> options.param(key, value));
        return options.build();
    }
}
