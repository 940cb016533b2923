// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How busy the machine was with other work since this object was created, as far as Linux tells;
 * elsewhere nothing is known and nothing is said.
 */
public final class Load {

    /** Share of the time that the hypervisor may give to other machines. */
    private static final double MAX_STEAL = 0.02;

    /** CPUs that a run needs for itself: two actors or two writers. */
    private static final int NEEDED = 2;

    /** CPUs that other programs may use beyond those that a run leaves to them. */
    private static final double TOLERATED = 0.3;

    /** Fields of the first line of /proc/stat up to steal. */
    private static final int FIELDS = 8;
    private static final int IDLE = 3;
    private static final int IOWAIT = 4;
    private static final int STEAL = 7;

    /** In /proc/self/stat after the name in brackets: utime, stime, cutime, cstime. */
    private static final int FIRST_OWN = 11;
    private static final int OWN_FIELDS = 4;

    private final Path proc;
    private final long[] machineAtStart;
    private final long ownAtStart;
    private final List<Double> loads = new ArrayList<>();

    /** Begins to watch. */
    public Load() {
        this(Path.of("/proc"));
    }

    Load(Path proc) {
        this.proc = proc;
        machineAtStart = machine();
        ownAtStart = own();
        look();
    }

    /** Notes the load average of the last minute. */
    public void look() {
        try {
            loads.add(Double.parseDouble(Files.readString(proc.resolve("loadavg")).split(" ")[0]));
        } catch (IOException | NumberFormatException e) {
            // not Linux
        }
    }

    /** [user, nice, system, idle, iowait, irq, softirq, steal], ticks of all CPUs; or empty. */
    private long[] machine() {
        try (Stream<String> lines = Files.lines(proc.resolve("stat"))) {
            long[] times = Arrays.stream(lines.findFirst().orElse("").trim().split("\\s+")).skip(1)
                    .limit(FIELDS).mapToLong(Long::parseLong).toArray();
            return times.length == FIELDS ? times : new long[0];
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return new long[0];
        }
    }

    /** Ticks that this process and its ended children have used. */
    private long own() {
        try {
            String stat = Files.readString(proc.resolve("self/stat"));
            return Arrays.stream(stat.substring(stat.lastIndexOf(')') + 2).split(" "))
                    .skip(FIRST_OWN).limit(OWN_FIELDS).mapToLong(Long::parseLong).sum();
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    /** CPUs of the machine, which may be more than this JVM may use; 0 if not known. */
    private long cpus() {
        try (Stream<String> lines = Files.lines(proc.resolve("stat"))) {
            return lines.filter(line -> line.matches("cpu\\d+ .*")).count();
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }

    /** Share of the time that the hypervisor gave to other machines, in [0, 1]; NaN if unknown. */
    public double steal() {
        long[] now = machine();
        if (now.length == 0 || machineAtStart.length == 0) {
            return Double.NaN;
        }
        long all = LongStream.of(now).sum() - LongStream.of(machineAtStart).sum();
        return all <= 0 ? 0 : (double) (now[STEAL] - machineAtStart[STEAL]) / all;
    }

    /** CPUs that other programs used in the mean, at least 0; NaN if unknown. */
    public double others() {
        long[] now = machine();
        long own = own();
        if (now.length == 0 || machineAtStart.length == 0 || own < 0 || ownAtStart < 0) {
            return Double.NaN;
        }
        long all = LongStream.of(now).sum() - LongStream.of(machineAtStart).sum();
        long unused = 0;
        for (int field : new int[] {IDLE, IOWAIT, STEAL}) {
            unused += now[field] - machineAtStart[field];
        }
        long others = all - unused - (own - ownAtStart);
        return all <= 0 ? 0 : Math.max(0, (double) others * cpus() / all);
    }

    /** Greatest load average that was noted; NaN if unknown. */
    public double maxLoad() {
        return loads.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** Reasons not to trust the run, a sentence each; empty if there are none. */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        double steal = steal();
        if (steal > MAX_STEAL) {
            warnings.add(String.format(Locale.ROOT, "the hypervisor gave %.0f %% of the CPU time "
                    + "to other virtual machines", steal * 100));
        }
        double others = others();
        if (others > Math.max(0, cpus() - NEEDED) + TOLERATED) {
            warnings.add(String.format(Locale.ROOT, "other programs used %.1f of the machine's %d "
                    + "CPUs", others, cpus()));
        }
        return warnings;
    }
}
