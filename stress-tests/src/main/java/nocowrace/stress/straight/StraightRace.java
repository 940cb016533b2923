// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.straight;

import static nocowrace.stress.Race.NEW;
import static nocowrace.stress.Race.OLD;

import java.util.function.Function;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Read;
import nocowrace.stress.Fate;
import nocowrace.stress.OutcomeId;
import nocowrace.stress.Race;
import nocowrace.stress.Scenario;

/**
 * One sample without tasks, steps and columns: the state of a {@link Race}, the same critical
 * sections in the same order, the same waits in the same queues, and the same look at the end.
 */
public final class StraightRace {

    private final FileSystem fileSystem;
    private final Inode inode;
    private final StraightRelocation relocation;
    private final StraightWrite write;
    private final Cpu cpu2;
    private final boolean buffered;

    /**
     * A cell, looked at once so that a sample need not.
     *
     * @param protocol which state of the kernel
     * @param parts what its columns list
     * @param file makes the file that is written
     * @param buffered whether through the page cache
     */
    private record Cell(Protocol protocol, Parts parts, Function<FileSystem, Inode> file,
            boolean buffered) {
    }

    private StraightRace(Cell cell) {
        fileSystem = new FileSystem(cell.protocol, Race.GROUPS, Race.SECTORS_PER_GROUP);
        inode = cell.file.apply(fileSystem);
        buffered = cell.buffered;
        FsInfo fs = fileSystem.info();
        relocation = new StraightRelocation(fs, cell.parts, fileSystem.blockGroup(0));
        cpu2 = new Cpu(fs.world().runQueue());
        write = new StraightWrite(fs, cell.parts, inode, cpu2);
    }

    /**
     * Tells for which scenarios there is a straight line.
     *
     * @param scenario any
     * @return true for those of the table
     */
    public static boolean isWritten(Scenario scenario) {
        return Scenario.TABLE.contains(scenario);
    }

    /**
     * Chooses a cell.
     *
     * @param scenario one that is written
     * @param protocol one of history, or the calibration
     * @return makes a sample each time
     * @throws IllegalArgumentException if there is no straight line of the scenario
     */
    public static Start of(Scenario scenario, Protocol protocol) {
        Function<FileSystem, Inode> file = switch (scenario) {
            case DIRECT_NODATACOW, BUFFERED_NODATACOW -> fs
                    -> fs.createNodatacow(Disk.SECTOR_SIZE, OLD);
            case DIRECT_PREALLOC, BUFFERED_PREALLOC -> fs
                    -> fs.createPreallocated(Disk.SECTOR_SIZE);
            case DIRECT_COW, BUFFERED_COW -> fs -> fs.createRegular(Disk.SECTOR_SIZE, OLD);
            default -> throw new IllegalArgumentException("no straight line of " + scenario);
        };
        boolean buffered = switch (scenario) {
            case BUFFERED_NODATACOW, BUFFERED_PREALLOC, BUFFERED_COW -> true;
            default -> false;
        };
        Cell cell = new Cell(protocol, Parts.of(protocol), file, buffered);
        return () -> new StraightRace(cell);
    }

    /** Makes samples. */
    @FunctionalInterface
    public interface Start {

        /**
         * Makes one.
         *
         * @return a sample of which nothing is done yet
         */
        StraightRace race();
    }

    /** What CPU 1 does. */
    public void cpu1() {
        relocation.run();
    }

    /** What CPU 2 does. */
    public void cpu2() {
        cpu2.run(() -> {
            if (buffered) {
                write.buffered(NEW);
            } else {
                write.direct(NEW);
            }
        });
    }

    /**
     * Reads back, as {@link Race#outcome} does; what is thrown here fails the fork.
     *
     * @return the outcome's id; meaningful only after both CPUs have done
     */
    public String outcome() {
        Read read = fileSystem.readTask(inode, 0);
        if (!write.hasFailed()) {
            read.run(Long.MAX_VALUE);
            if (read.result() != NEW) {
                return OutcomeId.of(write.how(), Fate.LOST);
            }
        }
        boolean error = write.hasFailed() || relocation.hasFailed();
        return OutcomeId.of(write.how(), error ? Fate.ERROR
                : fileSystem.check() == null ? Fate.KEPT : Fate.LEAK);
    }

    /**
     * What the CPUs work on.
     *
     * @return a file system of this sample's own
     */
    public FileSystem fileSystem() {
        return fileSystem;
    }
}
