// SPDX-License-Identifier: Apache-2.0

/**
 * Writes results as tables, diagrams, pages, JSON and JUnit's XML. This package may import
 * {@code fork} and {@code verdict}, and no other package of the driver.
 */
package nocowrace.stress.driver.report;
