// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.Arrays;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A block that moves from one group to another needs the locks of both, the lower address first.
 * Breaks if two writes that move blocks in opposite directions could wait for each other for ever,
 * or if one of the locks is not taken.
 */
class TreesTest {

    private static final Duration BOUND = Duration.ofSeconds(60);

    private final FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 1);
    private final BlockGroup lower = fs.blockGroup(0);
    private final BlockGroup higher = fs.blockGroup(1);

    private static boolean isOf(LockInfo lock, BlockGroup group) {
        return lock != null && lock.getIdentityHashCode() == System.identityHashCode(
                group.extents());
    }

    private static ThreadInfo look(Thread thread) {
        return ManagementFactory.getThreadMXBean()
                .getThreadInfo(new long[] {thread.getId()}, true, false)[0];
    }

    /** What the thread that moves the block holds when it comes to a lock that is taken. */
    private static ThreadInfo blockedOn(BlockGroup taken, Thread mover) {
        synchronized (taken.extents()) {
            mover.start();
            while (!Thread.interrupted()) {
                ThreadInfo seen = look(mover);
                assertTrue(seen != null, "it came through without this lock");
                if (seen.getThreadState() == Thread.State.BLOCKED
                        && isOf(seen.getLockInfo(), taken)) {
                    return seen;
                }
                Thread.onSpinWait();
            }
            throw new AssertionError("it does not come to this lock");
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void theLowerGroupIsLockedFirst(boolean toLower, boolean lowerIsTaken) {
        if (toLower) {
            fs.info().space().allocate(1); // so that the file comes to lie in the higher one
        }
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, 1);
        BlockGroup from = toLower ? higher : lower;
        BlockGroup to = toLower ? lower : higher;
        assertTrue(from.isAllocated(from.start()) && file.recorded().get(0) == from.start());
        if (!toLower) {
            fs.info().space().allocate(1);
        }
        Thread mover = new Thread(() -> Trees.record(fs.info(), file, 0, to.start(), 2));
        mover.setDaemon(true);
        assertTimeoutPreemptively(BOUND, () -> {
            ThreadInfo seen = blockedOn(lowerIsTaken ? lower : higher, mover);
            assertEquals(!lowerIsTaken, Arrays.stream(seen.getLockedMonitors())
                    .anyMatch(held -> isOf(held, lowerIsTaken ? higher : lower)));
            assertEquals("record", seen.getStackTrace()[0].getMethodName(),
                    "before anything is changed");
            mover.join();
        });
        assertEquals(to.start(), file.recorded().get(0));
    }
}
