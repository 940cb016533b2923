// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;

/** Options of the JVMs that JMH starts. */
final class Forks {

    /** First release with warnings of sun.misc.Unsafe, which JMH uses. */
    private static final int UNSAFE_WARNS = 24;

    /** First release with warnings of native calls, which {@link AsymmetricSlots} makes. */
    private static final int NATIVE_WARNS = 22;

    private Forks() {
    }

    /**
     * Options that keep a fork from printing warnings of what JMH and these benchmarks do.
     *
     * @param feature release of the fork's JDK, such as 17
     */
    static List<String> quiet(int feature) {
        List<String> options = new ArrayList<>();
        if (feature >= UNSAFE_WARNS) {
            options.add("--sun-misc-unsafe-memory-access=allow");
        }
        if (feature >= NATIVE_WARNS) {
            options.add("--enable-native-access=ALL-UNNAMED");
        }
        return options;
    }

    /** Whether it is one of them. */
    static boolean isQuiet(String option) {
        return quiet(Integer.MAX_VALUE).contains(option);
    }

    /** Those for this JVM's forks that JMH's options leave room for; none for another JVM's. */
    static List<String> prepended(Options options) {
        Collection<String> own = options.getJvmArgsPrepend().orElse(List.of());
        List<String> all = new ArrayList<>(
                options.getJvm().hasValue() ? List.of() : quiet(Runtime.version().feature()));
        all.addAll(own);
        return all;
    }

    /** What went wrong in a fork, in a line; JMH hangs it on the exception's cause. */
    static String reason(RunnerException e) {
        Throwable reason = e.getCause() == null ? e : e.getCause();
        if (reason.getSuppressed().length > 0) {
            reason = reason.getSuppressed()[0];
        }
        String message = reason.getMessage() == null ? reason.toString() : reason.getMessage();
        return message.lines().findFirst().orElse("no reason was given");
    }
}
