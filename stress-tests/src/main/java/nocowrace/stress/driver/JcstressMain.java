// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.regex.PatternSyntaxException;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Output;
import nocowrace.stress.driver.command.Complaint;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;

/**
 * JCStress's own command line, with two differences from its Main: the exit code is not 0 if
 * nothing ran, and bad input gets one line instead of a stack trace. Made for JCStress 0.16.
 */
final class JcstressMain {

    private JcstressMain() {
    }

    /**
     * Runs it.
     *
     * @param args JCStress's options
     * @return an {@link ExitCode}
     */
    static int run(String... args) {
        try {
            Options options = new Options(args);
            if (!options.parse()) {
                return Arrays.asList(args).contains("-h") ? ExitCode.OK : ExitCode.BAD_USAGE;
            }
            JCStress jcstress = new JCStress(options);
            if (options.shouldParse()) {
                jcstress.parseResults();
                return ExitCode.OK;
            }
            SortedSet<String> tests = jcstress.getTests();
            if (tests.isEmpty()) {
                Complaint.print("no test matches -t " + options.getTestFilter()
                        + "; -l lists all tests");
                return ExitCode.BAD_USAGE;
            }
            if (options.shouldList()) {
                tests.forEach(System.out::println);
                return ExitCode.OK;
            }
            jcstress.run();
            if (results(Path.of(options.getResultFile())) == 0) {
                Complaint.print("no test ran");
                return ExitCode.HARNESS_FAILED;
            }
            return ExitCode.OK;
        } catch (AssertionError e) { // its way to say that a test failed
            return ExitCode.VERDICT_FAILED;
        } catch (PatternSyntaxException e) {
            Complaint.print("-t is not a regular expression: " + e.getDescription());
            return ExitCode.BAD_USAGE;
        } catch (IOException e) {
            Complaint.print(Output.reason(e));
            return ExitCode.BAD_USAGE;
        } catch (Exception e) {
            Complaint.print("JCStress failed: " + e);
            return ExitCode.HARNESS_FAILED;
        }
    }

    /** Results of tests that ran, whatever they showed; a count. */
    private static long results(Path file) throws Exception {
        if (!Files.exists(file)) {
            return 0;
        }
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file.toString(), collector);
        reader.dump();
        reader.close();
        List<Status> statuses = new ArrayList<>();
        collector.getTestResults().forEach(result -> statuses.add(result.status()));
        return statuses.stream().filter(status -> status != Status.API_MISMATCH).count();
    }
}
