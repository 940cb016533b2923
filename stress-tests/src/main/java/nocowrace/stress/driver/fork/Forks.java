// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import nocowrace.harness.Interruption;
import nocowrace.stress.driver.fork.Configuration.Jit;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.TestExecutor;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.HTMLReportPrinter;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.OSSupport;
import org.openjdk.jcstress.os.Scheduler;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.os.topology.PresetRegularTopology;
import org.openjdk.jcstress.os.topology.Topology;
import org.openjdk.jcstress.os.topology.TopologyParseException;
import org.openjdk.jcstress.vm.CompileMode;
import org.openjdk.jcstress.vm.VMSupport;
import org.openjdk.jcstress.vm.VMSupportException;

/**
 * Runs stress tests, one forked JVM at a time. The only class, with {@link IterationRunner} in the
 * fork, that touches JCStress's internals; pinned to 0.16.
 */
public final class Forks {
    /*
     * JCStress's own command ends with 0 when nothing ran, and its forks have no time limit before
     * the measured phase, so this drives its executor directly: one configuration per batch, a
     * watchdog beside it, and a result only where the status says so. Of a fork's time about half a
     * second goes into starting and calibrating it.
     *
     * JDK 17 could run everything with biased locking too, which has been off by default since 15,
     * is gone in 18, and gives half the losses per second: left out.
     */

    /** A fork works for some seconds, in the interpreter for 12; past this it hangs. */
    public static final Duration WATCHDOG = Duration.ofSeconds(30);

    /** Time of an iteration, ms. */
    public static final int ITERATION_MILLIS = 300;

    /** Measured time of a fork is so many iterations; a short one has one. */
    private static final int ITERATIONS = 3;

    /** In the place of a number of iterations: all that JCStress does counts, and its time. */
    private static final int NOT_MEASURED = -1;

    private static final String[] STRESS = {"-XX:+UnlockDiagnosticVMOptions", "-XX:+StressLCM",
        "-XX:+StressGCM", "-XX:+StressIGVN", "-XX:+StressCCP"};

    /** What JCStress says, after the name of its own call, where a container allows no pinning. */
    private static final String NOT_PINNED = "Failed: ";

    /** After so many refusals no fork asks for pinning again; a count. */
    private static final int MOST_REFUSALS = 2;

    /** JCStress's pages show it, and a result does not come with one. */
    private static final org.openjdk.jcstress.util.Environment ENVIRONMENT
            = new org.openjdk.jcstress.util.Environment();

    /** Set when this JVM is told to end: no fork is begun any more. */
    private static volatile boolean stopping;

    private final Map<Integer, Options> options = new TreeMap<>();

    /** Everything for JCStress's own pages; empty unless they are wanted. */
    private final List<TestResult> results = Collections.synchronizedList(new ArrayList<>());
    private final boolean keepsResults;
    private final List<Configuration> available = new ArrayList<>();
    private final Duration limit;
    private final ScheduledExecutorService watchdog;
    private boolean pinning = true;
    private String notPinned;
    private int refusals;
    private int next;

