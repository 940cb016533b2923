// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * JMH as everyone knows it, and after a run the overhead report. Without JMH's options the whole
 * {@link Campaign} runs, or with {@code --quick} a short one.
 */
public final class Main {

    private static final String USAGE = """
            Without options of JMH: the whole overhead report, some 17 minutes.
              --quick      a short one instead, some two and a half minutes
              --out DIR    where to write JSON, charts and overhead.html (default: results)
            Options of JMH:
            """;

    private Path out = Path.of("results");
    private boolean quick;
    private final List<String> jmh = new ArrayList<>();

    private Main() {
    }

    /**
     * Runs benchmarks.
     *
     * @param args --quick, --out DIR, or JMH's options
     * @throws Exception if JMH's own command line throws it
     */
    public static void main(String... args) throws Exception {
        Main main = new Main();
        try {
            main.parse(args);
            System.exit(main.run());
        } catch (CommandLineOptionException | IllegalArgumentException e) {
            fail(2, e.getMessage());
        } catch (NoBenchmarksException e) {
            fail(2, "no benchmark matches; -l lists them");
        } catch (RunnerException | IOException e) {
            fail(3, String.valueOf(e.getMessage()));
        }
    }

    private void parse(String... args) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].equals("--quick")) {
                quick = true;
            } else if (args[i].equals("--out") || args[i].startsWith("--out=")) {
                boolean joined = args[i].length() > "--out".length();
                if (!joined && i + 1 == args.length) {
                    throw new IllegalArgumentException("--out wants a directory");
                }
                out = directory(joined ? args[i].substring("--out=".length()) : args[++i]);
            } else {
                jmh.add(args[i]);
            }
        }
        if (quick && !jmh.isEmpty()) {
            throw new IllegalArgumentException("--quick takes no options of JMH: " + jmh.get(0));
        }
    }

    private static Path directory(String name) {
        try {
            Path path = Path.of(name);
            if (name.isEmpty() || Files.exists(path) && !Files.isDirectory(path)) {
                throw new IllegalArgumentException("--out " + name + " is not a directory");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("--out " + name + " is not a directory");
        }
    }

    private int run() throws Exception {
        CommandLineOptions options = new CommandLineOptions(jmh.toArray(String[]::new));
        if (options.shouldHelp()) {
            System.out.print(USAGE);
        }
        if (options.shouldHelp() || options.shouldList() || options.shouldListWithParams()
                || options.shouldListProfilers() || options.shouldListResultFormats()) {
            org.openjdk.jmh.Main.main(jmh.toArray(String[]::new));
            return 0;
        }
        Files.createDirectories(out);
        Noise noise = new Noise();
        Campaign campaign = quick ? Campaign.quick() : Campaign.whole();
        Collection<RunResult> results = jmh.isEmpty() ? campaign.run(noise, System.err)
                : new Runner(options).run();
        noise.look();
        if (results.isEmpty()) {
            fail(3, "no benchmark gave a result");
        }
        Overhead overhead = Overhead.of(Row.of(results));
        List<String> warnings = new ArrayList<>(noise.warnings());
        warnings.addAll(overhead.noisy());
        campaign.lost().forEach(cell -> warnings.add("a fork failed of " + cell));
        System.out.println(System.lineSeparator() + OverheadTable.render(overhead));
        noise.warnings().forEach(warning -> System.out.println("too noisy to rank: " + warning));
        Report.write(out, results, overhead, noise, warnings);
        System.out.println("Written: " + out.resolve("overhead.html"));
        if (!campaign.lost().isEmpty()) {
            fail(3, campaign.lost().size() + " rows are not complete: a fork failed");
        }
        return 0;
    }

    private static void fail(int exitCode, String message) {
        System.err.println("benchmarks.jar: " + message.lines().findFirst().orElse("?"));
        System.exit(exitCode);
    }
}
