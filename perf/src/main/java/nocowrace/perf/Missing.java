// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import nocowrace.model.Protocol;

/** Why a row has no ratio to another one, in a few words. */
final class Missing {

    private Missing() {
    }

    /** Why nothing compares it with the form nearest to the kernel. */
    static String kernel(Row row) {
        return reason(row, Guard.KERNEL, Protocol.AFTER_FIX);
    }

    /** Why nothing compares it with a row without a guard. */
    static String none(Row row) {
        if (row.benchmark().equals(Drain_01_HowLong.class.getSimpleName())) {
            return "without a guard there is nothing to drain";
        }
        return reason(row, Guard.NONE, Protocol.BEFORE_FIX);
    }

    /** Why nothing compares it with the least that two CPUs need to see each other. */
    static String limit(Row row) {
        return row.benchmark().equals(Guard_01_EnterLeave.class.getSimpleName())
                ? "storeLoad and swapLoad were not run with these threads and this collector"
                : "this benchmark has no such limit";
    }

    private static String reason(Row row, Guard guard, Protocol protocol) {
        if (row.params().containsKey("guard")) {
            return guard + " was not run under these conditions";
        }
        if (row.params().containsKey("protocol")) {
            return protocol + " was not run under these conditions";
        }
        return row.benchmark().equals(Guard_01_EnterLeave.class.getSimpleName())
                ? "a floor or limit, not a guard"
                : "the other form was not run, or there is none";
    }
}
