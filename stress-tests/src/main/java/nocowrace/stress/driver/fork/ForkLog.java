// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a results file: JSON lines, first the run, then each fork as soon as it ends, last the end
 * of the run. A run that is killed loses the fork that was running and nothing else.
 */
public final class ForkLog implements Closeable {

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private final OutputStream out;

    /**
     * The line of a fork.
     *
     * @param cell scenario/protocol
     * @param fork its result
     */
    public record Line(String cell, Fork fork) {
    }

    /** The line of the end. */
    private record EndLine(Run.End end) {
    }

    private ForkLog(OutputStream out) {
        this.out = out;
    }

    /**
     * Begins a file.
     *
     * @param out where to; unbuffered; closed with the log
     * @param run the run
     * @throws IOException if that cannot be written
     */
    ForkLog(OutputStream out, Run run) throws IOException {
        this(out);
        write(run);
    }

    /**
     * Continues a file, after its last whole line; one that only lacks its end gets it.
     *
     * @param file as an earlier run has left it
     * @return the log of the forks to come; to be closed
     * @throws IOException if it cannot be written
     */
    public static ForkLog resume(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        long size = channel.size();
        long end = size;
        ByteBuffer last = ByteBuffer.allocate(1);
        while (end > 0 && channel.read(last.clear(), end - 1) == 1 && last.get(0) != '\n') {
            end--;
        }
        if (end < size && isWhole(channel, end, size)) {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
            end = size + 1;
        }
        channel.truncate(end).position(end);
        return new ForkLog(Channels.newOutputStream(channel));
    }

    private static boolean isWhole(FileChannel channel, long from, long to) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(Math.toIntExact(to - from));
        channel.read(line, from);
        try {
            MAPPER.readTree(line.array());
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /**
     * Begins a new file.
     *
     * @param file which must not exist yet
     * @param run the run
     * @return the log of its forks; to be closed
     * @throws IOException if it exists or cannot be written
     */
    public static ForkLog create(Path file, Run run) throws IOException {
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
        try {
            return new ForkLog(out, run);
        } catch (IOException e) {
            out.close();
            Files.delete(file);
            throw e;
        }
    }

    /**
     * Adds the result of a fork.
     *
     * @param cell scenario/protocol
     * @param fork its result
     * @throws IOException if that cannot be written
     */
    public void append(String cell, Fork fork) throws IOException {
        write(new Line(cell, fork));
    }

    /**
     * Adds the end of the run.
     *
     * @param end its last line
     * @throws IOException if that cannot be written
     */
    public void end(Run.End end) throws IOException {
        write(new EndLine(end));
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
