// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.Locale;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Terminal;
import nocowrace.harness.UsageException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine;

/**
 * JMH as everyone knows it, and after a run the overhead report. Without JMH's options the whole
 * {@link Campaign} runs, or with {@code --quick} a short one.
 */
public final class Main {

    private Main() {
    }

    /**
     * Runs benchmarks.
     *
     * @param args options of {@link OverheadCommand}, and JMH's
     */
    public static void main(String... args) {
        Locale.setDefault(Locale.ROOT); // JMH reads and prints in the default locale
        keepUnsafeQuiet();
        System.exit(execute(args));
    }

    /**
     * Runs benchmarks.
     *
     * @return exit code
     */
    static int execute(String... args) {
        return commandLine().setParameterExceptionHandler(Main::refuse)
                .setExecutionExceptionHandler((e, line, parsed) -> failed(e)).execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new OverheadCommand()).setPosixClusteredShortOptionsAllowed(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(Terminal.ansi()));
    }

    private static int refuse(ParameterException e, String[] args) {
        String message = e instanceof OverwrittenOptionException
                ? e.getMessage().replace("should be specified only once", "was given twice")
                : e.getMessage();
        say(message + "; see --help");
        return ExitCode.BAD_USAGE;
    }

    private static int failed(Exception e) {
        if (e instanceof UsageException) {
            say(e.getMessage());
            return ExitCode.BAD_USAGE;
        }
        if (e instanceof IOException && e.getMessage() != null) {
            say(e.getMessage());
        } else {
            say("failed, which is an error of this program; please report it:");
            e.printStackTrace();
        }
        return ExitCode.HARNESS_FAILED;
    }

    /** A line for the user on standard error. */
    static void say(String message) {
        System.err.println("benchmarks.jar: " + message.lines().findFirst().orElse(""));
    }

    /**
     * JMH 1.37 calls sun.misc.Unsafe as its class BenchmarkParams is loaded. From JDK 24 on the
     * first such call prints four lines of warning, and neither a manifest nor a property that is
     * set here prevents that. So Unsafe is told that it has warned; its package is open to
     * reflection. In a JDK without that method the warning is printed. Forks have
     * {@link Forks#quiet}.
     */
    private static void keepUnsafeQuiet() {
        try {
            Method warned = Class.forName("sun.misc.Unsafe")
                    .getDeclaredMethod("trySetMemoryAccessWarned");
            warned.setAccessible(true);
            warned.invoke(null);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            // an older JDK, which does not warn, or one that differs
        }
    }
}
