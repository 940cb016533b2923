// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import nocowrace.harness.Build;
import nocowrace.harness.Environment;

/** What the JSON files of all commands have in common. Their schemas are in the folder schema/. */
public final class Json {

    /** Converts values to the JSON of these files. */
    public static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT);

    /** Changes whenever a reader of the old keys would misread the new ones. */
    private static final int VERSION = 1;

    private Json() {
    }

    /**
     * Begins a file.
     *
     * @param command its command
     * @param date when the command began, ISO 8601
     * @param here where
     * @return its root object, with the keys that all files share
     */
    public static ObjectNode root(String command, String date, Environment here) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", "nocowrace-" + command);
        root.put("version", VERSION);
        root.put("command", command);
        ObjectNode environment = root.putObject("environment");
        environment.put("date", date);
        environment.setAll(MAPPER.<ObjectNode>valueToTree(here));
        environment.put("version", Build.current().program());
        environment.put("revision", Build.current().revision());
        return root;
    }

    /** The time of day for {@link #root}. */
    public static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * The text of a file.
     *
     * @param root its root object
     * @return the text, with a line end after its last line
     * @throws IOException if a value cannot be written as JSON
     */
    public static String text(ObjectNode root) throws IOException {
        return MAPPER.writeValueAsString(root) + System.lineSeparator();
    }
}
