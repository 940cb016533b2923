// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where forks ran. Two runs with equal ones are as good as one run on one machine.
 *
 * @param os name and version
 * @param arch instruction set
 * @param cpu model, as the kernel names it; empty if it does not
 * @param cpus CPUs that the JVM may use
 * @param java vendor and version
 */
record Environment(String os, String arch, String cpu, int cpus, String java) {

    /** This machine and JVM. */
    static Environment here() {
        return new Environment(
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"), cpuModel(Path.of("/proc/cpuinfo")),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vendor") + " " + Runtime.version());
    }

    private static String cpuModel(Path info) {
        try (Stream<String> lines = Files.lines(info, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip()).orElse("");
        } catch (IOException e) {
            return ""; // not Linux
        }
    }

    @Override
    public String toString() {
        return String.join(", ", os, arch + (cpu.isEmpty() ? "" : " (" + cpu + ")"),
                cpus + (cpus == 1 ? " CPU" : " CPUs"), "Java " + java);
    }
}
