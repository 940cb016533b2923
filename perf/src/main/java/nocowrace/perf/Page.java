// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.samskivert.mustache.Mustache;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The report as one HTML page that needs no other file and no network. */
final class Page {

    private Page() {
    }

    /** A cell of a table: the text, a note, what it is sorted by, and why it is empty. */
    private static Map<String, Object> cell(String text, String sort, String why) {
        Map<String, Object> cell = new LinkedHashMap<>();
        cell.put("text", text);
        cell.put("sort", sort);
        cell.put("why", why);
        cell.put("note", "");
        return cell;
    }

    private static Map<String, Object> cell(String text) {
        return cell(text, text, "");
    }

    private static Map<String, Object> cell(String text, double sort) {
        return cell(text, number(sort), "");
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.6e", value);
    }

    static String render(Run run, List<Chart> charts) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("style", Templates.text("overhead.css") + Templates.text("chart.css"));
        page.put("script", Templates.text("overhead.js"));
        page.put("complete", run.complete());
        page.put("warnings", run.warnings());
        page.put("hasWarnings", !run.warnings().isEmpty());
        page.put("environment", run.environment().entrySet());
        page.put("program", run.environment().get("program"));
        page.put("date", run.environment().get("date"));
        page.put("claims", run.overhead().claims().stream().map(Page::claim).toList());
        page.put("hasClaims", !run.overhead().claims().isEmpty());
        page.put("charts", charts.stream().map(chart -> Map.of("svg", chart.svg())).toList());
        page.put("hasCharts", !charts.isEmpty());
        page.put("subjects", Subjects.of(run.overhead().lines()));
        page.put("rows", run.overhead().lines().stream().map(Page::row).toList());
        page.put("files", files(charts));
        return Mustache.compiler().emptyStringIsFalse(true)
                .compile(Templates.text("overhead.mustache")).execute(page);
    }

    private static List<String> files(List<Chart> charts) {
        List<String> files = new ArrayList<>(List.of(Report.JSON, Report.JMH, ForkLog.NAME));
        charts.forEach(chart -> files.add(chart.name() + ".svg"));
        return files;
    }

    private static Map<String, Object> claim(Overhead.Claim claim) {
        String mark = switch (claim.verdict()) {
            case "met" -> "good";
            case "not met" -> "bad";
            default -> "neutral";
        };
        return Map.of("sentence", claim.sentence(), "measured", claim.measured().toString(),
                "value", number(claim.measured().value()), "verdict", claim.answer(), "mark",
                mark);
    }

    private static Map<String, Object> row(Overhead.Line line) {
        Row row = line.row();
        String details = OverheadTable.details(row);
        Map<String, Object> score = cell(OverheadTable.score(row), row.score());
        score.put("note", details);
        Map<String, Object> place = cell(row.benchmark());
        place.put("note", row.conditions());
        place.put("sort", row.benchmark() + " " + row.conditions());
        List<Map<String, Object>> cells = List.of(cell(row.subject()), place, score,
                ratio(line.againstKernel(), Missing.kernel(row)),
                ratio(line.againstNone(), Missing.none(row)),
                ratio(line.againstLimit(), Missing.limit(row)),
                Double.isNaN(row.bytesPerOp())
                        ? cell("", "", "needs -prof gc")
                        : cell(String.format(Locale.ROOT, "%.1f", row.bytesPerOp()),
                                row.bytesPerOp()));
        return Map.of("cells", cells, "command", Objects.requireNonNull(row.command()));
    }

    private static Map<String, Object> ratio(Ratio ratio, String why) {
        return ratio == null ? cell("", "", why)
                : cell(ratio.toString(), ratio.value());
    }
}
