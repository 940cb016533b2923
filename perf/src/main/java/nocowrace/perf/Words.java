// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

/** Small parts of sentences. */
final class Words {

    private Words() {
    }

    /** A count and its noun, such as "1 row is" or "2 rows are". */
    static String count(long count, String one, String more) {
        return count + " " + (count == 1 ? one : more);
    }
}
