// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import nocowrace.harness.Output;
import nocowrace.harness.RunFolder;
import nocowrace.harness.UsageException;
import org.openjdk.jmh.results.BenchmarkResult;

/**
 * The results of a run as they arrive: {@code forks.jsonl}, a header and one line for each fork. If
 * the run is killed, the file holds every fork that ended before.
 */
final class ForkLog implements AutoCloseable {

    /** Name of the file in the run's folder. */
    static final String NAME = "forks.jsonl";

    static final String FORMAT = "nocowrace-overhead-forks";
    static final int VERSION = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Parts of the header that must be equal if a run is to be continued, and their names. */
    private static final Map<String, String> SAME = Map.of("environment", "the machine or JVM",
            "options", "the options", "program", "the version", "revision", "the revision");

    /**
     * A fork that ended.
     *
     * @param round of the campaign, from 1 on; 0 if the run is none
     * @param result of the fork
     */
    record Fork(int round, BenchmarkResult result) {
    }

    private final Path file;
    private final FileChannel channel;
    private final List<Fork> forks = new ArrayList<>();

    private ForkLog(Path file, StandardOpenOption... options) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, options);
    }

    /**
     * Begins a file.
     *
     * @throws IOException if it cannot be written; then there is none
     */
    static ForkLog create(RunFolder folder, RunHeader header) throws IOException {
        Path file = folder.file(NAME);
        ForkLog log = null;
        try {
            log = new ForkLog(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            log.append(header.json());
            return log;
        } catch (IOException e) {
            if (log == null) {
                throw new IOException("cannot write " + file + ": " + Output.reason(e), e);
            }
            log.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /**
     * Opens the file of a campaign that was killed. A line that was not written to its end is
     * removed.
     *
     * @throws UsageException if it is no such file, or was written by a different run
     * @throws IOException if it cannot be read or written
     */
    static ForkLog resume(RunFolder folder, RunHeader header) throws IOException {
        Path file = folder.file(NAME);
        if (!Files.isRegularFile(file)) {
            throw new UsageException("cannot resume " + folder.path() + ": it has no " + NAME);
        }
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new UsageException("cannot resume " + folder.path() + ": " + NAME
                    + " is not UTF-8 text");
        }
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        List<String> lines = whole.lines().toList();
        check(folder.path(), lines.isEmpty() ? "" : lines.get(0), header);
        ForkLog log = new ForkLog(file, StandardOpenOption.WRITE);
        for (int i = 1; i < lines.size(); i++) {
            log.read(lines.get(i), i + 1);
        }
        log.channel.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
        log.channel.position(log.channel.size());
        return log;
    }

    private static void check(Path folder, String line, RunHeader header) {
        JsonNode found = parse(line);
        JsonNode wanted = parse(header.json().toString());
        String refusal = "cannot resume " + folder + ": ";
        if (found == null || !found.path("format").asText().equals(FORMAT)) {
            throw new UsageException(refusal + NAME + " was not written by this program");
        }
        if (found.path("version").asInt() != VERSION) {
            throw new UsageException(refusal + NAME + " has version " + found.path("version")
                    + ", this program reads version " + VERSION);
        }
        if (found.path("options").path("campaign").isNull()) {
            throw new UsageException(refusal + "it was run with options of JMH; only the whole "
                    + "measurement or --quick can be continued");
        }
        SAME.forEach((key, name) -> {
            if (!found.path(key).equals(wanted.path(key))) {
                throw new UsageException(refusal + name + " differed: " + found.path(key)
                        + " then, " + wanted.path(key) + " now");
            }
        });
    }

    /** Null if it is no JSON. */
    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private void read(String line, int number) {
        try {
            JsonNode json = parse(line);
            if (json == null || !json.isObject()) {
                throw new IllegalArgumentException();
            }
            if (!json.has("failure")) {
                forks.add(new Fork(json.required("round").asInt(), ForkJson.read(json)));
            }
        } catch (IllegalArgumentException e) {
            close();
            throw new UsageException("cannot read " + file + ": line " + number
                    + " is damaged; delete that line to measure its fork again");
        }
    }

    /** The campaign that a run belongs to, "whole" or "quick"; null if it cannot be read. */
    static String campaign(Path folder) {
        try (var lines = Files.lines(folder.resolve(NAME), StandardCharsets.ISO_8859_1)) {
            JsonNode header = parse(lines.findFirst().orElse(""));
            return header == null ? null
                    : header.path("options").path("campaign").asText(null);
        } catch (IOException | java.io.UncheckedIOException e) {
            return null;
        }
    }

    /** The forks that the file holds, in the order in which they ended. */
    List<Fork> forks() {
        return List.copyOf(forks);
    }

    /**
     * Adds a fork.
     *
     * @throws IOException if it cannot be written; then the file is as it was before
     */
    void fork(int round, BenchmarkResult result) throws IOException {
        append(ForkJson.write(result).put("round", round));
        forks.add(new Fork(round, result));
    }

    /**
     * Adds a fork that failed.
     *
     * @throws IOException if it cannot be written; then the file is as it was before
     */
    void failure(int round, String row, String reason) throws IOException {
        append(JSON.createObjectNode().put("round", round).put("row", row)
                .put("failure", reason));
    }

    private synchronized void append(ObjectNode line) throws IOException {
        long end = channel.position();
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            channel.truncate(end);
            throw new IOException("cannot write " + file + ": " + Output.reason(e), e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // every line was written when it was added
        }
    }
}
