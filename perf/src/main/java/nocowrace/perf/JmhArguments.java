// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import nocowrace.harness.Text;
import nocowrace.harness.UsageException;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The part of the command line that is JMH's, checked before anything is measured. */
final class JmhArguments {

    private static final String UNKNOWN = " is not a recognized option";

    private JmhArguments() {
    }

    /**
     * Parses it.
     *
     * @throws UsageException if JMH does not understand it, or if it names a guard or protocol that
     *         does not exist
     */
    static CommandLineOptions parse(List<String> arguments) {
        try {
            CommandLineOptions options = new CommandLineOptions(arguments.toArray(String[]::new));
            Parameters.check(options);
            return options;
        } catch (CommandLineOptionException e) {
            String message = e.getMessage().lines().findFirst().orElse("bad option of JMH");
            if (message.endsWith(UNKNOWN)) {
                String name = message.substring(0, message.length() - UNKNOWN.length());
                throw new UsageException(unknown(arguments, name));
            }
            throw new UsageException("JMH: " + plain(message) + "; see --jmh-help");
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UsageException("JMH: " + plain(String.valueOf(e.getMessage()))
                    + "; see --jmh-help");
        }
    }

    /** JMH names its own classes where a word is not in a list. */
    private static String plain(String message) {
        return message.lines().findFirst().orElse("bad option").replaceFirst(
                "No enum constant [\\w.$]+\\.(\\S*)", "'$1' is not a value that it knows");
    }

    private static String unknown(List<String> arguments, String name) {
        String argument = arguments.stream().filter(given -> given.startsWith("-")
                && given.replaceFirst("^-+", "").startsWith(name)).findFirst().orElse("-" + name);
        return "unknown option " + argument + Text.nearest(argument,
                        Main.commandLine().getCommandSpec().optionsMap().keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse("; --help lists the options, --jmh-help those of JMH");
    }

    /** Whether JMH is only to list something. */
    static boolean isQuery(CommandLineOptions options) {
        return options.shouldList() || options.shouldListWithParams()
                || options.shouldListProfilers() || options.shouldListResultFormats();
    }

    /**
     * Checks that JMH can do what its options ask for.
     *
     * @throws UsageException if not
     */
    static void check(CommandLineOptions options) {
        Stream.of(options.getIncludes(), options.getExcludes(), options.getWarmupIncludes())
                .flatMap(Collection::stream).forEach(JmhArguments::checkRegex);
        if (find(options).isEmpty()) {
            List<String> given = options.getIncludes();
            String near = given.stream().map(JmhArguments::near).flatMap(Optional::stream)
                    .findFirst().map(name -> "; did you mean " + name + "?").orElse("");
            throw new UsageException("no benchmark matches " + String.join(" ", given) + near
                    + (near.isEmpty() ? "; " : " ") + "-l lists them");
        }
        if (options.getJvm().hasValue() && !Files.isExecutable(Path.of(options.getJvm().get()))) {
            throw new UsageException("JMH: -jvm " + options.getJvm().get()
                    + " is not a program that can be run");
        }
        JmhRun.check(options);
    }

    private static void checkRegex(String regex) {
        try {
            Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new UsageException("'" + regex + "' is not a regular expression: "
                    + e.getDescription());
        }
    }

    /**
     * Finds the benchmarks that options match.
     *
     * @param options have valid regular expressions
     * @return in the order in which JMH runs them
     */
    static Collection<BenchmarkListEntry> find(Options options) {
        return BenchmarkList.defaultList().find(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                options.getIncludes(), options.getExcludes());
    }

    /** The name of a benchmark, or the beginning of one, that is much like what was given. */
    private static Optional<String> near(String given) {
        List<String> names = new ArrayList<>();
        for (BenchmarkListEntry entry : find(new OptionsBuilder().build())) {
            String[] parts = entry.getUsername().split("\\.");
            String type = parts[parts.length - 2];
            String method = parts[parts.length - 1];
            String number = type.replaceFirst("(_\\d+)_.*", "$1");
            names.addAll(List.of(number, type, method, number + "." + method,
                    type + "." + method));
        }
        String lower = given.toLowerCase(Locale.ROOT);
        int most = Math.max(1, given.length() / 4);
        LevenshteinDistance distance = new LevenshteinDistance(most);
        return names.stream().distinct()
                .filter(name -> distance.apply(lower, name.toLowerCase(Locale.ROOT)) >= 0)
                .min(Comparator.comparingInt(name ->
                        distance.apply(lower, name.toLowerCase(Locale.ROOT))));
    }
}
