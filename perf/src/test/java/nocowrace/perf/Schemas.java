// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Holds results files against the schemas that the repository publishes. */
final class Schemas {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchema OVERHEAD = schema("overhead.schema.json");
    private static final JsonSchema FORKS = schema("overhead-forks.schema.json");

    private Schemas() {
    }

    private static JsonSchema schema(String name) {
        try {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(Files.readString(Path.of("..", "schema", name)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<ValidationMessage> faults(JsonSchema schema, JsonNode json) {
        return schema.validate(json, context -> context.getExecutionConfig()
                .setFormatAssertionsEnabled(true));
    }

    static Set<ValidationMessage> faultsOfReport(JsonNode json) {
        return faults(OVERHEAD, json);
    }

    static Set<ValidationMessage> faultsOfLine(JsonNode json) {
        return faults(FORKS, json);
    }

    /** The report of a run. */
    static JsonNode report(Path folder) throws IOException {
        JsonNode json = JSON.readTree(folder.resolve(Report.JSON).toFile());
        assertEquals(Set.of(), faultsOfReport(json));
        return json;
    }

    /** The forks of a run; the header is checked and left out. */
    static List<JsonNode> forks(Path folder) throws IOException {
        String text = Files.readString(folder.resolve(ForkLog.NAME));
        assertEquals(text.length() - 1, text.lastIndexOf('\n'), "ends with a whole line");
        List<String> lines = text.lines().toList();
        for (String line : lines) {
            assertEquals(Set.of(), faultsOfLine(JSON.readTree(line)), line);
        }
        assertEquals(ForkLog.FORMAT, JSON.readTree(lines.get(0)).path("format").asText());
        return lines.stream().skip(1).map(Schemas::parse).toList();
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
