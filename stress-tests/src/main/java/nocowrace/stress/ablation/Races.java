// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.stress.scenario.Judge.NEW;
import static nocowrace.stress.scenario.Judge.OLD;
import static nocowrace.stress.scenario.Judge.OTHER;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Sequence;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.Judge;
import nocowrace.stress.scenario.Race;

/** Races in which ablations fail that do no harm in the scenarios of the table. Two CPUs each. */
final class Races {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private Races() {
    }

    /** Races in which something is not to be had, so that the ways out are taken. */
    static List<Function<Protocol, Race>> withFaults() {
        return List.of(Races::directWithoutMemory, Races::bufferedWithoutMemory,
                Races::cowWithoutMemory, Races::pendingWithoutMemory, Races::badSector,
                Races::fullDevice);
    }

    private static Race race(FileSystem fs, Task cpu1, Task cpu2, Errno injected,
            Judge.Promise... promises) {
        return new Race(fs, List.of(cpu1, cpu2), List.of(promises), null, injected);
    }

    private static Race against(FileSystem fs, Write write, Inode file, Errno injected) {
        return race(fs, fs.relocation(fs.blockGroup(0)), write, injected,
                new Judge.Promise(1, write, file));
    }

    private static Write direct(FileSystem fs, Inode file) {
        return fs.directWrite(file, 0, (long) file.blocks() * SECTOR, NEW);
    }

    private static Write buffered(FileSystem fs, Inode file) {
        return fs.bufferedWrite(file, 0, (long) file.blocks() * SECTOR, NEW);
    }

    private static <T extends Task> T advance(T task, Step<?> to) {
        while (task.at() != to) {
            task.takeStep();
        }
        return task;
    }

    /** A direct write in place for which there is no memory. */
    static Race directWithoutMemory(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        fs.info().ordered().failNext(1);
        return against(fs, direct(fs, file), file, Errno.ENOMEM);
    }

    /** A buffered write in place for which there is no memory. */
    static Race bufferedWithoutMemory(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        fs.info().ordered().failNext(1);
        return against(fs, buffered(fs, file), file, Errno.ENOMEM);
    }

    /** A direct write to new space for which there is no memory. */
    static Race cowWithoutMemory(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createRegular(SECTOR, OLD);
        fs.info().ordered().failNext(1);
        return against(fs, direct(fs, file), file, Errno.ENOMEM);
    }

    /** A buffered write to a hole, which goes first, and to an extent behind it. */
    static Race pending(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 4);
        Inode file = holeAndExtent(fs);
        return against(fs, buffered(fs, file), file, null);
    }

    /** The same, without memory for what goes first. */
    static Race pendingWithoutMemory(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 4);
        Inode file = holeAndExtent(fs);
        fs.info().ordered().failNext(1);
        return against(fs, buffered(fs, file), file, Errno.ENOMEM);
    }

    private static Inode holeAndExtent(FileSystem fs) {
        Inode file = fs.createSparse(2L * SECTOR, true);
        Write write = fs.directWrite(file, SECTOR, SECTOR, OLD);
        new Replay(write).finish(write);
        return file;
    }

    /** A direct write in place to an extent that another file shares. */
    static Race shared(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        try {
            fs.reflink(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return against(fs, direct(fs, file), file, null);
    }

    /** A direct write of two blocks of booked space, of which the second is in use already. */
    static Race halfPrealloc(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 4);
        Inode file = fs.createPreallocated(2L * SECTOR);
        Write half = fs.directWrite(file, SECTOR, SECTOR, OLD);
        new Replay(half).finish(half);
        return against(fs, direct(fs, file), file, null);
    }

    /** A direct write in place to a sector that the device refuses. */
    static Race badSector(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        fs.info().disk().failWritesTo(fs.info().groups().physicalOf(fs.whereIs(file, 0)));
        return against(fs, direct(fs, file), file, Errno.EIO);
    }

    /** A relocation that finds no space, and a direct write in place. */
    static Race fullDevice(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(2L * SECTOR, OLD);
        fs.createNodatacow(SECTOR, OLD);
        return against(fs, direct(fs, file), file, Errno.ENOSPC);
    }

    /** A direct write to new space, and then another file where the removed group was. */
    static Race lateCow(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createRegular(SECTOR, OLD);
        Inode other = fs.createSparse(2L * SECTOR, true);
        Task cpu1 = new Sequence(fs.info(), List.of(() -> fs.relocation(fs.blockGroup(0)),
                () -> fs.directWrite(other, 0, 2L * SECTOR, OTHER)));
        Write write = direct(fs, file);
        return new Race(fs, List.of(cpu1, write), List.of(new Judge.Promise(1, write, file)), other,
                null);
    }

    /** Two direct writes to the same block of a file, and no relocation. */
    static Race sameBlock(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        Write one = direct(fs, file);
        Write another = direct(fs, file);
        return race(fs, one, another, null, new Judge.Promise(0, one, file),
                new Judge.Promise(1, another, file));
    }

    /** CPU 2 writes two files; when it begins, the second write has entered the group already. */
    static Race secondWriterInside(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 4);
        Inode first = fs.createNodatacow(SECTOR, OLD);
        Inode second = fs.createNodatacow(SECTOR, OLD);
        Write one = direct(fs, first);
        Write another = advance(direct(fs, second), DirectWrite.W5);
        Task cpu2 = new Sequence(fs.info(), List.of(() -> one, () -> another));
        return race(fs, fs.relocation(fs.blockGroup(0)), cpu2, null,
                new Judge.Promise(1, one, first), new Judge.Promise(1, another, second));
    }

    /** Each CPU writes a file; then CPU 1 relocates the group. */
    static Race writeThenRelocate(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 2, 4);
        Inode first = fs.createNodatacow(SECTOR, OLD);
        Inode second = fs.createNodatacow(SECTOR, OLD);
        Write one = direct(fs, first);
        Write another = direct(fs, second);
        Task cpu1 = new Sequence(fs.info(), List.of(() -> one,
                () -> fs.relocation(fs.blockGroup(0))));
        return race(fs, cpu1, another, null, new Judge.Promise(1, another, second),
                new Judge.Promise(0, one, first));
    }

    /** CPU 2 seals the group for a moment, as scrub does, and then writes. */
    static Race scrubThenWrite(Protocol protocol) {
        return scrubThenWrite(protocol, false);
    }

    /** The same, by the rules. */
    static Race countingScrubThenWrite(Protocol protocol) {
        return scrubThenWrite(protocol, true);
    }

    /** By the rules too, but there is no space for a write that is refused; CPU 1 reads. */
    static Race scrubThenWriteToFull(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 1, 1);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        Write write = direct(fs, file);
        Task cpu2 = new Sequence(fs.info(), List.of(
                () -> new Scrub(fs.info(), fs.blockGroup(0), true), () -> write));
        return race(fs, fs.readTask(file, 0), cpu2, null, new Judge.Promise(1, write, file));
    }

    /** A direct write in place to a group that is not relocated. */
    static Race writeElsewhere(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, 3, 1);
        fs.createNodatacow(SECTOR, OLD);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        return against(fs, direct(fs, file), file, null);
    }

    private static Race scrubThenWrite(Protocol protocol, boolean counts) {
        FileSystem fs = new FileSystem(protocol, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, OLD);
        Write write = direct(fs, file);
        BlockGroup group = fs.blockGroup(0);
        Task cpu2 = new Sequence(fs.info(), List.of(
                () -> new Scrub(fs.info(), group, counts), () -> write));
        return race(fs, fs.relocation(fs.blockGroup(0)), cpu2, null,
                new Judge.Promise(1, write, file));
    }
}
