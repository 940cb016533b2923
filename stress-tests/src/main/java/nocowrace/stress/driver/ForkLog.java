// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A results file while it is written: JSON, one line for the run and then one for each fork, as
 * soon as it ends. A run that is killed loses the fork that was running and nothing else.
 */
final class ForkLog implements Closeable {

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private final OutputStream out;

    /**
     * A line.
     *
     * @param cell scenario/protocol
     * @param fork what came of it
     */
    record Line(String cell, Fork fork) {
    }

    /**
     * Begins a file.
     *
     * @param out to where; unbuffered; closed with the log
     * @param run what is run
     * @throws IOException if that cannot be written
     */
    ForkLog(OutputStream out, Run run) throws IOException {
        this.out = out;
        write(run);
    }

    /** Adds a fork's result. */
    void append(CellRun cell, Fork fork) throws IOException {
        write(new Line(cell.name(), fork));
    }

    private void write(Object value) throws IOException {
        out.write((MAPPER.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
