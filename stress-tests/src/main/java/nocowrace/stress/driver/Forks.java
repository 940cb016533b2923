// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.TestExecutor;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.OSSupport;
import org.openjdk.jcstress.os.Scheduler;
import org.openjdk.jcstress.os.SchedulingClass;
import org.openjdk.jcstress.os.topology.Topology;
import org.openjdk.jcstress.vm.CompileMode;
import org.openjdk.jcstress.vm.VMSupport;

/**
 * Runs stress tests, one forked JVM at a time. The only class that touches JCStress's internals;
 * pinned to 0.16.
 */
final class Forks {
    /*
     * JCStress's own command ends with 0 when nothing ran, and its forks have no time limit before
     * the measured phase, so this drives its executor directly: one configuration per batch, a
     * watchdog beside it, and a result only where the status says so.
     *
     * Small strides bring the two actors closer together, large ones make more samples; between 8
     * and 64 the losses per second are about the same. Forks alternate between two of them. Of a
     * fork's time about half a second goes into starting and calibrating it.
     *
     * JDK 17 would run everything with biased locking too, which has been off by default since 15,
     * is gone in 18, and gives half the losses per second.
     */

    /** States per meeting of the two actors; one fork takes the one, the next the other. */
    private static final int[] STRIDES = {16, 64};

    /** A fork works for less than two seconds; past this it hangs. */
    private static final Duration WATCHDOG = Duration.ofSeconds(30);

    /** Set when this JVM is told to end: no fork is begun any more. */
    private static volatile boolean stopping;

    private final List<Options> options = new ArrayList<>();
    private final ScheduledExecutorService watchdog;
    private int next;

    private Forks() {
        watchdog = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "fork watchdog");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Finds out what this machine and JVM can do; takes some seconds, and is done once.
     *
     * @return what runs forks
     * @throws IOException if JCStress cannot set itself up
     */
    static Forks prepare() throws IOException {
        Forks forks = new Forks();
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false,
                StandardCharsets.UTF_8)); // the probes print there
        try {
            for (int stride : STRIDES) {
                forks.options.add(options(stride));
            }
            OSSupport.init();
            Options first = forks.options.get(0);
            VMSupport.initFlags(first);
            VMSupport.detectAvailableVMConfigs(first.isSplitCompilation(), first.getJvmArgs(),
                    first.getJvmArgsPrepend());
        } finally {
            System.setOut(out);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping = true;
            killChildren();
        }));
        return forks;
    }

    private static Options options(int stride) throws IOException {
        Options options = new Options(new String[] {"-m", "quick", "-time", "300", "-iters", "3",
            "-strideSize", Integer.toString(stride), "-strideCount", "64", "-pth", "false",
            "-sc", "false", "-jvmArgs", "-XX:+UseSerialGC"});
        if (!options.parse()) {
            throw new IOException("JCStress refuses its options");
        }
        return options;
    }

    /**
     * What was built into this jar.
     *
     * @return names of all stress tests
     */
    static List<String> tests() {
        return List.copyOf(TestList.tests());
    }

    /**
     * Runs one fork.
     *
     * @param test name of a stress test
     * @return what came of it; never null, whatever happened
     */
    Fork run(String test) {
        return run(test, List.of());
    }

    /**
     * Runs one fork.
     *
     * @param test name of a stress test
     * @param arguments for its JVM, besides those that the configuration has
     * @return what came of it; never null, whatever happened
     */
    Fork run(String test, List<String> arguments) {
        long start = System.nanoTime();
        if (stopping) {
            return new Fork(Fork.Status.FAILED, Map.of(), 0, "told to stop");
        }
        List<TestResult> results = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean hung = new AtomicBoolean();
        ScheduledFuture<?> kill = watchdog.schedule(() -> {
            hung.set(true);
            killChildren();
        }, WATCHDOG.toMillis(), TimeUnit.MILLISECONDS);
        String failure = "no result came back";
        try {
            Options chosen = options.get(next % options.size());
            Scheduler scheduler = new Scheduler(Topology.get(), chosen.getCPUCount());
            TestConfig config = config(test, arguments, chosen, scheduler);
            next++;
            new TestExecutor(chosen.verbosity(), results::add, scheduler)
                    .runAll(new ArrayList<>(List.of(config)));
        } catch (IOException | RuntimeException e) {
            failure = e.toString();
        } finally {
            kill.cancel(false);
        }
        return summarise(results, hung.get(), System.nanoTime() - start, failure);
    }

    private TestConfig config(String test, List<String> arguments, Options chosen,
            Scheduler scheduler) {
        TestInfo info = TestList.getInfo(test);
        List<SchedulingClass> classes = scheduler.scheduleClasses(info.threads(),
                chosen.getCPUCount(), chosen.affinityMode());
        if (classes.isEmpty()) {
            throw new IllegalStateException(info.threads() + " actors on "
                    + chosen.getCPUCount() + " CPU");
        }
        List<VMSupport.Config> jvms = VMSupport.getAvailableVMConfigs().stream()
                .filter(jvm -> !jvm.args().contains("-XX:+UseBiasedLocking")).toList();
        List<String> jvmArgs = new ArrayList<>(
                jvms.get(next / options.size() % jvms.size()).args());
        jvmArgs.addAll(arguments);
        return new TestConfig(chosen, info, 0, jvmArgs, CompileMode.UNIFIED, classes.get(0));
    }

    private static Fork summarise(List<TestResult> results, boolean hung, long nanos,
            String failure) {
        if (hung) {
            return new Fork(Fork.Status.HUNG, Map.of(), nanos,
                    "killed after " + WATCHDOG.toSeconds() + " s");
        }
        Map<String, Long> outcomes = new TreeMap<>();
        for (TestResult result : List.copyOf(results)) {
            if (result.status() != Status.NORMAL) {
                return new Fork(Fork.Status.FAILED, Map.of(), nanos, result.status() + ": "
                        + result.getMessages().stream().flatMap(String::lines)
                                .filter(line -> !line.isBlank()).limit(3)
                                .collect(Collectors.joining(" ")).strip());
            }
            for (String id : result.getStateKeys()) {
                outcomes.merge(id, result.getCount(id), Long::sum);
            }
        }
        return outcomes.isEmpty() ? new Fork(Fork.Status.FAILED, Map.of(), nanos, failure)
                : new Fork(Fork.Status.OK, outcomes, nanos, "");
    }

    private static void killChildren() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }
}
