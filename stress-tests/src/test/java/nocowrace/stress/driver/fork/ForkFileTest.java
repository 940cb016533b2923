// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.UsageException;
import nocowrace.stress.driver.report.CompareJson;
import nocowrace.stress.driver.report.CompareTable;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Results files: what is written is read back and judged the same, wherever the file ends; and
 * nothing else is taken for one. Breaks if a fork is dropped or counted twice, if a cell without
 * forks vanishes from the table, or if a foreign or damaged file passes.
 */
class ForkFileTest {

    private static final Map<String, Long> LOSING = Map.of("NOCOW/LOST", 10L, "NOCOW/KEPT", 990L);
    private static final Map<String, Long> KEEPING = Map.of("NOCOW/KEPT", 10_000L);
    private static final int FORKS = 3;
    private static final List<String> WARNINGS = List.of("other programs used 1.5 of 2 CPUs");

    @TempDir
    private Path directory;

    private static Comparison cells() {
        return new Comparison(Scenario.TABLE, name -> name.startsWith("direct-nodatacow/"));
    }

    private static Fork fork(String test) {
        return MadeUp.ok(test.endsWith("AfterFix") ? KEEPING : LOSING);
    }

    /** Runs each cell once and writes to a stream. */
    private static Results write(OutputStream out, String id) throws IOException {
        Comparison comparison = cells();
        Run run = MadeUp.run(id, Environment.here(), comparison, comparison);
        try (ForkLog log = new ForkLog(out, run)) {
            comparison.run(new Comparison.Plan(Duration.ZERO, 1, 1), (test, turn) -> fork(test.name()),
                    new MadeUp.Deaf() {
                        @Override
                        public void after(CellRun cell, Fork fork) throws IOException {
                            log.append(cell.name(), fork);
                        }
                    });
            log.end(new Run.End(null, WARNINGS));
        }
        return new Results(comparison, List.of(run), null, WARNINGS);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String whole(String id) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, id);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Results merge(Path... files) {
        return Results.merge(List.of(files), new ArrayList<>());
    }

    private static String refusal(Path... files) {
        return assertThrows(UsageException.class, () -> merge(files)).getMessage();
    }

