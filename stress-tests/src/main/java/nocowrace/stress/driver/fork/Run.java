// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.util.List;
import nocowrace.harness.Environment;

/**
 * One run of compare: the first line of its results file.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param program which build of this program
 * @param id different for every run
 * @param date when it began, ISO 8601
 * @param environment where
 * @param options what the user chose
 * @param chosen all cells that were chosen, of every shard
 * @param cells those of this run
 * @param calibrations broken variants that this run measured beside them
 */
public record Run(String format, int version, String program, String id, String date,
        Environment environment, Choice options, List<String> chosen, List<String> cells,
        List<String> calibrations) {

    /** Tells our files from others. */
    public static final String FORMAT = "nocowrace-forks";

    /** Changes whenever a reader of the old would misread the new. */
    public static final int VERSION = 2;

    /**
     * The last line of a results file, written when the run ends by itself or is told to.
     *
     * @param trouble why the run ended early; null if it ran to its end
     * @param warnings reasons not to trust the run, a sentence each
     */
    public record End(String trouble, List<String> warnings) {
    }

    /**
     * What the user chose.
     *
     * @param only which cells, a regular expression; null if all
     * @param budgetSeconds time for the forks, s
     * @param shard which part
     * @param deep whether in every configuration
     * @param seed of the order of the cells
     * @param hints whether the race's window was made longer; there is no such thing
     */
    public record Choice(String only, double budgetSeconds, String shard, boolean deep, long seed,
            boolean hints) {
    }
}
