// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.straight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.file.Inodes;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.FsInfo;
import nocowrace.stress.Calibration;
import nocowrace.stress.Race;
import nocowrace.stress.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The straight line is the race without its steps. Breaks if it leaves out or adds something that
 * shows in the state, or has other waits.
 */
class StraightRaceTest {

    /** Enough for two threads to meet in many ways in each cell; all cells take some seconds. */
    private static final int SAMPLES = 2000;

    private static final int SECONDS = 60;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static Stream<Arguments> cells() {
        return Scenario.TABLE.stream().flatMap(scenario
                -> Stream.of(Protocol.V4_6, Protocol.BEFORE_FIX, Protocol.AFTER_FIX)
                        .map(protocol -> Arguments.of(scenario, protocol)));
    }

    private static Stream<Arguments> cellsAndTheCalibration() {
        return Stream.concat(cells(),
                Stream.of(Arguments.of(Scenario.BUFFERED_COW, Calibration.UNCOUNTED)));
    }

    /** Everything that a file system at rest holds, in words. */
    private static List<String> state(FileSystem fileSystem) {
        FsInfo fs = fileSystem.info();
        List<String> state = new ArrayList<>();
        state.add("check " + fileSystem.check() + ", nobody at work " + fs.world().runQueue().isIdle());
        for (int i = 0; i < fs.groups().size(); i++) {
            BlockGroup group = fs.groups().at(i);
            state.add(group == null ? "removed" : group + " ro " + group.isReadOnly() + " on "
                    + group.firstPhysical() + " references " + group.references() + " drained "
                    + group.guard().isDrained() + group.reservations().isZero());
            for (int sector = 0; group != null && sector < group.sectors(); sector++) {
                state.add("first " + group.extents().first(sector) + " shared "
                        + group.extents().isShared(sector) + " csum " + group.csums().get(sector)
                        + " booked " + group.isAllocated(group.bytenrOf(sector)));
            }
        }
        for (int sector = 0; sector < Race.GROUPS * Race.SECTORS_PER_GROUP; sector++) {
            state.add("on the device " + fs.disk().read(sector));
        }
        for (int i = 0; i < fs.inodes().size(); i++) {
            Inode inode = fs.inodes().get(Inodes.FIRST + i);
            state.add(inode + " recorded " + inode.recorded().get(0) + " cached "
                    + inode.cached().get(0) + " page " + inode.pages().get(0));
        }
        return state;
    }

    @ParameterizedTest
    @MethodSource("cellsAndTheCalibration")
    void oneAfterTheOtherItEndsAsTheRaceDoes(Scenario scenario, Protocol protocol) {
        Race race = scenario.start(protocol);
        List<String> before = state(race.fileSystem());
        StraightRace straight = StraightRace.of(scenario, protocol).race();
        assertEquals(before, state(straight.fileSystem()));
        race.cpu1();
        straight.cpu1();
        assertEquals(state(race.fileSystem()), state(straight.fileSystem()), "relocated");
        race.cpu2();
        straight.cpu2();
        assertEquals(state(race.fileSystem()), state(straight.fileSystem()), "then written");
        assertEquals(race.outcome(), straight.outcome());
        race = scenario.start(protocol);
        straight = StraightRace.of(scenario, protocol).race();
        race.cpu2();
        straight.cpu2();
        assertEquals(state(race.fileSystem()), state(straight.fileSystem()), "written");
        race.cpu1();
        straight.cpu1();
        assertEquals(state(race.fileSystem()), state(straight.fileSystem()), "then relocated");
        assertEquals(race.outcome(), straight.outcome());
        assertNotEquals(before, state(straight.fileSystem()));
    }

    /** Things in the way of a relocation: whatever it waits for, and somebody who never goes. */
    private static final List<Consumer<FileSystem>> IN_ITS_WAY = List.of(
            fs -> fs.info().space().relocationMutex().tryDownWrite(),
            fs -> fs.info().space().groupsSem().tryDownRead(),
            fs -> fs.blockGroup(0).reservations().inc(),
            fs -> fs.blockGroup(0).guard().enter(null),
            fs -> fs.info().ordered().add(new OrderedExtent(OrderedExtent.Kind.NOCOW, 0, 1,
                    fs.blockGroup(0).start(), Disk.SECTOR_SIZE)),
            fs -> file(fs).ioTree().tryLock(0, 1),
            fs -> {
                file(fs).pages().put(0, 1, Race.NEW);
                file(fs).pages().locks().tryLock(0, 1);
            });

