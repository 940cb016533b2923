// SPDX-License-Identifier: Apache-2.0

/**
 * The parts that the command lines of this project share: exit codes, files that are written whole
 * or not at all, a folder for each run, signals, the terminal, and a description of the machine and
 * of what else it was doing.
 */
package nocowrace.harness;
