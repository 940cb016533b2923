// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.awt.Color;
import java.awt.Dimension;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/**
 * One chart for each set of conditions: a bar for each subject, and the floors and limits. The
 * bar goes to the score, a dot is a fork.
 */
final class Charts {

    private static final Color BAR = new Color(0x9DB8FF);
    private static final Color FORK = new Color(0x1A237E);
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;

    private Charts() {
    }

    /** Writes NAME.svg and NAME.png for each; the names. */
    static List<String> write(Path dir, List<Overhead.Line> lines) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Map<String, List<Row>> byChart = new LinkedHashMap<>();
        List<Row> rows = lines.stream().map(Overhead.Line::row).toList();
        rows.stream().filter(row -> !row.params().isEmpty()).forEach(row -> byChart
                .computeIfAbsent(row.benchmark() + " " + row.conditions(), any -> rows.stream()
                        .filter(other -> other.params().isEmpty() && other.isBeside(row))
                        .collect(Collectors.toCollection(ArrayList::new)))
                .add(row));
        List<String> names = new ArrayList<>();
        for (Map.Entry<String, List<Row>> entry : byChart.entrySet()) {
            if (entry.getValue().size() < 2) {
                continue;
            }
            CategoryChart chart = chart(entry.getKey(), entry.getValue());
            String name = entry.getKey().replaceAll("[^A-Za-z0-9_]+", "-");
            BitmapEncoder.saveBitmap(chart, dir.resolve(name).toString(),
                    BitmapEncoder.BitmapFormat.PNG);
            SVGGraphics2D svg = new SVGGraphics2D(emptyDocument());
            svg.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
            chart.paint(svg, WIDTH, HEIGHT);
            try (Writer out = Files.newBufferedWriter(dir.resolve(name + ".svg"))) {
                svg.stream(out, true);
            }
            names.add(name);
        }
        return names;
    }

    private static Document emptyDocument() {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().getDOMImplementation()
                    .createDocument("http://www.w3.org/2000/svg", "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e); // every JDK has one
        }
    }

    private static CategoryChart chart(String title, List<Row> rows) {
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title)
                .yAxisTitle(rows.get(0).unit()).build();
        chart.getStyler().setXAxisLabelRotation(30).setLegendVisible(false);
        chart.getStyler().setOverlapped(true);
        List<String> subjects = rows.stream().map(Row::subject).toList();
        chart.addSeries("score", subjects, rows.stream().map(Row::score).toList())
                .setFillColor(BAR);
        int most = rows.stream().mapToInt(row -> row.forks().length).max().orElseThrow();
        for (int i = 0; i < most; i++) {
            int fork = i;
            chart.addSeries("fork " + fork, subjects, rows.stream().map(row ->
                            fork < row.forks().length ? row.forks()[fork] : null).toList())
                    .setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Scatter)
                    .setMarker(SeriesMarkers.CIRCLE).setMarkerColor(FORK);
        }
        return chart;
    }
}
