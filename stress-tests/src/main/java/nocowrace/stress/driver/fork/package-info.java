// SPDX-License-Identifier: Apache-2.0

/**
 * Runs stress tests in forked JVMs through JCStress, and writes and reads the file of their
 * results, forks.jsonl. This package imports no other package of the driver.
 */
package nocowrace.stress.driver.fork;
