// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machine and the JVM of a run. Two runs with equal ones are as good as one run.
 *
 * @param os name and version
 * @param arch instruction set
 * @param cpu model, as the operating system names it; empty if it does not
 * @param cpus CPUs that the JVM may use
 * @param java vendor and version
 */
public record Environment(String os, String arch, String cpu, int cpus, String java) {

    /** This machine and JVM. */
    public static Environment here() {
        return new Environment(words("os.name", "os.version"), words("os.arch"),
                cpuModel(Path.of("/proc/cpuinfo")), Runtime.getRuntime().availableProcessors(),
                words("java.vendor", "java.runtime.version"));
    }

    private static String words(String... properties) {
        return Stream.of(properties).map(name -> System.getProperty(name, "").strip())
                .filter(value -> !value.isEmpty()).collect(Collectors.joining(" "));
    }

    private static String cpuModel(Path info) {
        try (Stream<String> lines = Files.lines(info, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
        } catch (IOException e) {
            return ""; // not Linux
        }
    }

    /** One line; may be long, as some of its parts are whatever the machine says of itself. */
    @Override
    public String toString() {
        return Stream.of(os, arch + (cpu.isEmpty() ? "" : " (" + cpu + ")"),
                        cpus + (cpus == 1 ? " CPU" : " CPUs"), "Java " + java)
                .map(String::strip).filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
    }
}