    private Forks(boolean keepsResults, Duration limit) {
        this.keepsResults = keepsResults;
        this.limit = limit;
        watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "fork watchdog");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Probes what this machine and JVM can do; takes some seconds, and is done once.
     *
     * @param wanted configurations; those that this JVM does not have are left out
     * @param brief whether forks are to be short
     * @param keepResults whether {@link #writeJcstressPages} will be called
     * @param limit time after which a fork hangs
     * @return what runs forks
     * @throws IOException if JCStress cannot set itself up
     */
    public static Forks prepare(List<Configuration> wanted, boolean brief, boolean keepResults,
            Duration limit) throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping = true;
            Interruption.killChildren();
        }));
        Forks forks = new Forks(keepResults, limit);
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false,
                StandardCharsets.UTF_8)); // the probes print there
        try {
            for (Configuration configuration : wanted) {
                int stride = configuration.stride();
                if (!forks.options.containsKey(stride)) {
                    forks.options.put(stride, options("-iters",
                            Integer.toString(brief ? 1 : ITERATIONS), "-strideSize",
                            Integer.toString(stride)));
                }
            }
            OSSupport.init();
            VMSupport.initFlags(forks.options.values().iterator().next());
            boolean stressed = has(STRESS);
            wanted.stream().filter(configuration -> isAvailable(configuration.jit(), stressed))
                    .forEach(forks.available::add);
        } finally {
            System.setOut(out);
        }
        return forks;
    }

    private static Options options(String... more) throws IOException {
        List<String> all = new ArrayList<>(List.of("-m", "quick",
                "-time", Integer.toString(ITERATION_MILLIS), "-strideCount", "64",
                "-pth", "false", "-sc", "false", "-spinStyle", "THREAD_YIELD"));
        if (Runtime.getRuntime().availableProcessors() > 1) {
            all.subList(all.indexOf("-spinStyle"), all.size()).clear();
        }
        all.addAll(List.of(more));
        Options options = new Options(all.toArray(String[]::new));
        if (!options.parse()) {
            throw new IOException("JCStress refuses its options");
        }
        return options;
    }

    private static boolean has(String... flags) {
        try {
            VMSupport.tryWith(flags);
            return true;
        } catch (VMSupportException e) {
            return false;
        }
    }

    private static boolean isAvailable(Jit jit, boolean stressed) {
        boolean c1 = !jit.toString().contains("C1") || VMSupport.c1Available();
        boolean c2 = !jit.toString().contains("C2") || VMSupport.c2Available();
        return c1 && c2 && (jit != Jit.STRESSED || stressed)
                && (!jit.isSplit() || VMSupport.compilerDirectivesAvailable());
    }

    /**
     * What was built into this jar.
     *
     * @return names of all stress tests
     */
    public static List<String> tests() {
        return List.copyOf(TestList.tests());
    }

    /** The configurations that this JVM has, in the order in which they are taken; at least one. */
    public List<Configuration> configurations() {
        return Collections.unmodifiableList(available);
    }

    /**
     * Why threads were not pinned to CPUs where they should have been.
     *
     * @return a line; null if they were
     */
    public String notPinned() {
        return notPinned;
    }

    /**
     * Runs one fork in the next configuration.
     *
     * @param test name of a stress test
     * @param arguments for its JVM, besides those that the configuration has
     * @return what came of it; never null, whatever happened
     */
    public Fork run(String test, List<String> arguments) {
        return run(test, arguments, next++, NOT_MEASURED);
    }

    /**
     * Runs one fork in the first configuration; its samples and its time are those of the
     * iterations alone: see {@link IterationRunner}.
     *
     * @param test name of a stress test
     * @param arguments for its JVM, besides those that the configuration has
     * @param warmUp iterations before those that count, a number, at least 0
     * @return what came of it; never null, whatever happened
     */
    public Fork measure(String test, List<String> arguments, int warmUp) {
        return run(test, arguments, 0, warmUp);
    }

    /**
     * Runs one fork.
     *
     * @param test name of a stress test
     * @param arguments for its JVM, besides those that the configuration has
     * @param turn which configuration: an index into {@link #configurations}, which begin again
     *        after the last
     * @return what came of it; never null, whatever happened
     */
    public Fork run(String test, List<String> arguments, int turn) {
        return run(test, arguments, turn, NOT_MEASURED);
    }

    private Fork run(String test, List<String> arguments, int turn, int warmUp) {
        Configuration wanted = available.get(turn % available.size());
        Fork fork = runOnce(test, arguments, wanted, warmUp);
        if (wanted.pinned() && pinning && fork.message().contains(NOT_PINNED)) {
            notPinned = fork.message();
            pinning = ++refusals < MOST_REFUSALS; // or it is a container that allows no pinning
            fork = runOnce(test, arguments, new Configuration(wanted.jit(), wanted.stride(), false),
                    warmUp);
        }
        return fork;
    }

    private Fork runOnce(String test, List<String> arguments, Configuration wanted,
            int warmUp) {
        Configuration configuration = new Configuration(wanted.jit(), wanted.stride(),
                wanted.pinned() && pinning);
        long start = System.nanoTime();
        if (stopping) {
            return failed(configuration, 0, "told to stop");
        }
        List<TestResult> batch = Collections.synchronizedList(new ArrayList<>());
        StackDump dump = new StackDump();
        ScheduledFuture<?> kill = watchdog.schedule(() -> {
            dump.take();
            Interruption.killChildren();
        }, limit.toMillis(), TimeUnit.MILLISECONDS);
        String failure = "no result came back";
        try {
            Options chosen = options.get(configuration.stride());
            TestInfo info = TestList.getInfo(test);
            Scheduler scheduler = new Scheduler(Topology.get(), chosen.getCPUCount());
            List<SchedulingClass> places = scheduler.scheduleClasses(info.threads(),
                    chosen.getCPUCount(), configuration.pinned() ? AffinityMode.LOCAL
                            : AffinityMode.NONE);
            if (configuration.pinned()
                    && (places.isEmpty() || places.get(0).mode() != AffinityMode.LOCAL)) {
                pinning = false;
                notPinned = "there is no way to pin here, or there are too few CPUs";
                configuration = new Configuration(wanted.jit(), wanted.stride(), false);
            }
            if (places.isEmpty()) { // more actors than CPUs: they take turns
                int cpus = info.threads();
                scheduler = new Scheduler(new PresetRegularTopology(1, cpus, 1), cpus);
                places = scheduler.scheduleClasses(cpus, cpus, AffinityMode.NONE);
            }
            List<String> flags = flags(configuration.jit());
            flags.addAll(arguments);
            if (warmUp != NOT_MEASURED) {
                flags.addAll(IterationRunner.arguments(info, warmUp));
                info = IterationRunner.in(info);
            }
            TestConfig config = new TestConfig(chosen, info, 0, flags,
                    compileMode(configuration.jit()), places.get(0));
            new TestExecutor(chosen.verbosity(), batch::add, scheduler)
                    .runAll(new ArrayList<>(List.of(config)));
        } catch (IOException | TopologyParseException | RuntimeException e) {
            failure = e.toString();
        } finally {
            kill.cancel(false);
        }
        batch.forEach(result -> result.setEnv(ENVIRONMENT));
        if (keepsResults) {
            results.addAll(batch);
        }
        long nanos = System.nanoTime() - start;
        return dump.isTaken() ? new Fork(Fork.Status.HUNG, Map.of(), nanos,
                        "killed after " + limit.toSeconds() + " s", configuration.toString(),
                        dump.text())
                : summarise(batch, configuration, nanos, failure);
    }

    private static List<String> flags(Jit jit) {
        List<String> flags = new ArrayList<>(List.of("-XX:+UseSerialGC"));
        switch (jit) {
            case C1 -> flags.add("-XX:TieredStopAtLevel=1");
            case C2 -> flags.add("-XX:-TieredCompilation");
            case INTERPRETER -> flags.add("-Xint");
            case STRESSED -> flags.addAll(List.of(STRESS));
            default -> { }
        }
        return flags;
    }

    private static int compileMode(Jit jit) {
        if (!jit.isSplit()) {
            return CompileMode.UNIFIED;
        }
        String[] actors = jit.toString().split("\\|");
        for (int mode : CompileMode.casesFor(actors.length, true, true)) {
            boolean same = true;
            for (int actor = 0; actor < actors.length; actor++) {
                same &= switch (actors[actor]) {
                    case "C1" -> CompileMode.isC1(mode, actor);
                    case "C2" -> CompileMode.isC2(mode, actor);
                    default -> CompileMode.isInt(mode, actor);
                };
            }
            if (same) {
                return mode;
            }
        }
        throw new IllegalArgumentException(jit.toString());
    }

    private static Fork failed(Configuration configuration, long nanos, String message) {
        return new Fork(Fork.Status.FAILED, Map.of(), nanos, message, configuration.toString(),
                null);
    }

    private static Fork summarise(List<TestResult> batch, Configuration configuration,
            long nanos, String failure) {
        Map<String, Long> outcomes = new TreeMap<>();
        for (TestResult result : List.copyOf(batch)) {
            if (result.status() != Status.NORMAL) {
                return failed(configuration, nanos, result.status() + ": "
                        + result.getMessages().stream().flatMap(String::lines)
                                .filter(line -> !line.isBlank()).limit(3)
                                .collect(Collectors.joining(" ")).strip());
            }
            for (String id : result.getStateKeys()) {
                outcomes.merge(id, result.getCount(id), Long::sum);
            }
        }
        Long measured = outcomes.remove(IterationRunner.NANOS);
        return outcomes.isEmpty() ? failed(configuration, nanos, failure)
                : new Fork(Fork.Status.OK, outcomes, measured == null ? nanos : measured, "",
                        configuration.toString(), null);
    }

    /**
     * Writes JCStress's own pages about all forks so far.
     *
     * @param directory where to
     * @throws IOException if that fails
     */
    public void writeJcstressPages(Path directory) throws IOException {
        InProcessCollector collector = new InProcessCollector();
        List.copyOf(results).forEach(collector::add);
        new HTMLReportPrinter(options("-r", directory.toString()), collector,
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .work();
    }

}
