// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import nocowrace.harness.Durations;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.Verdict;

/** What the pages say of each verdict. */
enum Legend {
    /** See {@link Verdict#REPRODUCED}. */
    REPRODUCED(Verdict.REPRODUCED, "\u2705", "Expected to lose data, and a bad outcome was seen.",
            "Nothing. This is a success: it shows that the test can see the race."),
    /** See {@link Verdict#CLEAN}. */
    CLEAN(Verdict.CLEAN, "\u2705", "Expected to keep data, and no bad outcome was seen. A variant "
            + "that loses data would have shown at least " + (int) CellRun.ENOUGH_EXPECTED
            + " in as many samples (\u201cif broken\u201d).",
            "Nothing. Samples cannot prove that no loss exists; `explore` tries every order "
            + "of the steps."),
    /** See {@link Verdict#WEAK}. */
    WEAK(Verdict.WEAK, "\u26A0\uFE0F", "Expected to keep data, and no bad outcome was seen, but "
            + "the samples are too few to tell: a variant that loses data would have shown fewer "
            + "than " + (int) CellRun.ENOUGH_EXPECTED + ".",
            "Run again with more time (`--budget`)."),
    /** See {@link Verdict#VIOLATED}. */
    VIOLATED(Verdict.VIOLATED, "\u274C", "An outcome was seen that this cell cannot reach, such "
            + "as lost data after the fix, or a fork hung where none should.",
            "Look at the outcomes and stack dumps of the scenario below, repeat it with its "
            + "command, and run `explore` on it. The protocol, the model or the harness has a "
            + "fault."),
    /** See {@link Verdict#NOT_REPRODUCED}. */
    NOT_REPRODUCED(Verdict.NOT_REPRODUCED, "\u274C", "Expected to lose data, but no bad outcome "
            + "was seen.", "Run again with more time (`--budget`) on an idle machine with two or "
            + "more CPUs. Until the loss is seen, clean cells beside it say little."),
    /** See {@link Verdict#NOT_RUN}. */
    NOT_RUN(Verdict.NOT_RUN, "\u274C", "There are no samples: the run was stopped, a shard is "
            + "missing, or every fork failed.", "Read the messages of the scenario below. "
            + "`compare --resume FOLDER` continues a run that was stopped; `report` adds the "
            + "results of other shards.");

    /** Code in an advice, as Markdown writes it. */
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private final Verdict verdict;
    private final String mark;
    private final String meaning;
    private final String advice;

    Legend(Verdict verdict, String mark, String meaning, String advice) {
        this.verdict = verdict;
        this.mark = mark;
        this.meaning = meaning;
        this.advice = advice;
    }

    /** The entry of a verdict. */
    static Legend of(Verdict verdict) {
        return valueOf(verdict.name());
    }

    /** For Markdown, which has no colours: a sign and the verdict. */
    String marked() {
        return mark + " " + verdict + (verdict == Verdict.REPRODUCED ? " (expected)" : "");
    }

    /** What the templates name. */
    Map<String, Object> view(Comparison comparison) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("verdict", verdict.toString());
        view.put("marked", marked());
        view.put("failing", verdict.exitCode() > 0);
        view.put("meaning", meaning);
        String whole = advice + (verdict != Verdict.WEAK ? "" : comparison.enoughBudget()
                .map(budget -> " For this run `--budget " + Durations.text(budget) + "` should do.")
                .orElse(""));
        view.put("advice", whole);
        view.put("adviceHtml", CODE.matcher(whole).replaceAll("<code>$1</code>"));
        return view;
    }
}
