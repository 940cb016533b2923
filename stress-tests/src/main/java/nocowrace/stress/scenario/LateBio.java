// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.List;
import nocowrace.engine.Task;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Sequence;
import nocowrace.model.task.Write;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Ref;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/*
 * Question: what does a bio destroy that lands after its block group is gone and the place reused?
 * Run:      java -jar stress-tests/target/jcstress.jar compare --only late-bio
 *
 *   CPU 1 (relocation of X, then a     CPU 2 (direct write, nodatacow file)
 *          write to another file)
 *                                      W3  may write in place: yes
 *   R1 R5 R6  seal, no ordered extent,
 *       copy the old bytes
 *                                      W5 W9 too late; the address is mapped to the device
 *   R9 R11  switch, remove X
 *   C3  the other file gets a new group, where X was on the device
 *   C11 its bytes are written
 *                                      W10 the old bio lands on them
 *
 * CORRUPT: the other file shows the bytes of this one. Rare: all of CPU 1's work must fall between
 * two steps of CPU 2. Catches: a removal that does not wait for writes in flight.
 */
public final class LateBio {

    private LateBio() {
    }

    /**
     * As {@link DirectNodatacow}, but CPU 1 then writes another file, whose bytes find space only
     * where the removed group was on the device.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = Scene.fileSystem(protocol);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, Judge.OLD);
        long whole = (long) Scene.SECTORS_PER_GROUP * Disk.SECTOR_SIZE;
        Inode other = fs.createSparse(whole, true);
        Task cpu1 = new Sequence(fs.info(), List.of(() -> fs.relocation(fs.blockGroup(0)),
                () -> fs.directWrite(other, 0, whole, Judge.OTHER)));
        Write write = Scene.directWrite(fs, file);
        return new Race(fs, List.of(cpu1, write), List.of(new Judge.Promise(1, write, file)),
                other, null);
    }

    /** Linux 4.6: flushes dirty data and waits for ordered extents. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Direct write to a nodatacow file, and reuse of its place, Linux 4.6")
    @Ref("578def7c50f236432ba140d35bb7ca4ef0a1b20b")
    @State
    public static class V4_6 {
        private final Race race = start(Protocol.V4_6);

        @Actor
        public void cpu1() {
            race.cpu1();
        }

        @Actor
        public void cpu2() {
            race.cpu2();
        }

        @Arbiter
        public void readBack(L_Result r) {
            r.r1 = race.outcome();
        }
    }

    /** The fix's parent: waits for reservations and ordered extents. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Direct write to a nodatacow file, and reuse of its place, the fix's parent")
    @Ref("f78c436c3931e7df713688028f2b4faf72bf9f2a^")
    @State
    public static class BeforeFix {
        private final Race race = start(Protocol.BEFORE_FIX);

        @Actor
        public void cpu1() {
            race.cpu1();
        }

        @Actor
        public void cpu2() {
            race.cpu2();
        }

        @Arbiter
        public void readBack(L_Result r) {
            r.r1 = race.outcome();
        }
    }

    /** The fix: waits for nocow writers too. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Direct write to a nodatacow file, and reuse of its place, the fix")
    @Ref("f78c436c3931e7df713688028f2b4faf72bf9f2a")
    @State
    public static class AfterFix {
        private final Race race = start(Protocol.AFTER_FIX);

        @Actor
        public void cpu1() {
            race.cpu1();
        }

        @Actor
        public void cpu2() {
            race.cpu2();
        }

        @Arbiter
        public void readBack(L_Result r) {
            r.r1 = race.outcome();
        }
    }
}
