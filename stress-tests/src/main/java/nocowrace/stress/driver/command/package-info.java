// SPDX-License-Identifier: Apache-2.0

/**
 * The commands of jcstress.jar, their common options, and the display of their progress. This
 * package may import {@code fork}, {@code verdict} and {@code report}.
 */
package nocowrace.stress.driver.command;
