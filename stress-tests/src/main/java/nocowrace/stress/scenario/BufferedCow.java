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
 * Question: is a write-back that takes new space safe in all three?
 * Run:      java -jar stress-tests/target/jcstress.jar compare --only buffered-cow
 *
 *   CPU 1 (relocation of X)            CPU 2 (write-back, to new space)
 *                                      B2  lock the pages
 *                                      C3  X is writable: book space in X
 *   R1  seal X
 *   F1  waits for the pages (v4.6), or
 *   R3  waits for the reservation
 *                                      C6  list the ordered extent
 *                                      C7  wake R3; B11 unlock the pages
 *   R5  waits for the ordered extent
 *
 * Expected safe in all three; V4_6 by the page lock, the others by the reservation. Catches: no C4,
 * no drain of groups_sem (mI1), C7 before C6 (mI2). Uncounted takes C4 and C7 out.
 */
public final class BufferedCow {

    private BufferedCow() {
    }

    /**
     * As {@link DirectCow}, through the page cache and written back.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = Scene.fileSystem(protocol);
        return Scene.buffered(fs, fs.createRegular(Disk.SECTOR_SIZE, Judge.OLD));
    }

    /** Linux 4.6: flushes dirty data and waits for ordered extents. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Buffered write to new space, Linux 4.6")
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
    @Description("Buffered write to new space, the fix's parent")
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
    @Description("Buffered write to new space, the fix")
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

    /**
     * An ablation: the fix's parent without C4 and C7. History has no broken variant of this
     * scenario; this one tells how many losses the samples of the others would have shown.
     */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Buffered write to new space, the fix's parent without its reservations")
    @State
    public static class Uncounted {
        private final Race race = start(Calibration.UNCOUNTED);

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
