// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.FileExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.Ticket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The straight line does what the steps do, or refuses. Breaks if it leaves another state, uses the
 * guard at another place among its sections, or writes where the steps would go another way.
 */
class StraightWriteTest {

    private static final int GROUPS = 2;
    private static final int SECTORS_PER_GROUP = 4;
    private static final int BLOCKS = 3;
    private static final int ROUNDS = 4;

    /** A file system with two files, one of which lies in both groups. */
    private static final class World {
        final List<String> guarded = new ArrayList<>();
        final FileSystem fs;
        final List<Inode> files;

        /** Set once the files are there. */
        private Inode watched;

        World() {
            fs = new FileSystem(Protocol.AFTER_FIX.change("watched").guard(Watch::new).done(),
                    GROUPS, SECTORS_PER_GROUP);
            files = List.of(file(), file());
        }

        /** Each of its blocks is in the cached extent map afterwards. */
        private Inode file() {
            Inode file = fs.createNodatacow((long) BLOCKS * Disk.SECTOR_SIZE, 1);
            for (int block = 0; block < BLOCKS; block++) {
                writeInSteps(file, block, 2);
            }
            return file;
        }

        void writeInSteps(Inode file, int block, long stamp) {
            assertTrue(fs.directWrite(file, (long) block * Disk.SECTOR_SIZE, Disk.SECTOR_SIZE,
                    stamp).run(Long.MAX_VALUE));
        }

        void writeStraight(Inode file, int block, long stamp) {
            assertEquals(fs.whereIs(file, (long) block * Disk.SECTOR_SIZE),
                    new StraightWrite(fs.info()).write(file, block, stamp));
        }

        List<Long> device() {
            return Stream.iterate(0, sector -> sector + 1).limit(GROUPS * SECTORS_PER_GROUP)
                    .map(fs.info().disk()::read).toList();
        }

        /** Everything that the file system holds at rest, in words. */
        List<String> state() throws IOException {
            List<String> state = new ArrayList<>();
            state.add("check " + fs.check() + ", device " + device());
            for (int i = 0; i < GROUPS; i++) {
                BlockGroup group = fs.blockGroup(i);
                state.add(group + ": references " + group.references() + ", " + group.guard()
                        + ", reservations " + group.reservations().isZero());
            }
            for (Inode file : files) {
                for (int block = 0; block < BLOCKS; block++) {
                    long offset = (long) block * Disk.SECTOR_SIZE;
                    state.add(file + ": cached " + file.cached().get(block) + ", recorded "
                            + file.recorded().get(block) + ", at " + fs.whereIs(file, offset)
                            + ", reads " + fs.read(file, offset));
                }
            }
            return state;
        }

        /** The guard of the fix; says where the writer stands when it enters and leaves. */
        private final class Watch implements NocowGuard {
            private final NocowWriters guard;

            Watch(BlockGroup group) {
                guard = new NocowWriters(group);
            }

            private void say(String what) {
                if (watched != null) {
                    guarded.add(what + ": locked " + !watched.ioTree().isFree() + ", in flight "
                            + watched.ordered().inFlight() + ", listed "
                            + !fs.info().ordered().isEmpty() + ", references "
                            + fs.blockGroup(0).references() + ", " + device());
                }
            }

            @Override
            public Ticket enter(Ticket last) {
                say("enter");
                return guard.enter(last);
            }

            @Override
            public boolean leave(Ticket ticket) {
                say("leave");
                return guard.leave(ticket);
            }

            @Override
            public void close() {
                guard.close();
            }

            @Override
            public void reopen() {
                guard.reopen();
            }

            @Override
            public boolean isDrained() {
                return guard.isDrained();
            }

            @Override
            public String toString() {
                return guard.toString();
            }
        }
    }

    @Test
    void straightLineLeavesTheStateThatStepsLeave() throws IOException {
        World inSteps = new World();
        World straight = new World();
        assertEquals(inSteps.state(), straight.state());
        long stamp = 2;
        for (int round = 0; round < ROUNDS; round++) {
            for (int file = 0; file < 2; file++) {
                for (int block = 0; block < BLOCKS; block++) {
                    stamp++;
                    inSteps.writeInSteps(inSteps.files.get(file), block, stamp);
                    straight.writeStraight(straight.files.get(file), block, stamp);
                    assertEquals(inSteps.state(), straight.state());
                    assertEquals(stamp, straight.fs.read(straight.files.get(file),
                            (long) block * Disk.SECTOR_SIZE));
                    assertNull(straight.fs.check());
                }
            }
        }
    }

    @Test
    void straightLineUsesTheGuardWhereStepsDo() {
        World inSteps = new World();
        World straight = new World();
        for (World world : List.of(inSteps, straight)) {
            world.watched = world.files.get(0);
        }
        inSteps.writeInSteps(inSteps.watched, 0, 3);
        straight.writeStraight(straight.watched, 0, 3);
        assertEquals(2, straight.guarded.size());
        assertEquals(inSteps.guarded, straight.guarded);
    }

    /** Puts something in the way of a write. */
    private interface Obstacle {
        void put(FileSystem fs, Inode file) throws IOException;
    }

    private static Arguments at(String step, Obstacle obstacle) {
        return Arguments.of(step, obstacle);
    }

    private static Stream<Arguments> obstacles() {
        return Stream.of(
                at("W1: the range is locked", (fs, file) -> file.ioTree().tryLock(0, 1)),
                at("W1: a write is in flight", (fs, file) -> file.ordered().add(new OrderedExtent(
                        OrderedExtent.Kind.NOCOW, 0, 1, fs.whereIs(file, 0), Disk.SECTOR_SIZE))),
                at("W1: the page is dirty", (fs, file) -> fs.writeBuffered(file, 0,
                        Disk.SECTOR_SIZE, 3)),
                at("W2: not in the cached extent map", (fs, file) -> file.cached().forget(0,
                        fs.whereIs(file, 0))),
                at("W2: not written yet", (fs, file) -> file.cached().put(0,
                        fs.whereIs(file, 0) | FileExtents.PREALLOC)),
                at("W3: not in place", (fs, file) -> file.recorded().put(0, FileExtents.HOLE)),
                at("W3: the group is read-only", (fs, file) -> fs.info().space().incReadOnly(
                        fs.blockGroup(0))),
                at("W3: shared", (fs, file) -> fs.reflink(file)),
                at("W3: a checksum", (fs, file) -> fs.blockGroup(0).csums().put(0, 3)),
                at("W5: no memory", (fs, file) -> fs.info().ordered().failNext(1)),
                at("W10: the device failed", (fs, file) -> fs.info().disk().failWritesTo(0)));
    }

    @ParameterizedTest
    @MethodSource("obstacles")
    void straightLineRefusesWhatItDoesNotCover(String step, Obstacle obstacle)
            throws IOException {
        World world = new World();
        obstacle.put(world.fs, world.files.get(0));
        List<Long> before = world.device();
        assertEquals(step, assertThrows(IllegalStateException.class,
                () -> world.writeStraight(world.files.get(0), 0, 4)).getMessage());
        assertEquals(before, world.device());
    }

    @Test
    void straightLineRefusesAFileWithChecksums() {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 1, SECTORS_PER_GROUP);
        Inode file = fs.createRegular(Disk.SECTOR_SIZE, 1);
        file.cached().put(0, fs.whereIs(file, 0));
        assertEquals("W3: not in place", assertThrows(IllegalStateException.class,
                () -> new StraightWrite(fs.info()).write(file, 0, 2)).getMessage());
    }
}
