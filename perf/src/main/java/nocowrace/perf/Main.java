// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** JMH as everyone knows it; after a run it prints the ratios. */
public final class Main {

    private Main() {
    }

    /**
     * Runs benchmarks.
     *
     * @param args JMH's options
     * @throws Exception if JMH's own command line throws it
     */
    public static void main(String... args) throws Exception {
        CommandLineOptions options;
        try {
            options = new CommandLineOptions(args);
        } catch (CommandLineOptionException e) {
            fail(2, e.getMessage());
            return;
        }
        if (options.shouldHelp() || options.shouldList() || options.shouldListWithParams()
                || options.shouldListProfilers() || options.shouldListResultFormats()) {
            org.openjdk.jmh.Main.main(args);
            return;
        }
        try {
            Collection<RunResult> results = new Runner(options).run();
            if (results.isEmpty()) {
                fail(3, "no benchmark gave a result");
                return;
            }
            System.out.println(System.lineSeparator() + OverheadTable.render(results));
        } catch (NoBenchmarksException e) {
            fail(2, "no benchmark matches; -l lists them");
        } catch (RunnerException e) {
            fail(3, String.valueOf(e.getMessage()));
        }
    }

    private static void fail(int exitCode, String message) {
        System.err.println("benchmarks.jar: " + message.lines().findFirst().orElse("?"));
        System.exit(exitCode);
    }
}
