// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;

/**
 * What a run measured, and what kept it from measuring all.
 *
 * @param results one for each row, with the forks that ended
 * @param problems a line each, for the user; empty if all was measured
 */
record Measured(Collection<RunResult> results, List<String> problems) {
}
