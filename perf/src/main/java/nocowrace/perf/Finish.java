// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.util.List;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Load;
import nocowrace.harness.Output;
import nocowrace.harness.RunFolder;

/** The end of a run, whether all was measured or not: the table, the files and the exit code. */
final class Finish {

    private Finish() {
    }

    /**
     * Prints and writes what there is.
     *
     * @param verbose with the detailed table
     * @return exit code
     * @throws IOException if it cannot be written, and nothing else went wrong before
     */
    static int of(Measured measured, RunHeader header, Load load, RunFolder folder,
            boolean verbose) throws IOException {
        List<String> problems = measured.problems();
        if (measured.results().isEmpty()) {
            Main.say(problems.isEmpty() ? "no benchmark gave a result"
                    : problems.get(0) + "; nothing was measured");
            return ExitCode.HARNESS_FAILED;
        }
        Run run = Run.of(measured, header, load);
        String newLine = System.lineSeparator();
        StringBuilder text = new StringBuilder(newLine);
        text.append(OverheadTable.render(run.overhead(), verbose));
        load.warnings().forEach(warning -> text.append("do not rank close results: ")
                .append(warning).append(newLine));
        IOException unwritten = null;
        try {
            Report.write(folder.path(), run);
            text.append("Written: ").append(folder.file(Report.PAGE)).append(newLine);
        } catch (IOException e) {
            unwritten = e; // the table is printed all the same
        }
        Output.print(text.toString());
        if (unwritten != null && problems.isEmpty()) {
            throw unwritten;
        }
        for (String problem : problems) {
            Main.say(problem + (header.campaign() == null ? ""
                    : "; to continue: --resume " + folder.path()));
        }
        return problems.isEmpty() ? ExitCode.OK : ExitCode.HARNESS_FAILED;
    }
}
