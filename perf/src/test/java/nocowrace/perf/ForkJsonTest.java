// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The line of a fork has all that a report needs. Breaks if a score is rounded, a unit or a
 * parameter is left out, or scores are aggregated in another way than JMH does it.
 */
class ForkJsonTest {

    static {
        System.setProperty("jmh.ignoreLock", "true"); // another run may measure meanwhile
    }

    private static final TimeValue TIME = TimeValue.milliseconds(20);

    /** Averages, single timings, and a group of methods with counters. */
    private static Collection<RunResult> measured() throws Exception {
        return new Runner(new OptionsBuilder()
                .include("Guard_01_EnterLeave.addPair$").include("Drain_01_HowLong.whole$")
                .include("Relocation_02_AgainstWriters").param("guard", "WORD")
                .param("writers", "0").param("protocol", "after-fix")
                .forks(0).warmupIterations(0).measurementIterations(3).measurementTime(TIME)
                .addProfiler(GCProfiler.class).verbosity(VerboseMode.SILENT).build()).run();
    }

    private static RunResult throughJson(RunResult result) {
        List<BenchmarkResult> forks = result.getBenchmarkResults().stream().map(fork -> {
            JsonNode json = parse(ForkJson.write(fork).put("round", 0).toString());
            assertEquals(Set.of(), Schemas.faultsOfLine(json));
            return ForkJson.read(json);
        }).toList();
        return new RunResult(forks.get(0).getParams(), forks);
    }

    private static JsonNode parse(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jmh(Collection<RunResult> results) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Report.writeTo(out, ResultFormatType.JSON, results);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void reportsAreTheSameAfterReadingBack() throws Exception {
        Collection<RunResult> results = measured();
        assertEquals(3, results.size());
        List<RunResult> readBack = results.stream().map(ForkJsonTest::throughJson).toList();
        assertEquals(jmh(results), jmh(readBack));
        List<Row> rows = Row.of(results);
        List<Row> rowsReadBack = Row.of(readBack);
        assertEquals(4, rows.size(), "a group of two methods is two rows");
        for (int i = 0; i < rows.size(); i++) {
            assertEquals(List.of(text(rows.get(i))), List.of(text(rowsReadBack.get(i))));
        }
        assertTrue(rows.stream().anyMatch(row -> row.tail().length > 0), "single timings");
    }

    private static String text(Row row) {
        return row.toString().replaceAll("\\[D@\\w+", "")
                + Arrays.toString(row.forks()) + Arrays.toString(row.tail());
    }
}
