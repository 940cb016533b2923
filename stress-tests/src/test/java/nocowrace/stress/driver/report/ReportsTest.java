// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import nocowrace.harness.ExitCode;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Verdict;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The reports for CI and the table, from made-up forks. Breaks if a failed cell passes as a test
 * case, if a stack dump or a message can break a report, or if a report leaves out a cell.
 */
class ReportsTest {

    private static final Fork LOSING = MadeUp.ok(Map.of("NOCOW/LOST", 10L, "NOCOW/KEPT", 990L));
    private static final Fork KEEPING = MadeUp.ok(Map.of("NOCOW/KEPT", 10_000L), "C1|C2, x");
    private static final Fork HUNG = new Fork(Fork.Status.HUNG, Map.of(), 1, "killed <b>&amp;",
            "C1", "\"actor\" \u001b[1m <script>alert(1)</script> | in Object.wait()");
    private static final Fork FAILED = new Fork(Fork.Status.FAILED, Map.of(), 1, "no luck");
    private static final String V46 = "nocowrace.stress.scenario.DirectNodatacow.V4_6";
    private static final String BEFORE = "nocowrace.stress.scenario.DirectNodatacow.BeforeFix";
    private static final String AFTER = "nocowrace.stress.scenario.DirectNodatacow.AfterFix";

    private final Map<String, Fork> forks = new HashMap<>(Map.of(V46, LOSING, BEFORE, LOSING,
            AFTER, KEEPING));

    private Results results() {
        Comparison comparison = new Comparison(Scenario.TABLE,
                name -> name.startsWith("direct-nodatacow/"));
        MadeUp.run(comparison, Duration.ZERO, forks::get);
        return MadeUp.results(comparison);
    }

    private static Element suite(Results results) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(
                new ByteArrayInputStream(JUnitReport.render(results)
                        .getBytes(StandardCharsets.UTF_8))).getDocumentElement();
    }

    /** What became of v4.6, before-fix and after-fix; and the sums at the top agree. */
    private List<String> kinds() throws Exception {
        Element suite = suite(results());
        NodeList cases = suite.getElementsByTagName("testcase");
        assertEquals(3, cases.getLength());
        assertEquals("3", suite.getAttribute("tests"));
        for (String kind : List.of("failure", "error")) {
            String sum = suite.getAttribute(kind + "s");
            assertEquals(sum, Integer.toString(suite.getElementsByTagName(kind).getLength()));
        }
        return List.of(kind(cases.item(0)), kind(cases.item(1)), kind(cases.item(2)));
    }

    private static String kind(org.w3c.dom.Node testCase) {
        return testCase.hasChildNodes() ? testCase.getFirstChild().getNodeName() : "passed";
    }

    @Test
    void junitPassesWhatIsAsExpected() throws Exception {
        assertEquals(List.of("passed", "passed", "passed"), kinds());
        Element first = (Element) suite(results()).getElementsByTagName("testcase").item(0);
        assertEquals("direct-nodatacow", first.getAttribute("classname"));
        assertEquals("v4.6", first.getAttribute("name"));
    }

    @Test
    void junitHasFailuresForVerdictsAndErrorsForCellsThatDidNotRun() throws Exception {
        forks.put(V46, KEEPING);
        forks.put(BEFORE, FAILED);
        forks.put(AFTER, LOSING);
        assertEquals(List.of("failure", "error", "failure"), kinds());
        forks.put(AFTER, HUNG);
        assertEquals(List.of("failure", "error", "failure"), kinds());
        Comparison none = new Comparison(Scenario.TABLE, name -> name.startsWith("direct-cow/v"));
        assertEquals("error", kind(suite(MadeUp.results(none)).getElementsByTagName("testcase")
                .item(0)));
    }

    @Test
    void junitHasAnErrorForAnIncompleteRun() throws Exception {
        Element suite = suite(results().with("stopped before its time"));
        assertEquals("4", suite.getAttribute("tests"));
        assertEquals("1", suite.getAttribute("errors"));
        Element last = (Element) suite.getElementsByTagName("testcase").item(3);
        assertEquals("harness", last.getAttribute("classname"));
        assertEquals("stopped before its time", ((Element) last.getElementsByTagName("error")
                .item(0)).getAttribute("message"));
    }

    @Test
    void junitHasTheStackOfAHungForkWithoutIllegalCharacters() throws Exception {
        forks.put(AFTER, HUNG);
        String text = suite(results()).getElementsByTagName("failure").item(0).getTextContent();
        assertTrue(text.contains("?[1m <script>alert(1)</script> | in Object.wait()"), text);
    }

    @Test
    void aCalibrationWithTroubleIsATestCaseToo() throws Exception {
        Comparison comparison = new Comparison(Scenario.TABLE,
                name -> name.equals("direct-nodatacow/after-fix"));
        MadeUp.run(comparison, Duration.ZERO, test -> test.equals(AFTER) ? KEEPING : FAILED);
        Element suite = suite(MadeUp.results(comparison));
        assertEquals("2", suite.getAttribute("tests"));
        assertEquals("1", suite.getAttribute("errors"));
    }

    @Test
    void aRunThatWasCutShortPassesNowhere() throws Exception {
        Results whole = results();
        Results cut = whole.with("the disk is full");
        assertEquals(0, whole.exitCode());
        assertEquals(ExitCode.HARNESS_FAILED, cut.exitCode());
        assertTrue(CompareTable.render(cut, false).endsWith("fail: the disk is full"
                + System.lineSeparator()));
        assertTrue(CompareJson.render(cut).contains("\"verdict\" : \"fail\""));
    }

    @Test
    void powerIsWrittenBriefly() {
        assertEquals("12,345 if broken", CompareTable.ifBroken(12_345));
        assertEquals("999k if broken", CompareTable.ifBroken(999_499));
        assertEquals("1.6M if broken", CompareTable.ifBroken(1_571_000));
        assertEquals("9,999.0M if broken", CompareTable.ifBroken(9_999_000_000.0));
    }

    @Test
    void coloursChangeNothingElse() {
        forks.put(BEFORE, FAILED);
        String table = CompareTable.render(results(), false);
        String coloured = Verdict.coloured(table);
        assertTrue(coloured.contains("\u001b[1;33mnot-run\u001b[0m"), coloured);
        assertEquals(table, coloured.replaceAll("\u001b\\[[0-9;]*m", ""));
    }
}
