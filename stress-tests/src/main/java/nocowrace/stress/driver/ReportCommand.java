// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Reads results back and judges them again, those of many runs as one. */
@Command(name = "report", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        sortOptions = false,
        description = {"Prints the table again from what compare has left in --out, and writes the "
                + "reports again. Results of several shards, machines or JDKs are judged as those "
                + "of one run; the table then says where what was seen.", ""})
final class ReportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*",
            description = "Results of compare: forks.jsonl, forks-1-of-3.jsonl, ...")
    private List<Path> files;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        List<String> notes = new ArrayList<>();
        Results results = Results.merge(files, notes);
        common.check();
        notes.forEach(Main::complain);
        common.print(results);
        common.write(results);
        return results.exitCode();
    }
}
