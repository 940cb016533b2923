// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import nocowrace.harness.Build;
import nocowrace.harness.Environment;
import nocowrace.harness.Load;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/**
 * The contents of a report.
 *
 * @param results as JMH has them
 * @param overhead the same, compared
 * @param environment names and values, of the machine and of the run
 * @param warnings reasons not to trust the run, and what is missing
 * @param complete whether all was measured
 */
record Run(Collection<RunResult> results, Overhead overhead, Map<String, Object> environment,
        List<String> warnings, boolean complete) {

    static Run of(Measured measured, RunHeader header, Load load) {
        Overhead overhead = Overhead.of(Row.of(measured.results()));
        List<String> warnings = new ArrayList<>(measured.problems());
        warnings.addAll(load.warnings());
        overhead.noisy().forEach(noisy -> warnings.add("too noisy to rank: " + noisy));
        return new Run(measured.results(), overhead,
                environment(measured.results(), header, load), warnings,
                measured.problems().isEmpty());
    }

    private static Map<String, Object> environment(Collection<RunResult> results,
            RunHeader header, Load load) {
        Environment machine = header.environment();
        BenchmarkParams params = results.iterator().next().getParams();
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("date", header.begun());
        environment.put("machine", machine.toString());
        environment.put("os", machine.os());
        environment.put("arch", machine.arch());
        environment.put("cpu", machine.cpu());
        environment.put("cpus", machine.cpus());
        environment.put("java", machine.java());
        environment.put("JDK", params.getVmName() + " " + params.getVmVersion());
        environment.put("flags", results.stream()
                .map(result -> String.join(" ", result.getParams().getJvmArgs())).distinct()
                .collect(Collectors.joining(" | ")));
        environment.put("JMH", params.getJmhVersion());
        environment.put("program", Build.current().toString());
        environment.put("forks", results.stream()
                .map(result -> String.valueOf(result.getBenchmarkResults().size())).distinct()
                .collect(Collectors.joining(", ")));
        environment.put("load average, greatest", number(load.maxLoad(), "%.1f"));
        environment.put("CPUs used by other programs", number(load.others(), "%.1f"));
        environment.put("stolen time, %", number(load.steal() * 100, "%.2f"));
        return environment;
    }

    private static String number(double value, String format) {
        return Double.isNaN(value) ? "not known" : String.format(Locale.ROOT, format, value);
    }
}
