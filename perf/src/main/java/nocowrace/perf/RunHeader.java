// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.util.List;
import nocowrace.harness.Build;
import nocowrace.harness.Environment;

/**
 * A run: its place, its build and its options.
 *
 * @param id different for every run
 * @param begun time, ISO 8601
 * @param environment the machine and the JVM
 * @param campaign "whole" or "quick"; null if options of JMH say what is run
 * @param jmh options of JMH
 */
record RunHeader(String id, String begun, Environment environment, String campaign,
        List<String> jmh) {

    /** The first line of {@link ForkLog}. */
    ObjectNode json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode();
        json.put("format", ForkLog.FORMAT).put("version", ForkLog.VERSION);
        json.put("program", Build.current().program());
        json.put("revision", Build.current().revision());
        json.put("id", id).put("begun", begun);
        json.set("environment", mapper.valueToTree(environment));
        ObjectNode options = json.putObject("options");
        options.put("campaign", campaign);
        options.set("jmh", mapper.valueToTree(jmh));
        options.set("jvm", mapper.valueToTree(jvmOptions()));
        return json;
    }

    /** Options of this JVM, which its forks inherit; without those that JMH's forks do not feel. */
    private static List<String> jvmOptions() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-Djmh.ignoreLock")).toList();
    }

}
