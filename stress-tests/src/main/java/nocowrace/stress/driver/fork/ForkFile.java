// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import nocowrace.harness.Build;
import nocowrace.harness.Environment;
import nocowrace.harness.Output;
import nocowrace.harness.UsageException;

/** Reads results files, one line at a time: plain or gzip, of one run or of several in a row. */
public final class ForkFile {

    /** Stands for standard input. */
    static final Path STANDARD_INPUT = Path.of("-");

    /** Longer than any line that compare writes: a stack dump is cut at 50,000 characters. */
    private static final int MAX_LINE_BYTES = 4 << 20;

    /** So that the sum of a million forks is still a number. */
    private static final long MOST_SAMPLES = 1_000_000_000_000L;

    private static final int GZIP_MAGIC = 0x1f8b;

    private final Path file;
    private final Reader reader;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int number;
    private Run run;

    /** Gets what is in a file, in its order. */
    public interface Reader {
        /** A run begins. */
        void run(Run run);

        /** A fork of the run has ended. */
        void fork(Run run, ForkLog.Line line);

        /** The run has ended. */
        void end(Run run, Run.End end);

        /** The file ends within a line, which is left out. */
        void truncated(Run run);
    }

    private ForkFile(Path file, Reader reader) {
        this.file = file;
        this.reader = reader;
    }

    /**
     * Reads a file.
     *
     * @param file as {@link ForkLog} has written it, or {@link #STANDARD_INPUT}
     * @param reader gets its contents; may have got some of them when an exception is thrown
     * @throws UsageException if the file is none of ours, of another version, or damaged anywhere
     *         but at its end
     */
    public static void read(Path file, Reader reader) {
        try (InputStream in = unpacked(file.equals(STANDARD_INPUT) ? System.in
                : Files.newInputStream(file))) {
            new ForkFile(file, reader).read(in);
        } catch (ZipException e) {
            throw new UsageException("cannot read " + file + ": it is damaged or no gzip file");
        } catch (EOFException e) {
            throw new UsageException("cannot read " + file + ": the gzip file ends early");
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + Output.reason(e));
        }
    }

    private static InputStream unpacked(InputStream raw) throws IOException {
        BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
        in.mark(2);
        int magic = in.read() << 8 | in.read();
        in.reset();
        return magic == GZIP_MAGIC ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16))
                : in;
    }

    private void read(InputStream in) throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                number++;
                take(true);
                line.reset();
            } else if (line.size() == MAX_LINE_BYTES) {
                number++;
                throw damaged("is longer than any that compare writes");
            } else {
                line.write(next);
            }
        }
        if (line.size() > 0) {
            number++;
            take(false);
        } else if (number == 0) {
            throw new UsageException(name() + " is empty: no run has begun it");
        }
    }

    private void take(boolean whole) {
        try {
            JsonNode node = ForkLog.MAPPER.readTree(text());
            if (run == null || node.has("format")) {
                begin(node);
            } else if (node.has("end")) {
                reader.end(run, check(ForkLog.MAPPER.treeToValue(node.get("end"),
                        Run.End.class)));
            } else {
                reader.fork(run, check(ForkLog.MAPPER.treeToValue(node, ForkLog.Line.class)));
            }
        } catch (JsonProcessingException | CharacterCodingException | IllegalArgumentException e) {
            if (run == null) {
                throw foreign("its first line does not read as one");
            }
            if (whole) {
                throw damaged("is damaged: " + why(e));
            }
            reader.truncated(run);
        }
    }

    private String text() throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.toByteArray()))
                .toString();
    }

    private void begin(JsonNode node) throws JsonProcessingException {
        if (!Run.FORMAT.equals(node.path("format").asText())) {
            throw foreign("its first line has no \"format\":\"" + Run.FORMAT + "\"");
        }
        int version = node.path("version").asInt();
        if (version != Run.VERSION) {
            throw new UsageException(name() + " has version " + version + " of the format, and "
                    + "this program reads " + Run.VERSION);
        }
        String program = node.path("program").asText();
        if (!program.equals(Build.current().program())) {
            throw new UsageException(name() + " was made by " + program + ", and this is "
                    + Build.current().program());
        }
        Run read = ForkLog.MAPPER.treeToValue(node, Run.class);
        check(read);
        run = read;
        reader.run(run);
    }

    private static void check(Run run) {
        if (run.id() == null || run.date() == null || run.environment() == null
                || run.options() == null || isIncomplete(run.chosen())
                || isIncomplete(run.cells()) || isIncomplete(run.calibrations())
                || !run.chosen().containsAll(run.cells())) {
            throw new IllegalArgumentException("a key of the run is missing or null");
        }
        Environment where = run.environment();
        if (where.os() == null || where.arch() == null || where.cpu() == null
                || where.java() == null || !Shard.isValid(run.options().shard())) {
            throw new IllegalArgumentException("no run begins like this");
        }
    }

    private static boolean isIncomplete(List<String> names) {
        return names == null || names.stream().anyMatch(Objects::isNull);
    }

    private static Run.End check(Run.End end) {
        if (end == null || isIncomplete(end.warnings())) {
            throw new IllegalArgumentException("no run ends like this");
        }
        return end;
    }

    /** Says what is wrong with a line in the words of JSON, not in those of the parser. */
    private static String why(Exception e) {
        if (e instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        if (e instanceof JsonMappingException mapping) {
            StringBuilder path = new StringBuilder();
            mapping.getPath().forEach(part -> path.append(path.length() == 0 ? "" : ".")
                    .append(part.getFieldName() == null ? part.getIndex() : part.getFieldName()));
            return path.length() == 0 ? "a key is missing or unknown"
                    : "the value of \"" + path + "\" is missing or wrong";
        }
        return e instanceof JsonProcessingException ? "it is not JSON" : e.getMessage();
    }

    private UsageException foreign(String why) {
        return new UsageException(name() + " is not a results file of compare (forks*.jsonl): "
                + why);
    }

    private UsageException damaged(String how) {
        return new UsageException(name() + ", line " + number + " " + how);
    }

    private String name() {
        return file.equals(STANDARD_INPUT) ? "standard input" : file.toString();
    }

    private ForkLog.Line check(ForkLog.Line line) {
        if (line == null) {
            throw new IllegalArgumentException("it is empty");
        }
        if (!run.cells().contains(line.cell()) && !run.calibrations().contains(line.cell())) {
            throw new IllegalArgumentException("the run has no cell " + line.cell());
        }
        Fork fork = line.fork();
        if (fork == null || fork.status() == null || fork.outcomes() == null || fork.nanos() < 0
                || fork.configuration() == null || fork.message() == null
                || fork.outcomes().values().stream()
                        .anyMatch(n -> n == null || n < 0 || n > MOST_SAMPLES)
                || fork.outcomes().isEmpty() == (fork.status() == Fork.Status.OK)) {
            throw new IllegalArgumentException("no fork ends like this");
        }
        return line;
    }
}
