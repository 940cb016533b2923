// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;

/** The built list holds every benchmark method; it is empty if the processor did not run. */
class BenchmarkListTest {

    private static List<BenchmarkListEntry> built() throws IOException {
        try (InputStream list = BenchmarkListTest.class
                .getResourceAsStream(BenchmarkList.BENCHMARK_LIST)) {
            return BenchmarkList.readBenchmarkList(list);
        }
    }

    @Test
    void theBuiltListIsComplete() throws Exception {
        assertEquals(declared(), built().stream().map(BenchmarkListEntry::getUsername)
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Breaks if an annotation repeats a list of guards or protocols. */
    @Test
    void guardsAndProtocolsComeFromTheRegistries() throws IOException {
        for (BenchmarkListEntry benchmark : built()) {
            Map<String, String[]> params = benchmark.getParams().orElse(Map.of());
            for (String name : List.of(Parameters.GUARD, Parameters.PROTOCOL)) {
                assertEquals(List.of(), List.of(params.getOrDefault(name, new String[0])),
                        benchmark::getUsername);
            }
        }
    }

    private static Set<String> declared() throws Exception {
        Path classes = Path.of(BenchmarkListTest.class
                .getResource("/nocowrace/perf/Main.class").toURI()).getParent();
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.matches("[A-Za-z_0-9]+\\.class")) {
                    Class<?> type = Class.forName("nocowrace.perf." + name.replace(".class", ""));
                    Arrays.stream(type.getDeclaredMethods())
                            .filter(method -> method.isAnnotationPresent(Benchmark.class))
                            .forEach(method -> names.add(type.getName() + "." + name(method)));
                }
            }
        }
        return names;
    }

    private static String name(Method method) {
        Group group = method.getAnnotation(Group.class);
        return group == null ? method.getName() : group.value();
    }
}
