// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What bad input gets: one line that says what is wrong, exit code 2, and nothing half-written.
 * Breaks if a command begins to work before it knows that it can end.
 */
class UsageTest {

    @TempDir
    private Path directory;

    /** Standard output and standard error of a command that must be refused. */
    private static List<String> refused(List<String> args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        try {
            assertEquals(2, Main.run(args.toArray(String[]::new)), args + complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return List.of(said.toString(StandardCharsets.UTF_8),
                complained.toString(StandardCharsets.UTF_8));
    }

    @Test
    void oneLineAndExitCode2() throws Exception {
        String file = Files.writeString(directory.resolve("file"), "").toString();
        String foreign = Files.writeString(directory.resolve("foreign"), "{\"a\": 1}\n")
                .toString();
        Files.createDirectory(directory.resolve("a"));
        String good = Files.writeString(directory.resolve("a/forks.jsonl"), "any").toString();
        Files.createSymbolicLink(directory.resolve("forks.jsonl"), Path.of("a", "forks.jsonl"));
        String packed = Files.createDirectory(directory.resolve("packed")).toString();
        String gz = Files.writeString(Path.of(packed, "forks.jsonl.gz"), "any").toString();
        String out = directory.resolve("results").toString();
        List<List<String>> bad = List.of(
                List.of("frobnicate"),
                List.of("--budgt", "3s"),
                List.of("-only", "direct"),
                List.of("--budget", "soon"),
                List.of("-t", "NoSuchTest"),
                List.of("-t", "("),
                List.of("compare", "--resume", directory + "/none"),
                List.of("compare", "--resume", directory.toString()),
                List.of("compare", "--resume", directory.toString(), "--seed", "1"),
                List.of("compare", "--frobnicate"),
                List.of("compare", "--only", "no-such-scenario"),
                List.of("compare", "--only", "("),
                List.of("compare", "--budget", "0s"),
                List.of("compare", "--budget", "soon"),
                List.of("compare", "--out", file + "/below"),
                List.of("compare", "--budget", "999999999h"),
                List.of("compare", "--out", out, "--json", directory.toString()),
                List.of("compare", "--out", out, "--json", "/dev/null"),
                List.of("compare", "--shard", "4/3"),
                List.of("compare", "--shard", "auto/3"),
                List.of("compare", "--shard", "1/20"),
                List.of("compare", "--seed", "x"),
                List.of("compare", "--out", ""),
                List.of("compare", "--out", "a\0b"),
                List.of("report", ""),
                List.of("report"),
                List.of("report", directory + "/none"),
                List.of("report", file),
                List.of("report", foreign),
                List.of("report", directory.toString()),
                List.of("report", good, "--json", good),
                List.of("compare", "--only", "direct-cow", "--out", out, "--json", good),
                List.of("explore", "--only", "direct-cow", "--out", out, "--json",
                        out + "/latest/forks-1-of-2.jsonl"),
                List.of("compare", "--resume", packed),
                List.of("compare", "--resume", directory.resolve("a").getParent().toString()),
                List.of("report", good, "--json", directory + "/./forks.jsonl"),
                List.of("report", directory + "/a", "--json", good),
                List.of("explore", "--only", "no-such-scenario"),
                List.of("explore", "--max-states", "0"),
                List.of("explore", "--json", file + "/below"),
                List.of("explore", "--markdown", "--json", "-"),
                List.of("throughput", "--only", "two-writers", "--out", out),
                List.of("throughput", "--budget", "0s", "--out", out),
                List.of("throughput", "--warm-up", "-1", "--out", out),
                List.of("throughput", "--warm-up", "41", "--out", out),
                List.of("throughput", "--out", file + "/below"),
                List.of("throughput", "--out", out, "--json", directory.toString()),
                List.of("ablate", "--only", "no-such-ablation"),
                List.of("ablate", "--engine", "guess"),
                List.of("ablate", "--form", "before-fix"),
                List.of("ablate", "--form", "held", "--only", "mW"),
                List.of("ablate", "--json", file + "/below"));
        for (List<String> args : bad) {
            List<String> said = refused(args);
            assertEquals("", args.get(0).equals("-t") ? "" : said.get(0), args.toString());
            assertEquals(args.get(0).equals("-t") ? 2 : 1, said.get(1).lines().count(),
                    args + said.get(1));
            assertTrue(said.get(1).startsWith("jcstress.jar: "), args + said.get(1));
            for (String internal : List.of("java.", "Exception", "jackson", "nocowrace.")) {
                assertFalse(said.get(1).contains(internal), said.get(1));
            }
        }
        assertEquals("", Files.readString(Path.of(file)));
        try (Stream<Path> files = Files.walk(directory)) {
            assertEquals(List.of(good, file, foreign, directory + "/forks.jsonl", gz), files.filter(Files::isRegularFile)
                    .map(Path::toString).sorted().toList());
        }
    }

    @Test
    void aMisspeltWordGetsASuggestion() {
        for (List<String> args : List.of(List.of("comparre"), List.of("--budgt", "3s"),
                List.of("-only", "direct"), List.of("compare", "--budgte=3s"))) {
            assertTrue(refused(args).get(1).contains("did you mean"), args.toString());
        }
    }

    /** Breaks if a run could be continued that another lock protects, or that is packed. */
    @Test
    void onlyTheFolderOfARunIsResumed() throws Exception {
        Path parent = directory.resolve("parent");
        Files.writeString(Files.createDirectories(parent.resolve("run")).resolve("forks.jsonl"),
                "any");
        Path packed = Files.createDirectory(directory.resolve("packed"));
        Files.writeString(packed.resolve("forks.jsonl.gz"), "any");
        for (Path folder : List.of(parent, packed)) {
            String said = refused(List.of("compare", "--resume", folder.toString())).get(1);
            assertTrue(said.contains("it is not the folder of one run"), said);
        }
    }

    @Test
    void reportReplacesNoInput() throws Exception {
        String input = Files.writeString(directory.resolve("data.jsonl"), "precious").toString();
        String said = refused(List.of("report", input, "--json", input)).get(1);
        assertTrue(said.contains("is an input and would be replaced"), said);
        said = refused(List.of("report", input, "--json", directory + "/forks-1.jsonl")).get(1);
        assertTrue(said.contains("hold what runs have measured"), said);
        assertEquals("precious", Files.readString(Path.of(input)));
    }
}
