// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.stress.driver.report.CompareTable;
import nocowrace.stress.driver.verdict.CellRun;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.TypeConversionException;

/**
 * Parts of the work on several machines. Breaks if a cell is in no part or in two, if a part could
 * not judge its cells, or if all parts merged are judged otherwise than one run.
 */
class ShardTest {

    @TempDir
    private Path directory;

    private static Comparison table() {
        return new Comparison(Scenario.TABLE, name -> true);
    }

    private static List<String> names(List<CellRun> cells) {
        return cells.stream().map(CellRun::name).toList();
    }

    /** Broken ones lose 1 in 100; and each cell has a number of samples of its own. */
    private static Fork fork(String test) {
        long n = 10_000 + Math.floorMod(test.hashCode(), 1000);
        boolean broken = test.endsWith("Uncounted")
                || test.endsWith("V4_6") && test.contains(".Direct")
                || test.endsWith("BeforeFix") && !test.contains("Cow.");
        String how = test.contains("Cow.") ? "COW" : "NOCOW";
        return MadeUp.ok(broken ? Map.of(how + "/LOST", n / 100, how + "/KEPT", n - n / 100)
                : Map.of(how + "/KEPT", n));
    }

    /** Runs a part, one round, and leaves its file. */
    private Path leave(Shard shard, Environment environment) throws IOException {
        Comparison part = table().part(shard);
        Path file = directory.resolve(shard.index() + "-of-" + shard.count());
        Run run = MadeUp.run(shard.toString(), environment, table(), part, shard);
        try (ForkLog log = new ForkLog(Files.newOutputStream(file), run)) {
            part.run(new Comparison.Plan(Duration.ZERO, shard.index(), 1),
                    (test, turn) -> fork(test.name()), new MadeUp.Deaf() {
                        @Override
                        public void after(CellRun cell, Fork fork) throws IOException {
                            log.append(cell.name(), fork);
                        }
                    });
            log.end(new Run.End(null, List.of()));
        }
        assertEquals(0, part.exitCode(), "each part judges for itself: " + shard);
        return file;
    }

    @Test
    void everyCellIsInOnePart() {
        List<String> all = names(table().cells());
        for (int count = 1; count <= all.size() + 1; count++) {
            List<String> parts = new ArrayList<>();
            for (int index = 1; index <= count; index++) {
                parts.addAll(names(table().part(new Shard(index, count)).cells()));
            }
            assertEquals(all, parts, "in " + count + " parts");
        }
    }

    @Test
    void allPartsMergedAreJudgedLikeOneRun() throws IOException {
        Comparison one = table();
        MadeUp.run(one, Duration.ZERO, ShardTest::fork);
        assertEquals(0, one.exitCode());
        for (int count : new int[] {2, 3, 6}) {
            List<Path> files = new ArrayList<>();
            for (int index = 1; index <= count; index++) {
                files.add(leave(new Shard(index, count), Environment.here()));
            }
            Results merged = Results.merge(files, new ArrayList<>());
            assertEquals(CompareTable.render(MadeUp.results(one), true),
                    CompareTable.render(merged, true));
            for (int i = 0; i < one.cells().size(); i++) {
                CellRun a = one.cells().get(i);
                CellRun b = merged.comparison().cells().get(i);
                assertEquals(a.outcomes(), b.outcomes(), a.name());
                assertEquals(one.expectedIfBroken(a), merged.comparison().expectedIfBroken(b));
            }
        }
    }

    @Test
    void aPartWithOnlySafeCellsMeasuresItsOwnCalibration() throws IOException {
        int count = table().cells().size();
        List<Path> files = new ArrayList<>();
        for (int index = 1; index <= count; index++) {
            files.add(leave(new Shard(index, count), MadeUp.HERE));
        }
        Results merged = Results.merge(files, new ArrayList<>());
        assertEquals(0, merged.comparison().exitCode());
        assertEquals(List.of("buffered-cow/uncounted"),
                names(merged.comparison().calibrations()));
        Comparison part = new Comparison(Scenario.TABLE,
                name -> name.matches("direct-nodatacow/(v4.6|after-fix)")).part(new Shard(2, 2));
        assertEquals(List.of("direct-nodatacow/v4.6"), names(part.calibrations()),
                "of the cells that were chosen, if there is one");
    }

    @Test
    void aPartThatIsMissingDidNotRun() throws IOException {
        Results merged = Results.merge(List.of(leave(new Shard(1, 2), MadeUp.HERE)),
                new ArrayList<>());
        assertEquals(18, merged.comparison().cells().size());
        assertEquals(ExitCode.HARNESS_FAILED, merged.comparison().exitCode());
        assertEquals("no results of shard 2/2", merged.trouble());
        assertEquals(ExitCode.HARNESS_FAILED, merged.exitCode());
        merged = Results.merge(List.of(leave(new Shard(2, 4), MadeUp.HERE)), new ArrayList<>());
        assertEquals("no results of shards 1/4, 3/4, 4/4", merged.trouble());
        merged = Results.merge(List.of(leave(new Shard(1, 18), MadeUp.HERE)), new ArrayList<>());
        assertTrue(merged.trouble().endsWith("11/18 and 7 more"), merged.trouble());
    }

    @Test
    void severalMachinesAreToldApart() throws IOException {
        Results merged = Results.merge(List.of(leave(new Shard(1, 2), MadeUp.HERE),
                leave(new Shard(2, 2), MadeUp.ELSEWHERE)), new ArrayList<>());
        String table = CompareTable.render(merged, false);
        assertTrue(table.contains("A: Linux 6.1, amd64 (a CPU), 2 CPUs, Java A 17"), table);
        assertTrue(table.contains("B: Linux 6.1, aarch64, 4 CPUs, Java B 25"), table);
        assertTrue(table.contains("direct-nodatacow/v4.6: A: ")
                && table.contains("buffered-cow/after-fix: B: "), table);
        String same = CompareTable.render(MadeUp.results(table()), false);
        assertFalse(same.contains("A: "), same);
    }

    @Test
    void whichPart() {
        assertEquals(new Shard(2, 3), Shard.parse("2/3", Map.of()));
        assertEquals(new Shard(1, 3), Shard.parse("auto/3", Map.of(Shard.VARIABLE, "0")));
        assertEquals(new Shard(3, 3), Shard.parse("auto/3", Map.of(Shard.VARIABLE, "2")));
        for (String bad : List.of("", "0/3", "4/3", "1/0", "1", "a/3", "-1/3", "1/3/5", "auto/3",
                "1/99999999")) {
            assertThrows(TypeConversionException.class, () -> Shard.parse(bad, Map.of()), bad);
        }
        for (String bad : List.of("3", "-1", "x", "")) {
            assertThrows(TypeConversionException.class,
                    () -> Shard.parse("auto/3", Map.of(Shard.VARIABLE, bad)), bad);
        }
    }
}
