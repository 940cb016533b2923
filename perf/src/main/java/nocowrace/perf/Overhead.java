// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.model.space.candidate.Candidate;

/**
 * The rows of one run against each other. Only rows of the same class, threads and collector are
 * compared.
 *
 * @param lines in the order of the run
 * @param claims what the run was to show, and whether it does
 * @param noisy sets of rows that the machine was too noisy to rank, in words
 */
record Overhead(List<Line> lines, List<Claim> claims, List<String> noisy) {

    /**
     * Forks of a reference further apart than this say that the machine was busy elsewhere, unless
     * there are so many that their mean is known better.
     */
    private static final double MAX_SPREAD = 0.3;

    /** The same where two threads meet: how they meet differs from fork to fork anyway. */
    private static final double MAX_SPREAD_CONTENDED = 1.0;

    /** What a fork's other threads allocate shows too; an object has 16. */
    private static final double MAX_BYTES = 0.1;

    /**
     * A row and what it costs.
     *
     * @param row what was measured
     * @param againstNone against no guard; null if that was not measured
     * @param againstKernel against the form nearest to the kernel; null if that was not measured
     * @param againstLimit against a store that comes before a load, in the cheapest way that was
     *        measured; null if none was
     */
    record Line(Row row, Ratio againstNone, Ratio againstKernel, Ratio againstLimit) {
    }

    /**
     * Something that the run was to show.
     *
     * @param what in short, as it always was called in results files
     * @param sentence the same for a reader who does not know the guards
     * @param bound greatest value that keeps it; null where it is only asked whether two rows can
     *        be told apart
     * @param measured what came out
     * @param verdict "met", "not met", "open" where the interval holds the bound or is none;
     *        "dearer", "cheaper", "not told apart"
     */
    record Claim(String what, String sentence, Double bound, Ratio measured, String verdict) {

        /** None if its rows were not run. */
        private static Stream<Claim> atMost(double bound, String what, String sentence,
                String by, Ratio measured) {
            return Stream.ofNullable(measured).map(ratio -> new Claim(what + by,
                    String.format(Locale.ROOT, sentence, number(bound)) + by, bound, ratio,
                    !ratio.isDecided(bound) ? "open" : ratio.value() <= bound ? "met"
                            : "not met"));
        }

        /** None if its rows were not run. */
        private static Stream<Claim> toldApart(String what, String sentence, String by,
                Ratio measured) {
            return Stream.ofNullable(measured).map(ratio -> new Claim(what + by, sentence + by,
                    null, ratio,
                    Double.isNaN(ratio.low()) ? "open" : ratio.low() > 1 ? "dearer"
                            : ratio.high() < 1 ? "cheaper" : "not told apart"));
        }

        private static String number(double bound) {
            return bound == Math.rint(bound) ? String.valueOf((long) bound)
                    : String.valueOf(bound);
        }

        /** The verdict in plain words. */
        String answer() {
            return switch (verdict) {
                case "dearer" -> "costs more";
                case "cheaper" -> "costs less";
                case "not told apart" -> "no difference found";
                default -> verdict;
            };
        }
    }

    static Overhead of(List<Row> rows) {
        List<Line> lines = rows.stream().map(row -> new Line(row,
                Ratio.of(row, reference(rows, row, Guard.NONE, Protocol.BEFORE_FIX, "beforeFix")),
                Ratio.of(row, reference(rows, row, Guard.KERNEL, Protocol.AFTER_FIX, "afterFix")),
                Ratio.of(row, limit(rows, row)))).toList();
        List<String> noisy = new ArrayList<>();
        for (Row row : rows) {
            boolean reference = row.subject().equals(Guard.KERNEL.name())
                    || row.subject().equals(Protocol.BEFORE_FIX.name())
                    || isStep(row, "straight");
            double most = row.threads() == 1 ? MAX_SPREAD : MAX_SPREAD_CONTENDED;
            if (reference && row.tail().length == 0 && row.spread() > most
                    && !Ratio.ofOne(row).isWithin(most)) {
                noisy.add(String.format(Locale.ROOT, "%s %s: forks of %s differ by %.0f %%",
                        row.benchmark(), row.conditions(), row.subject(), row.spread() * 100));
            }
        }
        return new Overhead(lines, claims(rows), noisy);
    }

    private static Row reference(List<Row> rows, Row row, Guard guard, Protocol protocol,
            String method) {
        return first(rows, other -> {
            if (row.params().containsKey("guard")) {
                boolean form = row.method().startsWith("form");
                return other.isLike(row, "guard") && is(other, "guard", guard.name())
                        && other.method().equals(form ? "guard" : row.method());
            }
            return row.params().containsKey("protocol")
                    ? other.isLike(row, "protocol") && is(other, "protocol", protocol.name())
                            && other.method().equals(row.method())
                    : other.isLike(row, "") && other.method().equals(method);
        });
    }

    private static Row limit(List<Row> rows, Row row) {
        return rows.stream().filter(other -> other.isBeside(row)
                        && (other.method().equals("storeLoad")
                                || other.method().equals("swapLoad")))
                .min(Comparator.comparingDouble(Row::score)).orElse(null);
    }

    private static boolean is(Row row, String key, String value) {
        return value.equals(row.params().get(key));
    }

    // ---- what the run was to show ----

