// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine;

/** The command for a row. Breaks if it would measure another row, or in another way. */
class ReproduceTest {

    private static final RunResult RESULT =
            Samples.run(Map.of("guard", "WORD", "groups", "SAME"), 1, 2, 3);

    @Test
    void commandAsksJmhForTheSame() {
        CommandLine line = Main.commandLine();
        line.parseArgs(Reproduce.arguments(RESULT).toArray(String[]::new));
        OverheadCommand command = line.getCommand();
        CommandLineOptions options = JmhArguments.parse(command.jmh());
        JmhArguments.check(options);
        assertEquals(List.of("Guard_01_EnterLeave.guard$"), options.getIncludes());
        assertEquals(3, options.getForkCount().get());
        assertEquals(1, options.getWarmupIterations().get());
        assertEquals(2, options.getMeasurementIterations().get());
        assertEquals("50 ms", options.getMeasurementTime().get().toString());
        assertEquals(1, options.getThreads().get());
        assertEquals(List.of("WORD"), List.copyOf(options.getParameter("guard").get()));
        assertEquals(List.of("SAME"), List.copyOf(options.getParameter("groups").get()));
        assertEquals(List.of("-XX:+UseParallelGC"),
                List.copyOf(options.getJvmArgsAppend().get()));
    }

    @Test
    void shellTakesEachArgumentAsItIs() {
        String command = Reproduce.command(Samples.run(Map.of("guard", "it's $HOME"), 1));
        assertTrue(command.contains("'Guard_01_EnterLeave.guard$'"), command);
        assertTrue(command.contains("'guard=it'\\''s $HOME'"), command);
    }
}
