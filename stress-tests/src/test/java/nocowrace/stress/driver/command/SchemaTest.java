// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import nocowrace.model.Protocol;
import nocowrace.stress.ablation.Ablations;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.ForkLog;
import nocowrace.stress.driver.fork.Run;
import nocowrace.stress.driver.report.CompareJson;
import nocowrace.stress.driver.report.Throughput;
import nocowrace.stress.driver.verdict.AblatedCell;
import nocowrace.stress.driver.verdict.Comparison;
import nocowrace.stress.driver.verdict.ExploredCell;
import nocowrace.stress.driver.verdict.MadeUp;
import nocowrace.stress.driver.verdict.MeasuredCell;
import nocowrace.stress.driver.verdict.Results;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JSON files and their schemas. Breaks if a key is added, renamed or given another type without
 * a change of the schema, or if a schema accepts anything.
 */
class SchemaTest {

    private static final String DATE = "2026-01-01T00:00:00Z";

    @TempDir
    private Path directory;

    private static JsonSchema schema(String name) {
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(
                Path.of("..", "schema", name + ".schema.json").toAbsolutePath().normalize()
                        .toUri());
    }

    /** Each key is there and none is unknown; and the schema notices if one is missing. */
    private static void check(String name, String json) throws IOException {
        JsonNode root = new ObjectMapper().readTree(json);
        JsonSchema schema = schema(name);
        assertEquals(List.of(), List.copyOf(schema.validate(root)), json);
        root.fieldNames().forEachRemaining(key -> {
            ObjectNode without = root.deepCopy();
            without.remove(key);
            assertFalse(schema.validate(without).isEmpty(), "without " + key);
        });
        ObjectNode more = root.deepCopy();
        more.put("unknown", 1);
        assertFalse(schema.validate(more).isEmpty(), "with an unknown key");
    }

    private static Fork fork(String test) {
        return test.endsWith("AfterFix")
                ? new Fork(Fork.Status.HUNG, Map.of(), 1, "killed", "C1", "a stack")
                : MadeUp.ok(Map.of("COW/LOST", 10L, "COW/KEPT", 990L));
    }

    @Test
    void compare() throws IOException {
        Comparison comparison = new Comparison(Scenario.TABLE, name -> name.contains("cow/"));
        MadeUp.run(comparison, Duration.ZERO, SchemaTest::fork);
        Results results = MadeUp.results(comparison);
        check("compare", CompareJson.render(results));
        check("compare", CompareJson.render(new Results(comparison, results.runs(), "stopped",
                List.of("a warning"))));
        ObjectNode root = (ObjectNode) new ObjectMapper().readTree(CompareJson.render(results));
        ((ObjectNode) root.get("cells").get(0)).put("verdict", "fine");
        assertEquals(1, schema("compare").validate(root).size(), "verdicts are words of a list");
    }

    @Test
    void forks() throws IOException {
        Comparison comparison = new Comparison(Scenario.TABLE, name -> name.contains("cow/"));
        Path file = directory.resolve("forks.jsonl");
        try (ForkLog log = ForkLog.create(file,
                MadeUp.run("a", MadeUp.HERE, comparison, comparison))) {
            log.append(comparison.cells().get(0).name(), fork("AfterFix"));
            log.append(comparison.cells().get(0).name(), fork("BeforeFix"));
            log.end(new Run.End(null, List.of("a warning")));
        }
        List<String> lines = Files.readAllLines(file);
        assertEquals(4, lines.size());
        for (String line : lines) {
            check("forks", line);
        }
    }

    @Test
    void explore() throws IOException {
        ExploredCell broken = new ExploredCell(Scenario.DIRECT_COW, Protocol.V4_6);
        broken.explore(100_000);
        ExploredCell notYet = new ExploredCell(Scenario.DIRECT_COW, Protocol.AFTER_FIX);
        check("explore", ExploreCommand.json(List.of(broken, notYet), DATE));
    }

    @Test
    void ablate() throws IOException {
        AblatedCell killed = new AblatedCell(Ablations.get("mE1"));
        AblatedCell equivalent = new AblatedCell(Ablations.get("mH5"));
        List<AblatedCell> cells = List.of(killed, equivalent);
        cells.forEach(cell -> cell.explore(100_000));
        check("ablate", AblateCommand.json(Protocol.AFTER_FIX, cells, AblateCommand.Engine.EXPLORE,
                DATE));
        killed.stress(Duration.ZERO, () -> false, (ablation, race) -> fork("BeforeFix"));
        check("ablate", AblateCommand.json(Protocol.AFTER_FIX, List.of(killed),
                AblateCommand.Engine.BOTH, DATE));
    }

    @Test
    void throughput() throws IOException {
        MeasuredCell cell = new MeasuredCell(Comparison.chosen(
                Pattern.compile("direct-cow/v4.6")).cells().get(0));
        Throughput none = new Throughput(List.of(cell), DATE, MadeUp.HERE, 2, true);
        check("throughput", none.json());
        for (int i = 0; i < 3; i++) {
            cell.add(fork("V4_6"), MadeUp.HERE);
        }
        check("throughput", new Throughput(List.of(cell), DATE, MadeUp.HERE, 2, false).json());
    }

    @Test
    void everySchemaHasATest() throws IOException {
        try (var files = Files.list(Path.of("..", "schema"))) {
            for (String name : files.map(file -> file.getFileName().toString()
                    .replace(".schema.json", "")).toList()) {
                assertTrue(List.of("common", "compare", "forks", "explore", "ablate", "throughput")
                        .contains(name) || name.startsWith("overhead"), name);
            }
        }
    }
}