    private static final String DRAIN = Drain_01_HowLong.class.getSimpleName();
    private static final String WHOLE_WRITE = Write_02_WhatTheFixCosts.class.getSimpleName();
    private static final String STEPS = Steps_01_WhatTheyCost.class.getSimpleName();

    /** Those of each collector of the run that the run was about. */
    private static List<Claim> claims(List<Row> rows) {
        return rows.stream().map(Row::collector).distinct().flatMap(collector ->
                claims(rows.stream().filter(row -> row.collector().equals(collector)).toList(),
                        " (" + collector + ")")).toList();
    }

    private static Stream<Claim> claims(List<Row> rows, String by) {
        Row word = guard(rows, Guard.WORD, 1);
        Row slot = guard(rows, Guard.SLOTS_POLLED, 1);
        Stream<Claim> guards = Stream.of(
                Claim.atMost(0.75, "one word / kernel form, 1 thread",
                        "one word costs at most %s x the kernel form, 1 thread", by,
                        Ratio.of(word, guard(rows, Guard.KERNEL, 1))),
                Claim.atMost(0.5, "one word / kernel form, 2 threads",
                        "one word costs at most %s x the kernel form, 2 threads", by,
                        Ratio.of(guard(rows, Guard.WORD, 2), guard(rows, Guard.KERNEL, 2))),
                Claim.atMost(0.35, "slot / kernel form, 1 thread",
                        "a slot per writer costs at most %s x the kernel form, 1 thread", by,
                        Ratio.of(slot, guard(rows, Guard.KERNEL, 1))),
                Claim.atMost(0.06, "slot / kernel form, 2 threads",
                        "a slot per writer costs at most %s x the kernel form, 2 threads", by,
                        Ratio.of(guard(rows, Guard.SLOTS_POLLED, 2),
                                guard(rows, Guard.KERNEL, 2))),
                Claim.atMost(1.15, "slot / volatile store before a load, 1 thread",
                        "a slot per writer costs at most %s x a volatile store and a load, "
                                + "1 thread", by,
                        Ratio.of(slot, limit(rows, 1, "storeLoad"))),
                Claim.atMost(1.15, "slot / atomic exchange before a load, 1 thread",
                        "a slot per writer costs at most %s x an atomic exchange and a load, "
                                + "1 thread", by,
                        Ratio.of(slot, limit(rows, 1, "swapLoad"))),
                Claim.atMost(50, "one word: idle close, drain, reopen, ns",
                        "one word: close, drain and reopen an idle group in at most %s ns", by,
                        Ratio.ofOne(
                        first(rows, row -> row.method().equals("guardAlone")
                                && is(row, "guard", Guard.WORD.name())
                                && is(row, "writers", "0")))),
                Claim.atMost(MAX_BYTES, "our guards, greatest allocation, bytes/op",
                        "our guards allocate at most %s bytes per operation", by,
                        rows.stream().filter(row -> isOurs(row)
                                        && !Double.isNaN(row.bytesPerOp()))
                                .mapToDouble(Row::bytesPerOp).boxed().max(Double::compare)
                                .map(Ratio::exactly).orElse(null))).flatMap(claim -> claim);
        Stream<Claim> fixes = Protocols.fixes().stream()
                .flatMap(protocol -> Claim.toldApart("direct write, " + protocol
                                + " / before the fix",
                        "a direct write with " + protocol + ", against before the fix", by,
                        Ratio.of(write(rows, protocol), write(rows, Protocol.BEFORE_FIX.name()))));
        Stream<Claim> counts = Arrays.stream(Candidate.values()).map(Candidate::id)
                .flatMap(protocol -> Claim.toldApart("direct write, " + protocol
                                + " / its steps, no guard",
                        "a direct write with " + protocol + ", against its steps without a guard",
                        by,
                        Ratio.of(write(rows, protocol), write(rows, Protocols.UNCOUNTED.name()))));
        Stream<Claim> engine = Claim.toldApart("direct write, steps / straight line",
                "a direct write as steps, against the same as straight-line code", by,
                Ratio.of(first(rows, row -> isStep(row, "steps")),
                        first(rows, row -> isStep(row, "straight"))));
        return Stream.of(guards, fixes, counts, engine).flatMap(claims -> claims);
    }

    private static boolean isStep(Row row, String method) {
        return row.benchmark().equals(STEPS) && row.method().equals(method);
    }

    private static Row limit(List<Row> rows, int threads, String method) {
        return first(rows, row -> row.method().equals(method) && row.threads() == threads);
    }

    private static Row guard(List<Row> rows, Guard guard, int threads) {
        return first(rows, row -> row.method().equals("guard") && row.threads() == threads
                && row.params().equals(Map.of("guard", guard.name(),
                        "groups", Guard_01_EnterLeave.Groups.SAME.name())));
    }

    /** A guard, and none of the peers, some of which allocate nodes for those who wait. */
    private static boolean isOurs(Row row) {
        return row.params().containsKey("guard") && !row.benchmark().equals(DRAIN)
                && Guard.named(row.params().get("guard")).kind() != Guard.Kind.PEER;
    }

    private static Row write(List<Row> rows, String protocol) {
        return first(rows, row -> row.benchmark().equals(WHOLE_WRITE)
                && row.method().equals("direct") && is(row, "protocol", protocol)
                && is(row, "groups", "100") && is(row, "copyBytes", "0"));
    }

    private static Row first(List<Row> rows, Predicate<Row> condition) {
        return rows.stream().filter(condition).findFirst().orElse(null);
    }
}
