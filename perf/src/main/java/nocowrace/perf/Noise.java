// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What else the machine did during a run, as far as Linux tells; elsewhere nothing is known. */
final class Noise {

    /** Above this share of stolen time nothing can be ranked. */
    private static final double MAX_STEAL = 0.02;

    /** Runnable threads that are not ours: the load may be this much above a fork's own. */
    private static final double MAX_LOAD_ABOVE_OWN = 2;

    /** A fork's own: two writers and what compiles and collects beside them. */
    private static final double OWN_LOAD = 2;

    private static final Path LOAD = Path.of("/proc/loadavg");
    private static final Path STAT = Path.of("/proc/stat");

    private final long[] begun = cpuTimes();
    private final List<Double> loads = new ArrayList<>();

    Noise() {
        look();
    }

    /** Looks at the load. */
    void look() {
        double load = load();
        if (!Double.isNaN(load)) {
            loads.add(load);
        }
    }

    private static double load() {
        try {
            return Double.parseDouble(Files.readString(LOAD).split(" ")[0]);
        } catch (IOException | NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** [user, nice, system, idle, iowait, irq, softirq, steal], ticks of all CPUs; or empty. */
    private static long[] cpuTimes() {
        try (var lines = Files.lines(STAT)) {
            String[] fields = lines.findFirst().orElse("").trim().split("\\s+");
            long[] times = new long[Math.min(8, fields.length - 1)];
            for (int i = 0; i < times.length; i++) {
                times[i] = Long.parseLong(fields[i + 1]);
            }
            return times;
        } catch (IOException | NumberFormatException e) {
            return new long[0];
        }
    }

    /** Share of the time that the hypervisor gave to others, in [0, 1]; NaN if not known. */
    double steal() {
        long[] now = cpuTimes();
        if (now.length < 8 || begun.length < 8) {
            return Double.NaN;
        }
        long all = 0;
        for (int i = 0; i < now.length; i++) {
            all += now[i] - begun[i];
        }
        return all == 0 ? 0 : (double) (now[7] - begun[7]) / all;
    }

    /** Greatest load average over a minute; NaN if not known. */
    double maxLoad() {
        return loads.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** Why the run is not to be trusted; empty if nothing speaks against it. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (steal() > MAX_STEAL) {
            warnings.add(String.format(Locale.ROOT, "%.1f %% of the time was stolen by other"
                    + " machines on the same hardware", steal() * 100));
        }
        if (maxLoad() > OWN_LOAD + MAX_LOAD_ABOVE_OWN) {
            warnings.add(String.format(Locale.ROOT, "the load average reached %.1f: somebody else"
                    + " was at work", maxLoad()));
        }
        return warnings;
    }
}