    @Test
    void whatIsReadBackIsJudgedTheSame() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Results written = write(out, "a");
        Results read = merge(file("a", out.toString(StandardCharsets.UTF_8)));
        assertEquals(CompareTable.render(written, true), CompareTable.render(read, true));
        assertEquals(CompareJson.render(written), CompareJson.render(read));
        assertEquals(0, read.comparison().exitCode());
    }

    @Test
    void aStackDumpIsReadBack() throws IOException {
        Comparison comparison = cells();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Fork hung = new Fork(Fork.Status.HUNG, Map.of(), 1, "killed", "C1", "\"actor\" #9\n\tat");
        try (ForkLog log = new ForkLog(out,
                MadeUp.run("a", MadeUp.HERE, comparison, comparison))) {
            log.append(comparison.cells().get(2).name(), hung);
        }
        CellRun cell = merge(file("a", out.toString(StandardCharsets.UTF_8))).comparison().cells()
                .get(2);
        assertEquals(List.of(hung), cell.troubles());
        assertEquals(1, cell.hungForks());
    }

    @Test
    void whereverItEndsAtMostOneForkIsMissing() throws IOException {
        String text = whole("a");
        int header = text.indexOf('\n');
        for (int end = header; end <= text.length(); end++) {
            String part = text.substring(0, end);
            MadeUp.Read read = new MadeUp.Read(file("part", part));
            int begun = (int) part.lines().count() - 1;
            int ended = begun - (read.truncated ? 1 : 0);
            assertEquals(ended, read.forks.size() + read.ends.size(), part);
            assertTrue(!read.truncated || !part.endsWith("\n"), part);
            Results results = merge(file("part", part));
            assertEquals(FORKS, results.comparison().cells().size(), "all that were chosen");
            assertEquals(read.forks.size() == FORKS ? 0 : ExitCode.HARNESS_FAILED,
                    results.comparison().exitCode(), "a cell did not run");
            assertEquals(read.ends.isEmpty() ? "the run of 2026-01-01T00:00:00Z ended before its "
                    + "time" : null, results.trouble(), part);
            assertEquals(read.ends.isEmpty() ? ExitCode.HARNESS_FAILED : 0, results.exitCode());
        }
    }

    @Test
    void theUserIsToldOfATruncatedLine() throws IOException {
        List<String> notes = new ArrayList<>();
        String text = whole("a");
        Results.merge(List.of(file("part", text.substring(0, text.length() - 2))), notes);
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("ends within a line"), notes.toString());
    }

    @Test
    void whatIsNotOursIsRefused() throws IOException {
        String text = whole("a");
        String run = text.substring(0, text.indexOf('\n') + 1);
        Map<String, String> refused = Map.of(
                "", "is empty",
                "\n", "is not a results file",
                "a log\nof something\n", "is not a results file",
                "{\"command\":\"compare\"}\n", "is not a results file",
                run.substring(0, run.length() / 2), "is not a results file",
                run.replace("\"version\":2", "\"version\":1"), "has version 1",
                run.replace("\"program\":\"nocowrace", "\"program\":\"nocowrace 9"), "was made by",
                run.replace("direct-nodatacow/v4.6", "no-such/cell"), "no cells [no-such/cell]");
        refused.forEach((content, why) -> {
            try {
                String said = refusal(file("bad", content));
                assertTrue(said.contains(why), content + ": " + said);
                assertEquals(1, said.lines().count(), said);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(refusal(directory.resolve("none")).contains("cannot read"));
    }

    @Test
    void damageBeforeTheEndIsRefused() throws IOException {
        String text = whole("a");
        List<String> lines = text.lines().toList();
        for (String damage : List.of("{\"cell\":", "garbage", "{}",
                lines.get(2).replace("direct-nodatacow", "direct-cow"),
                lines.get(2).replace("990", "-990").replace("10000", "-1"),
                lines.get(2).replace("\"OK\"", "\"HUNG\""),
                lines.get(2).replace("\"OK\"", "\"SOMETHING\""),
                lines.get(2).replace("\"nanos\"", "\"nanoseconds\""),
                lines.get(2).replace("990", "990.5").replace("10000", "1e30"),
                lines.get(2).replace(":990", ":\"990\"").replace(":10000", ":\"1\""),
                lines.get(2).replace("990", "9223372036854775807")
                        .replace("10000", "9223372036854775807"),
                "{\"end\":null}", "{\"end\":{\"trouble\":null,\"warnings\":null}}",
                lines.get(2).replaceFirst("\"nanos\":\\d+", "\"nanos\":\"many\""),
                lines.get(2).replace("\"message\":\"\"", "\"message\":null"), "{\"end\":1}",
                "{\"end\":{}}", "[", "\"cell\"", "7", "", "x".repeat(5 << 20))) {
            String bad = String.join("\n", lines.get(0), lines.get(1), damage, lines.get(3), "");
            String said = refusal(file("bad", bad));
            assertTrue(said.contains("line 3 is"), said);
            for (String internal : List.of("nocowrace.", "java.", "jackson", "Deserialization",
                    "Exception", "Cannot construct", "Unrecognized")) {
                assertFalse(said.replace(directory.toString(), "").contains(internal), said);
            }
        }
        assertTrue(refusal(file("bad", lines.get(0) + "\n" + "x".repeat(5 << 20))).contains(
                "line 2 is longer than any"));
        Files.write(directory.resolve("bad"), new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        assertTrue(refusal(directory.resolve("bad")).contains("is not a results file"));
    }

    @Test
    void theSameRunTwiceWouldCountTwice() throws IOException {
        Path first = file("a", whole("a"));
        assertTrue(refusal(first, file("copy", whole("a"))).contains("count twice"));
        Results both = merge(first, file("b", whole("b")));
        assertEquals(20_000, both.comparison().cells().get(2).samples());
        assertEquals(20, both.comparison().cells().get(0).bad());
    }

    @Test
    void aFullDiskEndsTheRunAndTheCellsKeepWhatTheyHave() throws IOException {
        int space = whole("a").indexOf('\n') + 10;
        Comparison comparison = cells();
        OutputStream full = new ByteArrayOutputStream() {
            @Override
            public void write(byte[] bytes) throws IOException {
                if (size() + bytes.length > space) {
                    throw new IOException("No space left on device");
                }
                super.write(bytes);
            }
        };
        ForkLog log = new ForkLog(full,
                MadeUp.run("a", MadeUp.HERE, comparison, comparison));
        assertThrows(IOException.class, () -> comparison.run(
                new Comparison.Plan(Duration.ofMinutes(1), 1, 1), (test, turn) -> fork(test.name()),
                new MadeUp.Deaf() {
                    @Override
                    public void after(CellRun cell, Fork fork) throws IOException {
                        log.append(cell.name(), fork);
                    }
                }));
        assertEquals(1, comparison.all().stream().filter(cell -> cell.samples() > 0).count());
    }

    @Test
    void severalRunsInOneFileAreReadAsIfFromSeveral() throws IOException {
        Results both = merge(file("both", whole("a") + whole("b")));
        assertEquals(2, both.runs().size());
        assertEquals(20_000, both.comparison().cells().get(2).samples());
        assertTrue(refusal(file("both", whole("a") + whole("a"))).contains("count twice"));
    }

    @Test
    void aGzipFileIsReadLikeAPlainOne() throws IOException {
        Path packed = directory.resolve("forks.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            out.write(whole("a").getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(CompareTable.render(merge(file("a", whole("a"))), true),
                CompareTable.render(merge(packed), true));
        byte[] bytes = Files.readAllBytes(packed);
        Files.write(packed, Arrays.copyOf(bytes, bytes.length / 2));
        assertTrue(refusal(packed).contains("cannot read"), refusal(packed));
    }

    /** As with a run that was killed within a line, and then resumed. */
    @Test
    void aResumedFileGoesOnAfterItsLastWholeLine() throws IOException {
        String text = whole("a");
        List<String> lines = text.lines().toList();
        for (int cut : new int[] {lines.get(0).length() + 1, text.indexOf(lines.get(3)) + 5,
            text.indexOf(lines.get(3))}) {
            Path file = file("forks.jsonl", text.substring(0, cut));
            int before = new MadeUp.Read(file).forks.size();
            try (ForkLog log = ForkLog.resume(file)) {
                log.append(cells().cells().get(2).name(), fork("AfterFix"));
            }
            MadeUp.Read read = new MadeUp.Read(file);
            assertEquals(before + 1, read.forks.size());
            assertFalse(read.truncated);
        }
    }

    /** Breaks if a resumed run drops a line that was judged, or the line of the run. */
    @Test
    void aLastLineThatOnlyLacksItsEndIsKept() throws IOException {
        String text = whole("a");
        List<String> lines = text.lines().toList();
        for (int last : new int[] {0, 2}) {
            Path file = file("forks.jsonl", String.join("\n", lines.subList(0, last + 1)));
            try (ForkLog log = ForkLog.resume(file)) {
                log.append(cells().cells().get(2).name(), fork("AfterFix"));
            }
            MadeUp.Read read = new MadeUp.Read(file);
            assertEquals(1, read.runs.size());
            assertEquals(last + 1, read.forks.size());
        }
    }

    @Test
    void aDamagedFirstLineIsRefused() throws IOException {
        String run = whole("a").lines().findFirst().orElseThrow();
        for (String damage : List.of(
                run.replaceFirst("\"environment\":\\{[^}]*}", "\"environment\":null"),
                run.replaceFirst("\"options\":\\{[^}]*}", "\"options\":null"),
                run.replaceFirst("\"chosen\":\\[[^]]*]", "\"chosen\":null"),
                run.replaceFirst("\"chosen\":\\[[^]]*]", "\"chosen\":[null]"),
                run.replaceFirst("\"chosen\":\\[[^]]*]", "\"chosen\":[\"direct-cow/v4.6\"]"),
                run.replaceFirst("\"calibrations\":\\[", "\"calibrations\":[null"),
                run.replaceFirst("\"date\":\"[^\"]*\"", "\"date\":null"),
                run.replaceFirst("\"id\":\"[^\"]*\"", "\"id\":null"),
                run.replaceFirst("\"os\":\"[^\"]*\"", "\"os\":null"),
                run.replace("\"1/1\"", "\"0/0\""), run.replace("\"1/1\"", "\"5/3\""),
                run.replace("\"1/1\"", "\"auto/3\""), run.replace("\"1/1\"", "null"))) {
            String said = refusal(file("bad", damage + "\n"));
            assertFalse(said.contains("java") || said.contains("picocli")
                    || said.contains("jackson"), said);
        }
    }

    @Test
    void manyForksThatFailKeepCountingAndFewAreKept() throws IOException {
        Comparison comparison = cells();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ForkLog log = new ForkLog(out,
                MadeUp.run("a", MadeUp.HERE, comparison, comparison))) {
            for (int i = 0; i < 100; i++) {
                log.append(comparison.cells().get(2).name(), new Fork(Fork.Status.HUNG, Map.of(), 1,
                        "killed", "C1", "a stack"));
            }
        }
        CellRun cell = merge(file("a", out.toString(StandardCharsets.UTF_8))).comparison().cells()
                .get(2);
        assertEquals(100, cell.hungForks());
        assertEquals(20, cell.troubles().size());
    }
}
