// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the names of rows mean, for a reader of the page. */
final class Subjects {

    private static final Map<String, String> MEANINGS = new LinkedHashMap<>();

    static {
        MEANINGS.put("NONE", "no guard: writers are not counted. Loses data; shown as the floor.");
        MEANINGS.put("KERNEL", "the kernel's form of 2016: a spin lock around test and count.");
        MEANINGS.put("MONITOR", "the same with a Java monitor as the lock.");
        MEANINGS.put("WORD", "one word: the count and the closed flag in one atomic word.");
        MEANINGS.put("SLOTS", "a slot per writer. A leaving writer wakes the relocation.");
        MEANINGS.put("SLOTS_POLLED", "a slot per writer. The relocation has to poll the slots.");
        MEANINGS.put("READ_WRITE_LOCK", "java.util.concurrent ReentrantReadWriteLock, for "
                + "comparison.");
        MEANINGS.put("STAMPED_LOCK", "java.util.concurrent StampedLock, for comparison.");
        MEANINGS.put("SEMAPHORE", "java.util.concurrent Semaphore, for comparison.");
        MEANINGS.put("PHASER", "java.util.concurrent Phaser, for comparison.");
        MEANINGS.put("MEMBARRIER", "a slot per writer without a fence, on Linux only.");
        MEANINGS.put("form2016 KERNEL", "the kernel form with the look-ups of 2016: on the way in "
                + "and on the way out.");
        MEANINGS.put("form2022 KERNEL", "the kernel form with the look-up of 2022: on the way in.");
        MEANINGS.put("floor", "an empty benchmark: the cost of the harness.");
        MEANINGS.put("lookAtFlag", "one volatile read: a write without a counter.");
        MEANINGS.put("storeLoad", "a volatile store, then a load: the limit of all slots.");
        MEANINGS.put("swapLoad", "the same limit with an atomic exchange for the store.");
        MEANINGS.put("addPair", "two atomic additions: the limit of all shared counts.");
        MEANINGS.put("before-fix", "the write before the fix. Loses data; shown as the floor.");
        MEANINGS.put("beforeFix", "a write before the fix. Loses data.");
        MEANINGS.put("held-uncounted", "the steps of 2022, but without a counter. Loses data.");
        MEANINGS.put("after-fix", "the fix of 2016.");
        MEANINGS.put("afterFix", "a write with the fix of 2016.");
        MEANINGS.put("held", "the form of 2022: the block group is held from enter to leave.");
        MEANINGS.put("single-word", "the form of 2022 with one word as its guard.");
        MEANINGS.put("writer-slots", "the form of 2022 with a slot per writer as its guard.");
        MEANINGS.put("straight", "a direct write with the fix of 2016, as straight-line code.");
        MEANINGS.put("steps", "the same write as steps, which the step engine takes.");
    }

    private Subjects() {
    }

    /** Names and meanings of what a run has measured, in a fixed order. */
    static List<Map<String, String>> of(List<Overhead.Line> lines) {
        List<String> present = lines.stream().map(line -> line.row().subject()).toList();
        return MEANINGS.entrySet().stream().filter(entry -> present.contains(entry.getKey()))
                .map(entry -> Map.of("name", entry.getKey(), "meaning", entry.getValue()))
                .toList();
    }
}
