// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of one run against each other. Only rows of the same class, threads and collector are
 * compared.
 *
 * @param lines in the order of the run
 * @param claims what the run was to show, and whether it does
 * @param noisy sets of rows that the machine was too noisy to rank, in words
 */
record Overhead(List<Line> lines, List<Claim> claims, List<String> noisy) {

    /** Forks of a reference further apart than this say that the machine was busy elsewhere. */
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
     * @param againstLimit against the store that comes before a load; null if not measured
     */
    record Line(Row row, Ratio againstNone, Ratio againstKernel, Ratio againstLimit) {
    }

    /**
     * A bound.
     *
     * @param what in words
     * @param bound greatest value that keeps it
     * @param measured in words; a bound whose rows were not run has no claim
     * @param verdict "met", "not met"; of a ratio "open" where its interval holds the bound
     */
    record Claim(String what, double bound, String measured, String verdict) {
    }

    static Overhead of(List<Row> rows) {
        List<Line> lines = rows.stream().map(row -> new Line(row,
                ratio(row, reference(rows, row, Guard.NONE, "before-fix", "beforeFix")),
                ratio(row, reference(rows, row, Guard.KERNEL, "after-fix", "afterFix")),
                ratio(row, limit(rows, row)))).toList();
        List<String> noisy = new ArrayList<>();
        for (Row row : rows) {
            boolean reference = row.subject().equals(Guard.KERNEL.name())
                    || row.subject().equals("before-fix");
            double most = row.threads() == 1 ? MAX_SPREAD : MAX_SPREAD_CONTENDED;
            if (reference && row.tail().length == 0 && row.spread() > most) {
                noisy.add(String.format(Locale.ROOT, "%s %s: forks of %s differ by %.0f %%",
                        row.benchmark(), row.conditions(), row.subject(), row.spread() * 100));
            }
        }
        return new Overhead(lines, claims(lines), noisy);
    }

    private static Ratio ratio(Row row, Optional<Row> other) {
        return other.map(found -> Ratio.of(row, found)).orElse(null);
    }

    private static Optional<Row> reference(List<Row> rows, Row row, Guard guard, String protocol,
            String method) {
        return rows.stream().filter(other -> {
            if (row.params().containsKey("guard")) {
                boolean form = row.method().startsWith("form");
                return other.isLike(row, "guard") && is(other, "guard", guard.name())
                        && other.method().equals(form ? "guard" : row.method());
            }
            return row.params().containsKey("protocol")
                    ? other.isLike(row, "protocol") && is(other, "protocol", protocol)
                            && other.method().equals(row.method())
                    : other.isLike(row, "") && other.method().equals(method);
        }).findFirst();
    }

    private static Optional<Row> limit(List<Row> rows, Row row) {
        return rows.stream().filter(other -> other.isBeside(row)
                && other.method().equals("storeLoad")).findFirst();
    }

    private static boolean is(Row row, String key, String value) {
        return value.equals(row.params().get(key));
    }

    // ---- what the run was to show ----

    private static List<Claim> claims(List<Line> lines) {
        List<Claim> claims = new ArrayList<>();
        lines.stream().map(line -> line.row().collector()).distinct().forEach(collector -> {
            List<Line> of = lines.stream().filter(line -> line.row().collector().equals(collector))
                    .toList();
            String by = " (" + collector + ")";
            guard(claims, "one word / kernel form, 1 thread" + by, of, Guard.WORD, 1, false, 0.75);
            guard(claims, "one word / kernel form, 2 threads" + by, of, Guard.WORD, 2, false, 0.5);
            guard(claims, "slot / kernel form, 1 thread" + by, of, Guard.SLOTS_POLLED, 1, false,
                    0.35);
            guard(claims, "slot / kernel form, 2 threads" + by, of, Guard.SLOTS_POLLED, 2, false,
                    0.06);
            guard(claims, "slot / limit, 1 thread" + by, of, Guard.SLOTS_POLLED, 1, true, 1.15);
            of.stream().filter(line -> line.row().method().equals("guardAlone")
                            && is(line.row(), "guard", Guard.WORD.name())
                            && is(line.row(), "writers", "0"))
                    .forEach(line -> claims.add(absolute("one word: idle close, drain, reopen, ns"
                            + by, 50, line.row().score(), "%.1f")));
            of.stream().filter(line -> line.row().method().equals("guard"))
                    .mapToDouble(line -> line.row().bytesPerOp())
                    .filter(bytes -> !Double.isNaN(bytes)).max()
                    .ifPresent(most -> claims.add(absolute("any guard, bytes allocated per op"
                            + by, MAX_BYTES, most, "%.4f")));
        });
        return claims;
    }

    private static void guard(List<Claim> claims, String what, List<Line> lines, Guard guard,
            int threads, boolean limit, double bound) {
        lines.stream().filter(line -> line.row().method().equals("guard")
                        && line.row().threads() == threads
                        && line.row().params().equals(Map.of("guard", guard.name(),
                                "groups", Guard_01_EnterLeave.Groups.SAME.name())))
                .map(line -> limit ? line.againstLimit() : line.againstKernel())
                .filter(ratio -> ratio != null)
                .forEach(ratio -> claims.add(new Claim(what, bound, ratio.toString(),
                        !ratio.isDecided(bound) ? "open"
                                : ratio.value() <= bound ? "met" : "not met")));
    }

    private static Claim absolute(String what, double bound, double value, String format) {
        return new Claim(what, bound, String.format(Locale.ROOT, format, value),
                value <= bound ? "met" : "not met");
    }
}
