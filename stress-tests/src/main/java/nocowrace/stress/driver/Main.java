// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import nocowrace.harness.ExitCode;
import nocowrace.harness.FilePath;
import nocowrace.harness.Output;
import nocowrace.harness.Terminal;
import nocowrace.harness.Text;
import nocowrace.harness.UsageException;
import nocowrace.stress.driver.command.AblateCommand;
import nocowrace.stress.driver.command.CompareCommand;
import nocowrace.stress.driver.command.Complaint;
import nocowrace.stress.driver.command.ExploreCommand;
import nocowrace.stress.driver.command.ListCommand;
import nocowrace.stress.driver.command.ReportCommand;
import nocowrace.stress.driver.command.ThroughputCommand;
import nocowrace.stress.driver.command.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/** The command line: our own commands and options; any other option goes to JCStress. */
@Command(name = "jcstress.jar", mixinStandardHelpOptions = true,
        versionProvider = Version.class, synopsisSubcommandLabel = "[COMMAND]",
        header = "Reproduces the btrfs race between relocation and nocow writes, before and after "
                + "its fix.",
        description = {"", "Without a command: compare, with its options. A first argument that "
                + "starts with '-' and is none of our options goes to JCStress's own command line, "
                + "as in: -t BeforeFix -v. To see its options: java -cp jcstress.jar "
                + "org.openjdk.jcstress.Main -h", ""},
        footer = {"", "Exit codes: 0 everything as expected; 1 a verdict failed; 2 bad usage or "
                + "input; 3 the harness failed or something did not run."},
        subcommands = {CompareCommand.class, ExploreCommand.class, AblateCommand.class,
            ThroughputCommand.class, ReportCommand.class, ListCommand.class})
public final class Main {

    /** Shows where an unexpected exception comes from, for a report of a fault. */
    private static final String TRACE = "nocowrace.trace";

    private Main() {
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args a command and its options
     */
    public static void main(String... args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        CommandLine ours = commandLine();
        String first = args.length == 0 ? "compare" : args[0].split("=", 2)[0];
        if (!first.startsWith("-") || ours.getCommandSpec().optionsMap().containsKey(first)) {
            return ours.execute(args.length == 0 ? new String[] {first} : args);
        }
        Set<String> compare = ours.getSubcommands().get("compare").getCommandSpec().optionsMap()
                .keySet();
        if (compare.contains(first)) {
            List<String> all = new ArrayList<>(List.of(args));
            all.add(0, "compare");
            return ours.execute(all.toArray(String[]::new));
        }
        Optional<String> meant = compare.contains("-" + first) ? Optional.of("-" + first)
                : !first.startsWith("--") ? Optional.empty()
                : Text.nearest(first, new TreeSet<>(compare));
        if (meant.isPresent()) {
            Complaint.print("unknown option " + first + "; did you mean " + meant.get() + "?");
            return ExitCode.BAD_USAGE;
        }
        Complaint.print(first + " is none of our options and goes to JCStress; see --help");
        return JcstressMain.run(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, new FilePath())
                .setColorScheme(Help.defaultColorScheme(Terminal.ansi()))
                .setParameterExceptionHandler((e, args) -> {
                    Complaint.print(message(e) + "; see "
                            + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
                    return ExitCode.BAD_USAGE;
                })
                .setExecutionExceptionHandler((e, commandLine, result) -> {
                    if (e instanceof UsageException) {
                        Complaint.print(e.getMessage());
                        return ExitCode.BAD_USAGE;
                    }
                    if (Boolean.getBoolean(TRACE)) {
                        e.printStackTrace();
                    }
                    Complaint.print("the harness failed: " + (e instanceof IOException io
                            ? Output.reason(io)
                            : e + " (-D" + TRACE + "=true shows where)"));
                    return ExitCode.HARNESS_FAILED;
                });
    }

    /** What is wrong, and the command or option that may have been meant. */
    private static String message(ParameterException e) {
        String message = e.getMessage().lines().findFirst().orElse("?");
        List<String> meant = e instanceof UnmatchedArgumentException unmatched
                ? unmatched.getSuggestions() : List.of();
        return message + (meant.isEmpty() ? "" : "; did you mean "
                + String.join(" or ", meant) + "?");
    }
}
