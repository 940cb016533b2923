// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line: commands of our own; anything that starts with a hyphen is JCStress's. */
@Command(name = "jcstress.jar", mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class, synopsisSubcommandLabel = "[COMMAND]",
        header = "Reproduces the btrfs race between relocation and nocow writes, before and after "
                + "its fix.",
        description = {"", "Without a command: compare. A first argument that starts with '-' goes "
                + "to JCStress's own command line unchanged (-h lists its options).", ""},
        footer = {"", "Exit codes: 0 everything as expected; 1 a verdict failed; 2 bad usage or "
                + "input; 3 the harness failed or something did not run."},
        subcommands = {CompareCommand.class, ExploreCommand.class, AblateCommand.class,
            ThroughputCommand.class, ReportCommand.class, ListCommand.class})
public final class Main {

    static final int VERDICT_FAILED = 1;
    static final int BAD_USAGE = 2;
    static final int HARNESS_FAILED = 3;

    /** Arguments with a hyphen that are ours all the same. */
    private static final List<String> OWN = List.of("--help", "--version");

    private Main() {
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args a command and its options
     * @throws Exception if JCStress's own command line throws it
     */
    public static void main(String... args) throws Exception {
        if (args.length > 0 && args[0].startsWith("-") && !OWN.contains(args[0])) {
            org.openjdk.jcstress.Main.main(args);
            return;
        }
        System.exit(commandLine().execute(args.length == 0 ? new String[] {"compare"} : args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, args) -> {
                    complain(e.getMessage() + "; see "
                            + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
                    return BAD_USAGE;
                })
                .setExecutionExceptionHandler((e, commandLine, result) -> {
                    if (e instanceof UsageException) {
                        complain(e.getMessage());
                        return BAD_USAGE;
                    }
                    complain("the harness failed: " + e);
                    return HARNESS_FAILED;
                });
    }

    static void complain(String line) {
        System.err.println("jcstress.jar: " + line.lines().findFirst().orElse("?"));
    }

    /** Bad usage or input that only shows when a command runs: one line, exit code 2. */
    static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements IVersionProvider {

        /** Name and version of this program alone. */
        static String program() {
            String version = Main.class.getPackage().getImplementationVersion();
            return "nocowrace " + (version == null ? "unpackaged" : version);
        }

        @Override
        public String[] getVersion() {
            return new String[] {program() + ", JCStress 0.16, Java " + Runtime.version()};
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(new Version().getVersion());
    }
}
