// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a made-up /proc. Breaks if a busy machine is not reported, or an idle one is. */
class LoadTest {

    @TempDir
    private Path proc;

    /** Ticks of all CPUs together: ours, others', idle and stolen ones. */
    private void set(int cpus, long own, long others, long idle, long steal) throws IOException {
        StringBuilder stat = new StringBuilder("cpu  " + (own + others) + " 0 0 " + idle
                + " 0 0 0 " + steal + " 0 0\n");
        for (int i = 0; i < cpus; i++) {
            stat.append("cpu").append(i).append(" 1 0 0 1 0 0 0 0 0 0\n");
        }
        Files.writeString(proc.resolve("stat"), stat + "ctxt 1\n");
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/stat"), "7 (a (strange) name) R 1 1 1 0 -1 0 0 0 0 0 "
                + own / 4 + " " + own / 4 + " " + own / 4 + " " + own / 4 + " 20 0\n");
        Files.writeString(proc.resolve("loadavg"), "1.50 1.00 0.50 2/300 7\n");
    }

    private List<String> warnings(int cpus, long own, long others, long idle, long steal)
            throws IOException {
        set(cpus, 1000, 1000, 1000, 0);
        Load load = new Load(proc);
        assertEquals(List.of(), load.warnings(), "no time has passed");
        set(cpus, 1000 + own, 1000 + others, 1000 + idle, steal);
        assertEquals(1.5, load.maxLoad());
        return load.warnings();
    }

    @Test
    void otherProgramsMatterIfTheyLeaveTooFewCpus() throws IOException {
        assertEquals(List.of(), warnings(2, 800, 40, 1160, 0));
        assertEquals(List.of("other programs used 1.0 of the machine's 2 CPUs"),
                warnings(2, 800, 1000, 200, 0));
        assertEquals(List.of(), warnings(8, 2000, 5000, 1000, 0), "3 CPUs are left");
        assertEquals(List.of("other programs used 6.5 of the machine's 8 CPUs"),
                warnings(8, 1000, 6500, 500, 0));
    }

    @Test
    void stolenTimeMatters() throws IOException {
        assertEquals(List.of("the hypervisor gave 10 % of the CPU time to other virtual machines"),
                warnings(2, 800, 0, 1000, 200));
        assertEquals(List.of(), warnings(2, 800, 0, 1180, 20));
    }

    @Test
    void nothingIsSaidWhereNothingIsKnown() throws IOException {
        for (String broken : List.of("", "cpu", "cpu 1 2 3", "cpu a b c d e f g h",
                "no such line")) {
            Files.writeString(proc.resolve("stat"), broken);
            Load load = new Load(proc);
            load.look();
            assertEquals(List.of(), load.warnings(), broken);
            assertTrue(Double.isNaN(load.steal()) && Double.isNaN(load.others()), broken);
        }
        assertEquals(List.of(), new Load(proc.resolve("none")).warnings());
        assertTrue(Double.isNaN(new Load(proc.resolve("none")).maxLoad()));
    }
}
