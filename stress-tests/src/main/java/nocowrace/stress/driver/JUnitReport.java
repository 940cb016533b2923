// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A comparison as JUnit's XML, for CI engines: a test case per cell, and one more for a calibration
 * that had trouble. An error is a harness that failed, a failure is a verdict, and what has not had
 * its turn is skipped.
 */
final class JUnitReport {

    /** What becomes of a test case; the names are those of the elements. */
    private enum Kind { PASSED, FAILURE, ERROR, SKIPPED }

    private final Results results;
    private final List<CellRun> cases = new ArrayList<>();

    private JUnitReport(Results results) {
        this.results = results;
        cases.addAll(results.comparison().cells());
        results.comparison().calibrations().stream().filter(cell -> !cell.troubles().isEmpty())
                .forEach(cases::add);
    }

    static String render(Results results) {
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
        xml.writeAttribute("tests", Integer.toString(cases.size()));
        xml.writeAttribute("failures", count(Kind.FAILURE));
        xml.writeAttribute("errors", count(Kind.ERROR));
        xml.writeAttribute("skipped", count(Kind.SKIPPED));
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
                if (kind != Kind.SKIPPED) {
                    xml.writeAttribute("type", results.comparison().verdict(cell).toString());
                    xml.writeCharacters(detail(cell));
                }
                xml.writeEndElement();
            }
            xml.writeEndElement();
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private String count(Kind kind) {
        return Long.toString(cases.stream().filter(cell -> kind(cell) == kind).count());
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }

    private Kind kind(CellRun cell) {
        Verdict verdict = results.comparison().verdict(cell);
        if (verdict.exitCode() == Main.VERDICT_FAILED) {
            return Kind.FAILURE;
        }
        return !cell.troubles().isEmpty() ? Kind.ERROR
                : verdict == Verdict.NOT_RUN ? Kind.SKIPPED : Kind.PASSED;
    }

    private String message(CellRun cell) {
        return results.comparison().verdict(cell) + ", expected to "
                + (cell.isExpectedBroken() ? "lose: " : "keep: ") + CompareTable.hits(cell)
                + (cell.troubles().isEmpty() ? "" : ", " + cell.hungForks() + " HUNG, "
                + cell.failedForks() + " failed forks");
    }

    private static String detail(CellRun cell) {
        return legal(cell.outcomes() + "\n" + cell.troubles().stream()
                .map(fork -> fork.status() + ": " + fork.message() + "\n"
                        + (fork.stack() == null ? "" : fork.stack()))
                .collect(Collectors.joining("\n")));
    }

    /** XML has no way to write most control characters. */
    private static String legal(String text) {
        return text.replaceAll("[^\\t\\n\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
    }
}
