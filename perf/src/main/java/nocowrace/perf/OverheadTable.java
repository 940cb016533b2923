// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * Ratios of the benchmarks of one class, thread count and set of parameters: each row against the
 * state before the fix and against the fix. Only rows of one run are compared.
 */
final class OverheadTable {

    private static final String BEFORE = "beforeFix";
    private static final String AFTER = "afterFix";

    private OverheadTable() {
    }

    static String render(Collection<RunResult> results) {
        Map<String, Result<?>> byRow = new LinkedHashMap<>();
        for (RunResult result : results) {
            byRow.put(key(result, method(result)), result.getPrimaryResult());
        }
        Object[][] rows = results.stream().map(result -> {
            Result<?> own = result.getPrimaryResult();
            return new Object[] {
                label(result), result.getParams().getThreads(),
                String.format(Locale.ROOT, "%.2f ± %.2f %s", own.getScore(), own.getScoreError(),
                        own.getScoreUnit()),
                method(result).equals(BEFORE) ? "1" : ratio(own, byRow.get(key(result, BEFORE))),
                method(result).equals(AFTER) ? "1" : ratio(own, byRow.get(key(result, AFTER)))};
        }).toArray(Object[][]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, new Column[] {
            new Column().header("benchmark").dataAlign(HorizontalAlign.LEFT),
            new Column().header("threads"),
            new Column().header("score, 99.9 %"),
            new Column().header("x before the fix"),
            new Column().header("x after the fix")}, rows);
    }

    private static String label(RunResult result) {
        String[] parts = result.getParams().getBenchmark().split("\\.");
        return parts[parts.length - 2] + "." + parts[parts.length - 1] + " " + params(result);
    }

    private static String params(RunResult result) {
        return result.getParams().getParamsKeys().stream()
                .map(key -> key + "=" + result.getParams().getParam(key))
                .collect(Collectors.joining(" "));
    }

    private static String method(RunResult result) {
        String name = result.getParams().getBenchmark();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Rows that may be compared: same class, mode and threads. */
    private static String key(RunResult result, String method) {
        String name = result.getParams().getBenchmark();
        return name.substring(0, name.lastIndexOf('.') + 1) + method + " " + params(result) + " "
                + result.getParams().getMode() + " " + result.getParams().getThreads();
    }

    /** Ratio of scores; relative errors add in quadrature. */
    static String ratio(Result<?> own, Result<?> other) {
        if (other == null) {
            return "-";
        }
        double ratio = own.getScore() / other.getScore();
        double error = ratio * Math.hypot(own.getScoreError() / own.getScore(),
                other.getScoreError() / other.getScore());
        return Double.isNaN(error) ? String.format(Locale.ROOT, "%.2f", ratio)
                : String.format(Locale.ROOT, "%.2f ± %.2f", ratio, error);
    }
}