    /** The same for a write. */
    private static final List<Consumer<FileSystem>> IN_THE_WRITES_WAY = List.of(
            fs -> fs.info().space().groupsSem().tryDownWrite(),
            fs -> file(fs).ioTree().tryLock(0, 1),
            fs -> file(fs).pages().locks().tryLock(0, 1));

    private static Inode file(FileSystem fs) {
        return fs.info().inodes().get(Inodes.FIRST);
    }

    private static boolean hangs(Runnable cpu) {
        try {
            cpu.run();
            return false;
        } catch (IllegalStateException e) {
            assertEquals(Cpu.HUNG, e.getMessage());
            return true;
        }
    }

    /** Breaks if a wait is missing, is made elsewhere, or waits for something else. */
    @ParameterizedTest
    @MethodSource("cellsAndTheCalibration")
    void heldUpItStopsWhereTheRaceStops(Scenario scenario, Protocol protocol) {
        int stopped = 0;
        for (Consumer<FileSystem> obstacle : IN_ITS_WAY) {
            Race race = scenario.start(protocol);
            StraightRace straight = StraightRace.of(scenario, protocol).race();
            race.cpu2();
            straight.cpu2();
            obstacle.accept(race.fileSystem());
            obstacle.accept(straight.fileSystem());
            race.cpu1();
            assertEquals(race.tasks().get(0).isHung(), hangs(straight::cpu1));
            assertEquals(state(race.fileSystem()), state(straight.fileSystem()));
            stopped += race.tasks().get(0).isHung() ? 1 : 0;
        }
        for (Consumer<FileSystem> obstacle : IN_THE_WRITES_WAY) {
            Race race = scenario.start(protocol);
            StraightRace straight = StraightRace.of(scenario, protocol).race();
            race.cpu1();
            straight.cpu1();
            obstacle.accept(race.fileSystem());
            obstacle.accept(straight.fileSystem());
            race.cpu2();
            assertEquals(race.tasks().get(1).isHung(), hangs(straight::cpu2));
            assertEquals(state(race.fileSystem()), state(straight.fileSystem()));
            stopped += race.tasks().get(1).isHung() ? 1 : 0;
        }
        assertTrue(stopped > 3, stopped + " obstacles stop the race");
    }

    @ParameterizedTest
    @MethodSource("cells")
    void onTwoThreadsItReachesNothingThatTheRaceCannot(Scenario scenario, Protocol protocol)
            throws Exception {
        StraightRace.Start start = StraightRace.of(scenario, protocol);
        List<StraightRace> races = Stream.generate(start::race).limit(SAMPLES).toList();
        CyclicBarrier meet = new CyclicBarrier(2);
        Future<?> cpu1 = threads.submit(() -> {
            meet.await();
            races.forEach(StraightRace::cpu1);
            return null;
        });
        Future<?> cpu2 = threads.submit(() -> {
            meet.await();
            races.forEach(StraightRace::cpu2);
            return null;
        });
        cpu1.get(SECONDS, TimeUnit.SECONDS);
        cpu2.get(SECONDS, TimeUnit.SECONDS);
        Set<String> outcomes = new TreeSet<>(races.stream().map(StraightRace::outcome).toList());
        assertTrue(scenario.outcomes(protocol).containsAll(outcomes), outcomes.toString());
    }

    @Test
    void onlyTheTableIsWrittenDown() {
        for (Scenario scenario : Scenario.values()) {
            if (StraightRace.isWritten(scenario)) {
                StraightRace.of(scenario, Protocol.AFTER_FIX);
            } else {
                assertThrows(IllegalArgumentException.class,
                        () -> StraightRace.of(scenario, Protocol.AFTER_FIX));
            }
        }
    }
}
