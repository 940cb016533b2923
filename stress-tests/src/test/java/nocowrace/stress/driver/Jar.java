// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The built jar, run as a user does.
 *
 * @param exitCode of the process
 * @param out its standard output
 * @param err its standard error
 */
record Jar(int exitCode, String out, String err) {

    static final Path FILE = Path.of("target", "jcstress.jar").toAbsolutePath();

    private static final int MINUTES = 12;

    /** The JVM's own note where the environment has options for it. */
    private static final String PICKED_UP = "(?m)^(NOTE: )?Picked up J\\w+_OPTIONS: .*\\R";

    /** Starts it; its output goes to out.txt and err.txt. */
    static Process start(Path directory, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(arguments);
        return new ProcessBuilder(command).directory(directory.toFile())
                .redirectOutput(directory.resolve("out.txt").toFile())
                .redirectError(directory.resolve("err.txt").toFile()).start();
    }

    /** Waits for its end; leaves none of its processes. */
    static Jar end(Path directory, Process process) throws IOException, InterruptedException {
        try {
            assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), "it hangs");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Jar(process.exitValue(), text(directory.resolve("out.txt")),
                text(directory.resolve("err.txt")).replaceAll(PICKED_UP, ""));
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    static Jar run(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-jar", FILE.toString()));
        all.addAll(List.of(arguments));
        return end(directory, start(directory, all));
    }
}
