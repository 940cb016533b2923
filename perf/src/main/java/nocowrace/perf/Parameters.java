// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import nocowrace.harness.UsageException;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The values of the parameters guard and protocol. JMH reads the values of a parameter from an
 * annotation, which can only hold constants. So the benchmarks declare these two without values,
 * and each run gets the values from the registries.
 */
final class Parameters {

    static final String GUARD = "guard";
    static final String PROTOCOL = "protocol";

    private Parameters() {
    }

    /**
     * Checks the names that the user gave.
     *
     * @param options may have values for any parameters
     * @throws UsageException if there is no such guard or protocol
     */
    static void check(Options options) {
        check(options, GUARD, Guard.names(Guard.all()));
        check(options, PROTOCOL, Protocols.NAMES);
    }

    private static void check(Options options, String parameter, List<String> known) {
        for (String name : options.getParameter(parameter).orElse(List.of())) {
            if (!known.contains(name)) {
                throw new UsageException("there is no " + parameter + " '" + name + "'; the "
                        + parameter + "s are " + String.join(", ", known));
            }
        }
    }

    /**
     * The values that a parameter has in a run.
     *
     * @param parameter its name
     * @param benchmark that may have the parameter
     * @param options may have values
     * @param annotated values in the annotation
     * @return those of the options, else those of the registry, else those of the annotation
     */
    private static List<String> values(String parameter, BenchmarkListEntry benchmark,
            Options options, String... annotated) {
        return List.copyOf(options.getParameter(parameter).orElse(switch (parameter) {
            case GUARD -> Guard.names(isDrain(benchmark) ? Guard.drained() : Guard.portable());
            case PROTOCOL -> Protocols.NAMES;
            default -> List.of(annotated);
        }));
    }

    private static boolean isDrain(BenchmarkListEntry benchmark) {
        return benchmark.getUserClassQName().equals(Drain_01_HowLong.class.getName());
    }

    /**
     * Gives the two parameters their values. JMH takes a value that is in no annotation for all
     * benchmarks of a run, but drains are measured with fewer guards than the rest. So options that
     * match both and name no guard become two runs.
     *
     * @param options match at least one benchmark
     * @return options of one or two runs, which together match the same benchmarks
     */
    static List<Options> runs(Options options) {
        Map<List<String>, List<BenchmarkListEntry>> byGuards = JmhArguments.find(options).stream()
                .collect(Collectors.groupingBy(benchmark -> values(GUARD, benchmark, options),
                        LinkedHashMap::new, Collectors.toList()));
        List<Options> runs = new ArrayList<>();
        byGuards.forEach((guards, benchmarks) -> {
            OptionsBuilder run = new OptionsBuilder();
            run.parent(options).param(GUARD, guards.toArray(String[]::new)).param(PROTOCOL,
                    values(PROTOCOL, benchmarks.get(0), options).toArray(String[]::new));
            byGuards.values().stream().filter(others -> others != benchmarks)
                    .flatMap(List::stream).forEach(other ->
                            run.exclude("^" + Pattern.quote(other.getUsername()) + "$"));
            runs.add(run.build());
        });
        return runs;
    }

    /**
     * The benchmarks with their parameters, as {@code -lp} of JMH lists them.
     *
     * @param options match any benchmarks
     * @return lines
     */
    static List<String> list(Options options) {
        List<String> lines = new ArrayList<>(List.of("Benchmarks: "));
        for (BenchmarkListEntry benchmark : JmhArguments.find(options)) {
            lines.add(benchmark.getUsername());
            benchmark.getParams().orElse(Map.of()).forEach((name, annotated) -> lines.add(
                    "  param \"" + name + "\" = {" + String.join(", ",
                            values(name, benchmark, options, annotated)) + "}"));
        }
        return lines;
    }
}
