// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import nocowrace.harness.ExitCode;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.driver.fork.ForkLog;
import nocowrace.stress.driver.verdict.MadeUp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stress tests that deadlock, throw, or never start. Breaks if one of them stops the run, costs
 * more than its watchdog, or passes; they are compiled here, so that no list of tests has them.
 */
class FaultyIT {

    private static final int WATCHDOG_SECONDS = 6;

    /** For start, calibration and the stack dump, also on a machine that is very busy. */
    private static final long MARGIN_SECONDS = 100;

    @TempDir
    private Path directory;

    private void compile() {
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null,
                "-cp", Jar.FILE.toString(), "-d", directory.toString(),
                "-processor", "org.openjdk.jcstress.infra.processors.JCStressTestProcessor",
                Path.of("src", "test", "jcstress", "nocowrace", "stress", "driver", "Faulty.java")
                        .toString()));
    }

    /** Runs Faulty's main, with the tests of this directory before those of the jar. */
    private Jar run(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("-cp",
                directory + File.pathSeparator + Jar.FILE, "nocowrace.stress.driver.Faulty"));
        all.addAll(List.of(arguments));
        return Jar.end(directory, Jar.start(directory, all));
    }

    private static Fork of(MadeUp.Read file, String cell) {
        return file.forks.stream().filter(line -> line.cell().equals(cell))
                .map(ForkLog.Line::fork).findFirst().orElseThrow();
    }

    @Test
    void eachShowsAsWhatItIsAndTheRunGoesOn() throws Exception {
        compile();
        Jar run = run("forks.jsonl", Integer.toString(WATCHDOG_SECONDS));
        assertEquals(ExitCode.HARNESS_FAILED, run.exitCode(), run.out() + run.err());
        MadeUp.Read file = new MadeUp.Read(directory.resolve("forks.jsonl"));
        assertEquals(3, file.forks.size());
        Fork throwing = of(file, "direct-nodatacow/v4.6");
        assertEquals(Fork.Status.FAILED, throwing.status());
        assertTrue(throwing.message().contains("TEST_ERROR"), throwing.message());
        Fork neverStarts = of(file, "direct-nodatacow/before-fix");
        assertEquals(Fork.Status.FAILED, neverStarts.status(), neverStarts.toString());
        Fork hung = of(file, "direct-nodatacow/after-fix");
        assertEquals(Fork.Status.HUNG, hung.status());
        assertTrue(hung.stack().contains("Faulty$Deadlocks.both")
                && hung.stack().contains("waiting to lock"), hung.stack());
        for (ForkLog.Line line : file.forks) {
            assertTrue(line.fork().nanos()
                    < Duration.ofSeconds(WATCHDOG_SECONDS + MARGIN_SECONDS).toNanos(),
                    line.toString());
        }
        assertTrue(run.out().contains("violated") && run.out().contains("1 fork hung"),
                run.out());
        assertTrue(run.out().matches("(?s).*1 fork failed.*1 fork failed.*"), run.out());
        Jar report = run("report", "forks.jsonl", "--out", "reports");
        assertEquals(run.out(), report.out());
        assertEquals(ExitCode.HARNESS_FAILED, report.exitCode(), report.err());
        assertTrue(Files.readString(directory.resolve("reports/latest/compare.html"))
                .contains("waiting to lock"));
    }
}
