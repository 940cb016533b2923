// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
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

        /** Whether its target depends on how two threads meet. */
        boolean isContended() {
            return threads == 2 && method.equals("guard") && CONTENDED.contains(params);
        }
    }

    private static final List<Map<String, String>> CONTENDED = Stream.of(Guard.KERNEL, Guard.WORD,
            Guard.SLOTS_POLLED).map(guard -> params(guard, Guard_01_EnterLeave.Groups.SAME))
            .toList();

    private final List<Cell> cells = new ArrayList<>();
    private final int rounds;
    private final int warmups;
    private final int iterations;
    private final int iterationMillis;

    private final List<Cell> lost = new ArrayList<>();

    /** An empty one; each round runs one fork of each row. */
    Campaign(int rounds, int warmups, int iterations, int iterationMillis) {
        this.rounds = rounds;
        this.warmups = warmups;
        this.iterations = iterations;
        this.iterationMillis = iterationMillis;
    }

    /** What the targets need, with one collector; some two and a half minutes. */
    static Campaign quick() {
        Campaign campaign = new Campaign(3, 3, 5, 50);
        campaign.guards(COLLECTORS[0], List.of(Guard.NONE, Guard.KERNEL, Guard.MONITOR, Guard.WORD,
                Guard.SLOTS, Guard.SLOTS_POLLED));
        campaign.writes("direct", List.of("100"), List.of("0", "4096"));
        campaign.drains(List.of(Guard.KERNEL, Guard.WORD, Guard.SLOTS_POLLED), List.of("1"));
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
        campaign.drains(List.of(Guard.KERNEL, Guard.MONITOR, Guard.WORD, Guard.SLOTS,
                Guard.SLOTS_POLLED), List.of("1", "8"));
        for (String protocol : Protocols.NAMES) {
            campaign.add("Relocation_02_AgainstWriters", "both", 2, Map.of("protocol", protocol));
        }
        for (String files : List.of("1", "100", "10000")) {
            campaign.add("Write_01_HowManyFiles", "beforeFix", 1, Map.of("files", files));
            campaign.add("Write_01_HowManyFiles", "afterFix", 1, Map.of("files", files));
        }
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

    /** Rows of which a fork failed; for those who have run it. */
    List<Cell> lost() {
        return lost;
    }

    /**
     * Runs it. A row of which a fork fails is not run again; the others are.
     *
     * @param noise is asked about the machine between the forks
     * @param progress a line now and then
     * @throws RunnerException if the very first fork fails: so would all
     */
    Collection<RunResult> run(Noise noise, PrintStream progress) throws RunnerException {
        Map<Cell, List<BenchmarkResult>> forks = new LinkedHashMap<>();
        Map<Cell, BenchmarkParams> params = new LinkedHashMap<>();
        cells.forEach(cell -> forks.put(cell, new ArrayList<>()));
        long begun = System.nanoTime();
        for (int round = 1; round <= rounds(); round++) {
            List<Cell> order = order(round);
            order.removeAll(lost);
            for (Cell cell : order) {
                try {
                    RunResult result = fork(cell);
                    params.putIfAbsent(cell, result.getParams());
                    forks.get(cell).addAll(result.getBenchmarkResults());
                } catch (RunnerException e) {
                    if (params.isEmpty()) {
                        throw e;
                    }
                    lost.add(cell);
                    progress.println("lost: " + cell + ": " + reason(e));
                }
                noise.look();
            }
            progress.printf("round %d of %d, %d rows, %d s%n", round, rounds(), order.size(),
                    (System.nanoTime() - begun) / 1_000_000_000);
        }
        return cells.stream().filter(params::containsKey)
                .map(cell -> new RunResult(params.get(cell), forks.get(cell))).toList();
    }

    /** What went wrong in the fork, in a line; JMH hangs it on the exception's cause. */
    private static String reason(RunnerException e) {
        Throwable reason = e.getCause() == null ? e : e.getCause();
        if (reason.getSuppressed().length > 0) {
            reason = reason.getSuppressed()[0];
        }
        return reason.toString().lines().findFirst().orElse("?");
    }

    /** From JDK 24 on JMH 1.37 is warned of what it does; the warnings would drown the progress. */
    private static String[] jvmArgs(String collector) {
        List<String> args = new ArrayList<>(List.of(collector, "-Xms512m", "-Xmx512m"));
        if (Runtime.version().feature() >= 24) {
            args.add("--sun-misc-unsafe-memory-access=allow");
        }
        return args.toArray(String[]::new);
    }

    private RunResult fork(Cell cell) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(iterationMillis);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("\\." + cell.benchmark() + "\\." + cell.method() + "$")
                .threads(cell.threads())
                .forks(1).warmupForks(0)
                .warmupIterations(warmups).warmupTime(time)
                .measurementIterations(iterations).measurementTime(time)
                .jvmArgsAppend(jvmArgs(cell.collector()))
                .addProfiler(GCProfiler.class)
                .timeout(TimeValue.seconds(ITERATION_TIMEOUT))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        cell.params().forEach((key, value) -> options.param(key, value));
        return new Runner(options.build()).runSingle();
    }
}
