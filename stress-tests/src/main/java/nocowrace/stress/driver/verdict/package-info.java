// SPDX-License-Identifier: Apache-2.0

/**
 * The cells of the tables, the statistics of their samples, and how they are judged. This
 * package may import {@code fork}, and no other package of the driver.
 */
package nocowrace.stress.driver.verdict;
