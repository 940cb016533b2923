// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

/** What became of an acknowledged write, and of those around it. Only KEPT is acceptable. */
public enum Fate {
    /** The acknowledged bytes are read back through the final pointer. */
    KEPT,
    /** Stale bytes are read, or the pointer leads into the removed block group. */
    LOST,
    /** Bytes of another file were overwritten. */
    CORRUPT,
    /** An operation fails that should not. */
    ERROR,
    /** At rest a counter, lock or reference is not at its base. */
    LEAK,
    /** A task can never finish. */
    HUNG
}
