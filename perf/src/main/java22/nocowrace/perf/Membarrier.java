// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/**
 * A full fence on every CPU that runs a thread of this process, from one thread: Linux'
 * {@code membarrier(2)}, private and expedited (4.14 and later).
 */
final class Membarrier implements Runnable {

    private static final int QUERY = 0;
    private static final int PRIVATE_EXPEDITED = 1 << 3;
    private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    /** Number of the system call, by os.arch. */
    private static final Map<String, Long> NUMBERS = Map.of("amd64", 324L, "aarch64", 283L);

    private final MethodHandle syscall;
    private final long number;

    /**
     * Links the call and registers this process.
     *
     * @throws UnsupportedOperationException if the system has no such call, or a filter refuses it
     */
    @SuppressWarnings("restricted") // calling the system is what this is for
    Membarrier() {
        Linker linker = Linker.nativeLinker();
        Long known = NUMBERS.get(System.getProperty("os.arch"));
        if (known == null || !System.getProperty("os.name").equals("Linux")) {
            throw new UnsupportedOperationException("no membarrier but on Linux, amd64 or aarch64");
        }
        number = known;
        syscall = linker.downcallHandle(linker.defaultLookup().find("syscall").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(1));
        long commands = call(QUERY);
        if (commands < 0 || (commands & PRIVATE_EXPEDITED) == 0
                || call(REGISTER_PRIVATE_EXPEDITED) != 0) {
            throw new UnsupportedOperationException("this system's membarrier cannot do it");
        }
    }

    private long call(int command) {
        try {
            return (long) syscall.invokeExact(number, command, 0, 0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e); // a native call throws nothing
        }
    }

    /** The fence. */
    @Override
    public void run() {
        if (call(PRIVATE_EXPEDITED) != 0) {
            throw new IllegalStateException("membarrier failed after it was registered");
        }
    }
}
