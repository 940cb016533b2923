// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The command line, without a measurement. Breaks if bad input gets another exit code than 2 or
 * more than one line, shows names of Java's classes, or starts a run.
 */
class OverheadCommandTest {

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;

    @TempDir
    private Path dir;

    @BeforeEach
    void capture() {
        PrintStream both = new PrintStream(said, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    private String said(int exitCode, String... args) {
        said.reset();
        int got = Main.execute(args);
        String text = said.toString(StandardCharsets.UTF_8);
        assertEquals(exitCode, got, text);
        assertFalse(text.contains("\u001b") || text.contains("null"), text);
        return text;
    }

    private void refused(String word, String... args) {
        String text = said(2, args);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("benchmarks.jar: "), text);
        assertTrue(text.contains(word), text);
        assertFalse(text.matches("(?s).*(java\\.|Exception|joptsimple|jackson).*"), text);
    }

    @Test
    void misspeltOptionsGetSuggestions() {
        refused("unknown option --quik; did you mean --quick?", "--quik");
        refused("unknown option -quick; did you mean --quick?", "-quick");
        refused("unknown option --resum; did you mean --resume?", "--resum", "x");
        refused("unknown option --nonsense; --help lists", "--nonsense");
    }

    @Test
    void misspeltBenchmarksGetSuggestions() {
        refused("no benchmark matches Gaurd_01; did you mean Guard_01? -l lists them",
                "Gaurd_01", "-f", "1");
        refused("did you mean Drain_01_HowLong?", "drain_01_howlong");
        refused("no benchmark matches noSuchBenchmark; -l lists them", "noSuchBenchmark");
        refused("'[' is not a regular expression", "[");
    }

    @Test
    void badOptionsOfJmhAreBadUsage() {
        refused("'x' of option f", "-f", "x");
        refused("-prof nope: there is no such profiler", "-prof", "nope");
        refused("TU", "-tu", "TU");
    }

    /** Breaks if a name that does not exist is only found by a fork. */
    @Test
    void unknownGuardsAndProtocolsAreBadUsage() {
        refused("there is no guard 'NOPE'; the guards are " + String.join(", ",
                Guard.names(Guard.all())), "Guard_01", "-p", "guard=KERNEL,NOPE");
        refused("there is no protocol 'NOPE'; the protocols are " + String.join(", ",
                Protocols.NAMES), "Write_02", "-p", "protocol=NOPE");
        refused("there is no guard ''", "-lp", "-p", "guard=");
    }

    /** Breaks if a word that JMH does not know ends in a stack trace or names a class. */
    @Test
    void wordsThatJmhDoesNotKnowAreBadUsage() {
        for (String[] args : new String[][] {{"-bm", "foo"}, {"-rf", "foo"}, {"-v", "BAD"},
            {"-wm", "X"}, {"-tu", "fortnight"}, {"-jvm", dir.resolve("none").toString(),
                "Guard_01"}}) {
            refused("JMH: ", args);
            assertFalse(said.toString(StandardCharsets.UTF_8).contains("org."), args[0]);
        }
    }

    @Test
    void optionsThatDoNotFitTogetherAreRefused() {
        refused("--quick cannot be combined with options of JMH: -f 1", "--quick", "-f", "1");
        refused("--resume cannot be combined with --quick", "--quick", "--resume", "x");
        refused("--resume cannot be combined with --out", "--out", "y", "--resume", "x");
        refused("was given twice", "--out", "x", "--out", "y");
        refused("--out", "--out");
    }

    @Test
    void badDirectoriesAreRefused() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "text");
        refused("is not a directory", "--out", file.toString(), "--quick");
        refused("is not a directory", "--out=", "--quick");
        refused("is not a valid name", "--out", "a\0b", "--quick");
        refused("there is no such folder", "--resume", dir.resolve("none").toString());
        refused("has no forks.jsonl", "--resume", dir.toString());
        refused("cannot write", "-rff", dir.toString(), "Guard_01", "-f", "1");
    }

    @Test
    void helpIsOurs() {
        for (String option : List.of("-h", "--help")) {
            String help = said(0, option);
            assertTrue(help.startsWith("Usage: java -jar benchmarks.jar"), help);
            assertTrue(help.contains("--resume") && help.contains("--jmh-help")
                    && help.contains("Exit codes"), help);
            help.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        }
        assertTrue(said(0, "--jmh-help").contains("-wbs"), "JMH's own");
    }

    @Test
    void versionHasTheRevision() {
        for (String option : List.of("-V", "--version")) {
            String version = said(0, option);
            assertTrue(version.matches("(?s)nocowrace \\S+ \\(revision \\S+\\)\\R"
                    + "JMH 1\\.\\d+\\RJava .*"), version);
        }
    }

    @Test
    void queriesOfJmhRunNothing() {
        assertTrue(said(0, "-l", "Drain").contains("Drain_01_HowLong.whole"));
        assertFalse(said(0, "-l").contains("param"));
        assertFalse(said(0, "-l", "-lp").contains("param"));
        String drain = said(0, "-lp", "Drain");
        assertTrue(drain.contains("param \"guard\" = {" + String.join(", ",
                Guard.names(Guard.drained())) + "}") && drain.contains("writers"), drain);
        String guard = said(0, "-lp", "-e", "form", "-e", "Drain");
        assertTrue(guard.contains("param \"guard\" = {" + String.join(", ",
                Guard.names(Guard.portable())) + "}") && !guard.contains("form2016"), guard);
        assertTrue(guard.contains("param \"protocol\" = {" + String.join(", ",
                Protocols.NAMES) + "}"), guard);
        assertTrue(said(0, "-lp", "-p", "guard=WORD,KERNEL").contains("{WORD, KERNEL}"));
    }

    @Test
    void allOtherArgumentsGoToJmhInTheirOrder() {
        CommandLine line = Main.commandLine();
        line.parseArgs("-f", "3", "--out", "x", "Guard_01", "-jvmArgs", "-Xmx1g -Da=b",
                "--verbose", "-p", "guard=WORD,KERNEL", "-wi", "1");
        OverheadCommand command = line.getCommand();
        assertEquals(List.of("-f", "3", "Guard_01", "-jvmArgs", "-Xmx1g -Da=b", "-p",
                "guard=WORD,KERNEL", "-wi", "1"), command.jmh());
    }
}
