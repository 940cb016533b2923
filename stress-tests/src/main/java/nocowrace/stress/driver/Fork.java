// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.util.Map;

/**
 * One JVM's worth of samples.
 *
 * @param status how the JVM ended
 * @param outcomes samples by outcome id; empty unless OK
 * @param nanos how long it took, from start to end, ns
 * @param message what went wrong, one line; empty if OK
 */
record Fork(Status status, Map<String, Long> outcomes, long nanos, String message) {

    /** How a fork ended. */
    enum Status {
        /** With samples. */
        OK,
        /** Killed by the watchdog: it hung. */
        HUNG,
        /** Any other way. */
        FAILED
    }
}
