// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.candidate.SingleWord;
import nocowrace.model.space.candidate.WriterSlots;

/**
 * The guards that are compared. All but the first keep writers out and tell when they have left, as
 * {@link NocowGuard} has it; of the polled slots and the peers nobody is told to wake R4, so there
 * relocation has to poll.
 */
public enum Guard {
    /** NOT equivalent: nobody is counted. */
    NONE(group -> NoGuard.INSTANCE),
    /** Nearest to the kernel: a spin lock round test and count, an atomic decrement. */
    KERNEL(SpinLockCounter::new),
    /** The same in the model: its lock is a Java monitor. */
    MONITOR(NocowWriters::new),
    /** One word. */
    WORD(SingleWord::new),
    /** A slot per writer; leaving is fenced, so that relocation may sleep. */
    SLOTS(WriterSlots::new),
    /** The same with a plain release; relocation has to poll. */
    SLOTS_POLLED(Peers::polledSlots),
    /** java.util.concurrent: ReentrantReadWriteLock. */
    READ_WRITE_LOCK(group -> Peers.readWriteLock()),
    /** java.util.concurrent: StampedLock. */
    STAMPED_LOCK(group -> Peers.stampedLock()),
    /** java.util.concurrent: Semaphore. */
    SEMAPHORE(group -> Peers.semaphore()),
    /** java.util.concurrent: Phaser. */
    PHASER(group -> Peers.phaser()),
    /** A slot per writer and no fence: beyond the Java memory model, and only for those who ask. */
    MEMBARRIER(AsymmetricSlots::maker);

    private final Supplier<Function<BlockGroup, NocowGuard>> maker;

    Guard(Function<BlockGroup, NocowGuard> maker) {
        this(() -> maker);
    }

    Guard(Supplier<Function<BlockGroup, NocowGuard>> maker) {
        this.maker = maker;
    }

    /** Whether it is there for comparison only. */
    boolean isPeer() {
        return switch (this) {
            case READ_WRITE_LOCK, STAMPED_LOCK, SEMAPHORE, PHASER -> true;
            default -> false;
        };
    }

    /** Those that run anywhere; in this order. */
    static List<Guard> portable() {
        return Arrays.stream(values()).filter(guard -> guard != MEMBARRIER).toList();
    }

    /**
     * What makes one for a block group; of one file system only.
     *
     * @throws UnsupportedOperationException if this machine or JVM cannot have it
     */
    Function<BlockGroup, NocowGuard> maker() {
        return maker.get();
    }
}
