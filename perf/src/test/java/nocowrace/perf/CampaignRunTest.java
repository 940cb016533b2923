// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import nocowrace.harness.Load;
import nocowrace.harness.RunFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Small campaigns with real forks. Breaks if a failing row stops the others, if an interrupted run
 * loses a fork, or if a resumed run measures a fork twice or not at all.
 */
class CampaignRunTest {

    static {
        System.setProperty("jmh.ignoreLock", "true"); // another run may measure meanwhile
    }

    private static final BooleanSupplier NEVER = () -> false;

    @TempDir
    private Path dir;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private static Campaign campaign(String... methods) {
        Campaign campaign = new Campaign(2, 0, 1, 10);
        for (String method : methods) {
            campaign.add("Guard_01_EnterLeave", method, 1, Map.of());
        }
        return campaign;
    }

    private static RunHeader header() {
        return Samples.header(Samples.environment("a CPU"), "quick", List.of());
    }

    private Measured run(Campaign campaign, ForkLog log, BooleanSupplier interrupted)
            throws RunnerException {
        return new CampaignRun(campaign, new Load(),
                new PrintStream(said, true, StandardCharsets.UTF_8), interrupted).run(log);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void rowThatFailsStopsNoOther() throws Exception {
        try (RunFolder folder = RunFolder.create(dir, "t");
                ForkLog log = ForkLog.create(folder, header())) {
            Measured measured = run(campaign("floor", "missing"), log, NEVER);
            List<Row> rows = Row.of(measured.results());
            assertEquals(List.of("floor"), rows.stream().map(Row::method).toList());
            assertEquals(2, rows.get(0).forks().length);
            assertEquals(List.of("1 row is not complete: a fork failed"), measured.problems());
            assertEquals(1, said().lines().filter(line -> line.startsWith("Fork failed: ")
                    && line.contains("missing")).count(), this::said);
            assertEquals(1, Schemas.forks(folder.path()).stream()
                    .filter(line -> line.has("failure")).count());
        }
    }

    @Test
    void whereTheFirstForkFailsNothingElseIsTried() throws Exception {
        try (RunFolder folder = RunFolder.create(dir, "t");
                ForkLog log = ForkLog.create(folder, header())) {
            assertThrows(RunnerException.class,
                    () -> run(campaign("missing", "floor"), log, NEVER));
            assertEquals(List.of(), log.forks());
        }
    }

    @Test
    void resumedRunMeasuresWhatIsMissing() throws Exception {
        Campaign campaign = campaign("floor", "lookAtFlag");
        try (RunFolder folder = RunFolder.create(dir, "t")) {
            AtomicInteger asked = new AtomicInteger();
            try (ForkLog log = ForkLog.create(folder, header())) {
                Measured part = run(campaign, log, () -> asked.incrementAndGet() > 3);
                assertEquals(List.of("interrupted after 3 forks of 4"), part.problems());
                assertEquals(2, part.results().size());
            }
            List<?> before = Schemas.forks(folder.path());
            assertEquals(3, before.size());
            try (ForkLog log = ForkLog.resume(folder, header())) {
                Measured whole = run(campaign, log, NEVER);
                assertEquals(List.of(), whole.problems());
                assertTrue(whole.results().stream()
                        .allMatch(result -> result.getBenchmarkResults().size() == 2));
            }
            List<?> after = Schemas.forks(folder.path());
            assertEquals(4, after.size());
            assertEquals(before, after.subList(0, 3), "nothing is measured again");
            assertEquals(4, new HashSet<>(after.stream().map(Object::toString)
                    .collect(Collectors.toList())).size());
            assertTrue(said().contains("Resumed: 3 of 4 forks were measured before."), this::said);
        }
    }
}
