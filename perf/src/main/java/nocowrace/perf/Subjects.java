// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the names of rows mean, for a reader of the page. */
final class Subjects {

    private static final Map<String, String> MEANINGS = new LinkedHashMap<>();

    static {
        Guard.all().forEach(guard -> put(guard.name(), guard.meaning()));
        put("form2016 KERNEL", "the kernel form with the look-ups of 2016: on the way in and on "
                + "the way out");
        put("form2022 KERNEL", "the kernel form with the look-up of 2022: on the way in");
        put("floor", "an empty benchmark: the cost of the harness");
        put("lookAtFlag", "one volatile read: a write without a counter");
        put("storeLoad", "a volatile store, then a load: the limit of all slots");
        put("swapLoad", "the same limit with an atomic exchange for the store");
        put("addPair", "two atomic additions: the limit of all shared counts");
        Protocols.NAMES.forEach(name -> put(name, Protocols.meaning(name)));
        put("beforeFix", "a write before the fix. Loses data");
        put("afterFix", "a write with the fix of 2016");
        put("straight", "a direct write with the fix of 2016, as straight-line code");
        put("steps", "the same write as steps, which the step engine takes");
    }

    private Subjects() {
    }

    private static void put(String name, String meaning) {
        MEANINGS.put(name, meaning + ".");
    }

    /** Names and meanings of what a run has measured, in a fixed order. */
    static List<Map<String, String>> of(List<Overhead.Line> lines) {
        List<String> present = lines.stream().map(line -> line.row().subject()).toList();
        return MEANINGS.entrySet().stream().filter(entry -> present.contains(entry.getKey()))
                .map(entry -> Map.of("name", entry.getKey(), "meaning", entry.getValue()))
                .toList();
    }
}
