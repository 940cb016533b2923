// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import nocowrace.stress.driver.fork.Shard;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

/**
 * The manifests say what this program understands. Breaks if an option that they use is renamed, if
 * they no longer take the shard from the engine, or run other than as many shards as they divide
 * the work into.
 */
class DeployTest {

    private static final Path DEPLOY = Path.of("..", "deploy");

    private static final Pattern COMMAND = Pattern.compile(
            "jcstress\\.jar ((?:compare|report) .*?)(?=\\n *(?:-|[a-z]+:|\\z))", Pattern.DOTALL);

    private static List<ParseResult> commands(String text) {
        return COMMAND.matcher(text.replaceAll("\\$\\{\\{.*?}}", "3")).results()
                .map(found -> found.group(1).replace("auto/3", "1/3").strip().split("\\s+"))
                .map(args -> Main.commandLine().parseArgs(args).subcommand()).toList();
    }

    @Test
    void everyCommandParses() throws IOException {
        try (Stream<Path> files = Files.list(DEPLOY)) {
            List<String> names = files.flatMap(file -> {
                try {
                    return commands(Files.readString(file)).stream();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }).map(command -> command.commandSpec().name()).sorted().toList();
            assertEquals(List.of("compare", "compare", "report", "report"), names);
        }
    }

    @Test
    void theShardsAreAsManyAsThePods() throws IOException {
        String job = Files.readString(DEPLOY.resolve("kubernetes-compare.yaml"));
        Matcher completions = Pattern.compile("completions: (\\d+)").matcher(job);
        assertTrue(completions.find());
        assertTrue(job.contains("--shard auto/" + completions.group(1) + " "), job);
        String workflow = Files.readString(DEPLOY.resolve("github-actions.yml"));
        assertTrue(workflow.contains("--shard auto/${{ strategy.job-total }} "), workflow);
        assertTrue(workflow.contains(Shard.VARIABLE + ": ${{ strategy.job-index }}"), workflow);
    }
}
