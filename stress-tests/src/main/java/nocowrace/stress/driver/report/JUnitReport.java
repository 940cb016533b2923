// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import nocowrace.harness.ExitCode;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.driver.verdict.Verdict;

/**
 * A comparison as JUnit's XML, for CI engines: a test case per cell, one for each calibration that
 * had trouble, and one for the harness if the results are not complete. A failure is a verdict; an
 * error is a cell that did not run, or a failure of the harness.
 */
public final class JUnitReport {

    /** The result of a test case; the names are those of the elements. */
    private enum Kind { PASSED, FAILURE, ERROR }

    private final Results results;
    private final List<CellRun> cases = new ArrayList<>();

    private JUnitReport(Results results) {
        this.results = results;
        cases.addAll(results.comparison().cells());
        results.comparison().calibrations().stream().filter(cell -> !cell.troubles().isEmpty())
                .forEach(cases::add);
    }

    /**
     * The contents of the file.
     *
     * @param results to write
     * @return XML
     */
    public static String render(Results results) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new JUnitReport(results).write(xml);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text + System.lineSeparator();
    }

    private void write(XMLStreamWriter xml) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", "nocowrace compare");
        xml.writeAttribute("timestamp", results.runs().get(0).date().replace("Z", ""));
        int trouble = results.trouble() == null ? 0 : 1;
        xml.writeAttribute("tests", Integer.toString(cases.size() + trouble));
        xml.writeAttribute("failures", Integer.toString(count(Kind.FAILURE)));
        xml.writeAttribute("errors", Integer.toString(count(Kind.ERROR) + trouble));
        xml.writeAttribute("skipped", "0");
        xml.writeAttribute("time", seconds(cases.stream().mapToDouble(CellRun::seconds).sum()));
        for (CellRun cell : cases) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", cell.scenario().id());
            xml.writeAttribute("name", cell.protocol().name());
            xml.writeAttribute("time", seconds(cell.seconds()));
            Kind kind = kind(cell);
            if (kind != Kind.PASSED) {
                xml.writeStartElement(kind.name().toLowerCase(Locale.ROOT));
                xml.writeAttribute("message", message(cell));
                xml.writeAttribute("type", results.comparison().verdict(cell).toString());
                xml.writeCharacters(detail(cell));
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        if (results.trouble() != null) {
            xml.writeStartElement("testcase");
            xml.writeAttribute("classname", "harness");
            xml.writeAttribute("name", "the run is complete");
            xml.writeAttribute("time", seconds(0));
            xml.writeStartElement("error");
            xml.writeAttribute("message", legal(results.trouble()));
            xml.writeAttribute("type", "incomplete");
            xml.writeEndElement();
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private int count(Kind kind) {
        return (int) cases.stream().filter(cell -> kind(cell) == kind).count();
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    private Kind kind(CellRun cell) {
        Verdict verdict = results.comparison().verdict(cell);
        if (verdict.exitCode() == ExitCode.VERDICT_FAILED) {
            return Kind.FAILURE;
        }
        return !cell.troubles().isEmpty() || verdict == Verdict.NOT_RUN ? Kind.ERROR : Kind.PASSED;
    }

    private String message(CellRun cell) {
        return results.comparison().verdict(cell) + ", expected to be "
                + (cell.isExpectedBroken() ? "broken: " : "safe: ") + CompareTable.hits(cell)
                + (cell.hungForks() == 0 ? "" : ", " + CompareTable.forks(cell.hungForks(), "hung"))
                + (cell.failedForks() == 0 ? ""
                : ", " + CompareTable.forks(cell.failedForks(), "failed"));
    }

    private static String detail(CellRun cell) {
        return legal(cell.outcomes() + "\n" + cell.troubles().stream()
                .map(fork -> fork.status() + ": " + fork.message() + "\n"
                        + (fork.stack() == null ? "" : fork.stack()))
                .collect(Collectors.joining("\n")));
    }

    /** XML cannot represent most control characters. */
    private static String legal(String text) {
        return text.replaceAll("[^\\t\\n\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
    }
}
