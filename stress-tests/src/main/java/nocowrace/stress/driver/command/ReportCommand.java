// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import nocowrace.harness.RunFolder;
import nocowrace.harness.Text;
import nocowrace.stress.driver.fork.ResultFiles;
import nocowrace.stress.driver.verdict.Results;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads results back and judges them again, those of many runs as one. */
@Command(name = "report", mixinStandardHelpOptions = true, versionProvider = Version.class,
        sortOptions = false,
        description = {"Prints the table again from the results of compare, and writes the "
                + "reports again. Results of several shards, machines or JDKs are judged as those "
                + "of one run; the table then says which machine showed what.", ""})
public final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*",
            description = "Results of compare: forks.jsonl, forks-1-of-3.jsonl, also packed with "
                    + "gzip; a folder, for all results in it; - for standard input.")
    private List<Path> paths;

    @Option(names = "--verbose",
            description = "Adds rates, 95 %% intervals and configurations to the table.")
    private boolean verbose;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        List<Path> files = ResultFiles.of(paths);
        common.check(files);
        List<String> notes = new ArrayList<>();
        Results results;
        try (Display display = Display.on(System.err, common.isQuiet())) {
            display.showLater("reading " + Text.count(files.size(), "file"));
            results = Results.merge(files, notes);
            notes.forEach(note -> display.say("jcstress.jar: " + note));
            display.show("writing the reports");
            try (RunFolder folder = common.open("report")) {
                common.write(folder, CompareCommand.reports(results, folder.path()));
                display.note("written: " + folder.file("compare.html"));
            } catch (IOException e) {
                results = results.with(e.getMessage());
            }
        }
        CompareCommand.print(common, results, verbose);
        return results.exitCode();
    }
}
