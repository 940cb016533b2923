// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.CounterThread;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.util.Counter;

/**
 * Stands in the fork between JCStress and the runner that it has generated for a test, and sees to
 * it that the iterations alone count: their samples, and their time, from before the first states
 * are made until the last actor has ended. Made for JCStress 0.16, by which it is called.
 */
public final class IterationRunner extends Runner<Object> {
    /*
     * JCStress records no time. Of an iteration it knows how long the actors are let alone before
     * they are told to end; they then finish their states, which takes a slow test longer. And
     * before the first iteration it tries with growing numbers of states how many it can afford.
     * These samples it counts too: some 30,000 with a stride of 16, 120,000 with 64, however slow
     * the test is, often more than the iterations make. Here iterations that do not count are run
     * instead, with as many states as were asked for.
     */

    /** Comes back among the outcomes: the time of the iterations, ns. */
    static final String NANOS = "ns in iterations";

    private static final String GENERATED = "nocowrace.runner";
    private static final String WARM_UP = "nocowrace.warmUp";

    private final Runner<?> generated;

    /** When the first iteration that counts began; 0 before. */
    private long start;

    /**
     * For JCStress.
     *
     * @param config what to run, and how long
     * @throws ReflectiveOperationException if there is no generated runner
     */
    public IterationRunner(ForkedTestConfig config) throws ReflectiveOperationException {
        super(config);
        generated = (Runner<?>) Class.forName(System.getProperty(GENERATED))
                .getConstructor(ForkedTestConfig.class).newInstance(config);
    }

    /** A test with this in the place of its own runner. */
    static TestInfo in(TestInfo test) {
        return new TestInfo(test.name(), test.binaryName(), IterationRunner.class.getName(),
                test.description(), test.threads(), test.actorNames(), test.requiresFork());
    }

    /**
     * What the fork of a test must be told.
     *
     * @param test as it was generated
     * @param warmUp iterations that do not count, a number
     */
    static List<String> arguments(TestInfo test, int warmUp) {
        return List.of("-D" + GENERATED + "=" + test.generatedRunner(),
                "-D" + WARM_UP + "=" + warmUp);
    }

    @Override
    public void sanityCheck(Counter<Object> counter) throws Throwable {
        for (int i = 0; i < Integer.getInteger(WARM_UP); i++) {
            for (CounterThread<?> actor : generated.internalRun()) {
                actor.join();
                if (actor.throwable() != null) {
                    throw actor.throwable();
                }
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // what is counted is of no matter here
    public ArrayList<CounterThread<Object>> internalRun() {
        if (start == 0) {
            start = System.nanoTime();
        }
        return (ArrayList<CounterThread<Object>>) (ArrayList<?>) generated.internalRun();
    }

    @Override
    protected TestResult dump(Counter<Object> counter) {
        long nanos = System.nanoTime() - start;
        TestResult result = super.dump(counter);
        result.addState(NANOS, nanos);
        return result;
    }
}
