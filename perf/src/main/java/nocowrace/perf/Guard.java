// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.candidate.Candidate;

/**
 * A guard that is measured. The list has the guards of this module and every {@link Candidate} of
 * the model; benchmarks, campaigns and reports take their guards from it.
 *
 * @param name as parameters, results files and reports write it
 * @param meaning for a reader of the report, without a full stop at the end
 * @param kind what it is measured for
 * @param supplier gives what {@link #maker} returns, or throws what that throws
 */
record Guard(String name, String meaning, Kind kind,
        Supplier<Function<BlockGroup, NocowGuard>> supplier) {

    /** The reason why a guard is measured. */
    enum Kind {
        /** NOT equivalent: writers are not counted. */
        FLOOR,
        /** A guard as {@link NocowGuard} describes it. SLOTS_POLLED wakes no relocation. */
        OURS,
        /** From java.util.concurrent, for comparison. It wakes no relocation. */
        PEER,
        /** Needs a certain system; is measured only on request. */
        NOT_PORTABLE
    }

    /** Writers are not counted. */
    static final Guard NONE = new Guard("NONE",
            "no guard: writers are not counted. Loses data; shown as the floor", Kind.FLOOR,
            group -> NoGuard.INSTANCE);

    /** The form nearest to the kernel; the other rows are compared with it. */
    static final Guard KERNEL = ours("KERNEL",
            "the kernel's form of 2016: a spin lock around test and count", SpinLockCounter::new);

    /** A slot per writer, of which targets speak. */
    static final Guard SLOTS_POLLED = ours("SLOTS_POLLED",
            "a slot per writer. The relocation has to poll the slots", Peers::polledSlots);

    private static final List<Guard> ALL = Stream.of(
            Stream.of(NONE, KERNEL,
                    ours("MONITOR", "the same with a Java monitor as the lock",
                            NocowWriters::new)),
            Arrays.stream(Candidate.values()).map(candidate -> ours(candidate.name(),
                    candidate.meaning(), candidate.maker())),
            Stream.of(SLOTS_POLLED,
                    peer("READ_WRITE_LOCK", "ReentrantReadWriteLock", Peers::readWriteLock),
                    peer("STAMPED_LOCK", "StampedLock", Peers::stampedLock),
                    peer("SEMAPHORE", "Semaphore", Peers::semaphore),
                    peer("PHASER", "Phaser", Peers::phaser),
                    new Guard("MEMBARRIER", "a slot per writer without a fence, on Linux only",
                            Kind.NOT_PORTABLE, AsymmetricSlots::maker)))
            .flatMap(guards -> guards).toList();

    /** The candidate of which targets speak. */
    static final Guard WORD = named(Candidate.WORD.name());

    private Guard(String name, String meaning, Kind kind, Function<BlockGroup, NocowGuard> maker) {
        this(name, meaning, kind, () -> maker);
    }

    private static Guard ours(String name, String meaning,
            Function<BlockGroup, NocowGuard> maker) {
        return new Guard(name, meaning, Kind.OURS, maker);
    }

    private static Guard peer(String name, String type, Supplier<NocowGuard> maker) {
        return new Guard(name, "java.util.concurrent " + type + ", for comparison", Kind.PEER,
                group -> maker.get());
    }

    /**
     * All guards.
     *
     * @return in the order of the report
     */
    static List<Guard> all() {
        return ALL;
    }

    /**
     * The guards of some kinds.
     *
     * @param kinds at least one
     * @return in the order of the report
     */
    static List<Guard> of(Kind... kinds) {
        return ALL.stream().filter(guard -> List.of(kinds).contains(guard.kind)).toList();
    }

    /**
     * The guards that run on any system.
     *
     * @return in the order of the report
     */
    static List<Guard> portable() {
        return of(Kind.FLOOR, Kind.OURS, Kind.PEER);
    }

    /**
     * The guards that a relocation is measured with: peers are there for the writers' side, and
     * without a guard there is nothing to drain.
     *
     * @return in the order of the report
     */
    static List<Guard> drained() {
        return of(Kind.OURS);
    }

    /**
     * Names of guards.
     *
     * @param guards any
     * @return in the same order
     */
    static List<String> names(List<Guard> guards) {
        return guards.stream().map(Guard::name).toList();
    }

    /**
     * Finds a guard.
     *
     * @param name of a guard
     * @return the guard
     * @throws IllegalArgumentException if no guard has this name
     */
    static Guard named(String name) {
        return ALL.stream().filter(guard -> guard.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no guard " + name));
    }

    /**
     * What makes a guard for a block group.
     *
     * @return for the block groups of one file system only
     * @throws UnsupportedOperationException if this machine or JVM cannot have it
     */
    Function<BlockGroup, NocowGuard> maker() {
        return supplier.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
