// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import nocowrace.engine.Model;
import nocowrace.engine.Task;
import nocowrace.engine.World;
import nocowrace.engine.explore.Explorer;
import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Read;
import nocowrace.model.task.Write;
import org.junit.jupiter.api.Test;

/**
 * Meetings that are no scenario of the stress tests, in every order: a reader of a file that goes
 * to new space, a relocation that fails, a device that does. The fix holds in all of them, and so
 * do the invariants.
 */
class MeetingsExplorationTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;
    private static final int MAX_STATES = 2_000_000;

    /** Tasks, and a judgement once all have ended: null, or what is wrong. */
    private record Meeting(FileSystem fileSystem, List<Task> tasks, Supplier<String> verdict)
            implements Model {
        @Override
        public World world() {
            return fileSystem.info().world();
        }

        @Override
        public Set<Invariant> violated() {
            return fileSystem.violated(tasks);
        }

        @Override
        public String outcome() {
            if (tasks.stream().anyMatch(task -> task.at() != null)) {
                return "hung";
            }
            String wrong = verdict.get();
            return wrong == null ? "good" : wrong;
        }

        @Override
        public String outcomeWithoutEnd(boolean hung) {
            return hung ? "hung" : "threw";
        }
    }

    private static Explorer.Result explore(Protocol protocol, Function<FileSystem, Meeting> meeting,
            int groups, int sectors) {
        Explorer.Result result = Explorer.explore(
                () -> meeting.apply(new FileSystem(protocol, groups, sectors)), MAX_STATES);
        assertTrue(result.complete());
        assertEquals(Set.of(), result.violations().keySet());
        return result;
    }

    private static long read(FileSystem fs, Inode file) {
        Read read = fs.readTask(file, 0);
        new Replay(read).finish(read);
        return read.result();
    }

    private static String judge(FileSystem fs, Inode file, Write write, long old, long stamp) {
        long found = read(fs, file);
        if (found != (write.error() == null ? stamp : old)) {
            return "lost";
        }
        return fs.check();
    }

    @Test
    void aWriterToNewSpaceAndAReader() {
        assertEquals(Set.of("good"), explore(Protocol.AFTER_FIX, fs -> {
            Inode file = fs.createRegular(SECTOR, 1);
            Write write = fs.directWrite(file, 0, SECTOR, 2);
            Read read = fs.readTask(file, 0);
            return new Meeting(fs, List.of(fs.relocation(fs.blockGroup(0)), write, read),
                    () -> read.result() != 1 && read.result() != 2 ? "read " + read.result()
                            : judge(fs, file, write, 1, 2));
        }, 2, 2).outcomes().keySet());
    }

    @Test
    void aRelocationThatFailsHalfWay() {
        assertEquals(Set.of("good"), explore(Protocol.AFTER_FIX, fs -> {
            Inode file = fs.createNodatacow(2L * SECTOR, 1);
            fs.createNodatacow(SECTOR, 9);
            Write write = fs.directWrite(file, 0, SECTOR, 2);
            Task relocation = fs.relocation(fs.blockGroup(0));
            return new Meeting(fs, List.of(relocation, write),
                    () -> relocation.error() != Errno.ENOSPC ? "relocation: " + relocation.error()
                            : judge(fs, file, write, 1, 2));
        }, 2, 2).outcomes().keySet());
    }

    @Test
    void anOrderThatBreaksAnInvariantIsTold() {
        Function<FileSystem, Meeting> meeting = fs -> {
            Inode file = fs.createNodatacow(SECTOR, 1);
            Write write = fs.directWrite(file, 0, SECTOR, 2);
            return new Meeting(fs, List.of(fs.relocation(fs.blockGroup(0)), write),
                    () -> judge(fs, file, write, 1, 2));
        };
        Supplier<Meeting> starts
                = () -> meeting.apply(new FileSystem(Protocol.BEFORE_FIX, 2, 2));
        Explorer.Result result = Explorer.explore(starts, MAX_STATES);
        assertEquals(Set.of("good", "lost"), result.outcomes().keySet());
        assertEquals(Set.of(Invariant.COMPLETE, Invariant.PRESENT), result.violations().keySet());
        result.violations().forEach((invariant, order) -> {
            Meeting start = starts.get();
            for (Explorer.Move move : order) {
                assertFalse(start.fileSystem.violated(start.tasks).contains(invariant),
                        "not before its end");
                move.take(start);
            }
            assertTrue(start.fileSystem.violated(start.tasks).contains(invariant));
        });
    }

    @Test
    void anIoError() {
        Set<String> outcomes = explore(Protocol.AFTER_FIX, fs -> {
            Inode file = fs.createPreallocated(SECTOR);
            fs.info().disk().failWritesTo(0);
            Write write = fs.directWrite(file, 0, SECTOR, 2);
            return new Meeting(fs, List.of(fs.relocation(fs.blockGroup(0)), write), () -> {
                String wrong = judge(fs, file, write, Disk.BLANK, 2);
                return wrong == null && write.error() != null ? "good, " + write.error() : wrong;
            });
        }, 2, 2).outcomes().keySet();
        assertEquals(Set.of("good", "good, EIO"), outcomes);
    }
}
