// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Ref;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/*
 * Question: does the same befall a file with checksums, whose booked space is written for the first
 *           time?
 * Run:      java -jar stress-tests/target/jcstress.jar compare --only direct-prealloc
 *
 *   CPU 1 (relocation of X)            CPU 2 (direct write, booked space)
 *                                      W3  booked, so it may be written in place
 *   R1 R5 R6  seal, no ordered extent,
 *       copy what the place holds
 *                                      W5 W10 too late, at the old place
 *   R7  no checksum to clone yet
 *                                      W11 mark written; checksum for the old place
 *   R9  switch the pointer
 *
 * The file says written, the new place has no checksum, or not that of its bytes: LOST is an error
 * on every read. Catches, beyond DirectNodatacow: W11 before the end of I/O, R7 without checksums.
 */
public final class DirectPrealloc {

    private DirectPrealloc() {
    }

    /**
     * A direct write to a block of booked space in the group that is relocated.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = Scene.fileSystem(protocol);
        return Scene.direct(fs, fs.createPreallocated(Disk.SECTOR_SIZE));
    }

    /** Linux 4.6: flushes dirty data and waits for ordered extents. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Direct write to a preallocated extent, Linux 4.6")
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
    @Description("Direct write to a preallocated extent, the fix's parent")
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
    @Description("Direct write to a preallocated extent, the fix")
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
