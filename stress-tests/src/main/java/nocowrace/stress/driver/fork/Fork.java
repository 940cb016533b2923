// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.util.Map;

/**
 * One JVM's worth of samples. Written to results files as it stands.
 *
 * @param status how the JVM ended
 * @param outcomes samples by outcome id; empty unless OK
 * @param nanos how long it took, from start to end, ns
 * @param message what went wrong, one line; empty if OK
 * @param configuration how the JVM was set up, in a few words; empty if not known
 * @param stack stack dump of a JVM that hung; null if there is none
 */
public record Fork(Status status, Map<String, Long> outcomes, long nanos, String message,
        String configuration, String stack) {

    /** How a fork ended. */
    public enum Status {
        /** With samples. */
        OK,
        /** Killed by the watchdog: it hung. */
        HUNG,
        /** Any other way. */
        FAILED
    }

    /**
     * Creates a fork of an unknown configuration, without a stack dump.
     *
     * @param status how the JVM ended
     * @param outcomes samples by outcome id; empty unless OK
     * @param nanos how long it took, from start to end, ns
     * @param message what went wrong, one line; empty if OK
     */
    public Fork(Status status, Map<String, Long> outcomes, long nanos, String message) {
        this(status, outcomes, nanos, message, "", null);
    }
}
