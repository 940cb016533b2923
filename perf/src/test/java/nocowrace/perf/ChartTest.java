// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Charts as text. Breaks if a bar is not as long as its score, a fork is missing or leaves the
 * chart, two lines of text meet, or two charts have one file name.
 */
class ChartTest {

    private static List<Chart> charts(Row... rows) {
        return Chart.of(Overhead.of(List.of(rows)).lines());
    }

    private static Element parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(
                new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }

    private static List<Element> all(Element svg, String name) {
        NodeList nodes = svg.getElementsByTagName(name);
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            all.add((Element) nodes.item(i));
        }
        return all;
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    @Test
    void barsAreAsLongAsTheirScores() throws Exception {
        List<Chart> charts = charts(Samples.row("floor", Map.of(), 1, 2, 2, 2),
                Samples.guard(Guard.KERNEL, 1, 8, 8, 500), Samples.guard(Guard.WORD, 1, 4, 4, 6));
        assertEquals(1, charts.size());
        Element svg = parse(charts.get(0).file());
        List<Element> bars = all(svg, "rect");
        assertEquals(List.of("chart-limit", "chart-guard", "chart-guard"),
                bars.stream().map(bar -> bar.getAttribute("class")).toList());
        double longest = number(bars.get(1), "width");
        assertEquals(longest / 4, number(bars.get(0), "width"), 0.1);
        assertEquals(longest / 2, number(bars.get(2), "width"), 0.1);
        List<Element> dots = all(svg, "circle");
        assertEquals(9, dots.size());
        dots.forEach(dot -> assertTrue(number(dot, "cx") <= 360, "inside"));
        assertEquals(1, dots.stream().filter(dot ->
                dot.getAttribute("class").equals("chart-beyond")).count(), "500 is shown so");
    }

    @Test
    void linesOfTextDoNotMeet() throws Exception {
        Row one = Samples.row("guard", Map.of("protocol", "held"), 1, 8);
        Row two = Samples.row("guard", Map.of("protocol", "x".repeat(500)), 1, 4);
        Row three = Samples.row("guard", Map.of("protocol", "z"), 1, 0);
        for (Chart chart : List.of(charts(one, two, three).get(0), charts(
                Samples.row("a", Map.of("protocol", "A", "p", "y z ".repeat(80)), 1, 1),
                Samples.row("a", Map.of("protocol", "B", "p", "y z ".repeat(80)), 1, 1)).get(0))) {
            List<Element> texts = all(parse(chart.svg()), "text");
            double last = 0;
            for (Element text : texts) {
                double y = number(text, "y");
                if (!text.getAttribute("text-anchor").equals("end")) {
                    assertTrue(y - last >= 15, chart.svg());
                    last = y;
                }
                assertTrue(y < chart.height(), chart.svg());
                assertTrue(text.getTextContent().length() <= 54, text.getTextContent());
            }
        }
    }

    @Test
    void fileNamesAreDifferentAndPlain() {
        List<Row> rows = new ArrayList<>();
        for (String value : List.of("a/b", "a\\b", "a:b", "q".repeat(300) + 1,
                "q".repeat(300) + 2)) {
            for (String guard : List.of("WORD", "KERNEL")) {
                rows.add(Samples.row("guard", Map.of("guard", guard, "p", value), 1, 1));
            }
        }
        List<String> names = charts(rows.toArray(Row[]::new)).stream().map(Chart::name).toList();
        assertEquals(5, names.size());
        assertEquals(5, new HashSet<>(names).size());
        names.forEach(name -> assertTrue(name.matches("[A-Za-z0-9_-]{1,110}"), name));
    }
}
