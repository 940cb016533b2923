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
 * Question: is a write-back that goes in place as exposed as a direct write?
 * Run:      java -jar stress-tests/target/jcstress.jar compare --only buffered-nodatacow
 *
 *   CPU 1 (relocation of X)            CPU 2 (write-back, nodatacow file)
 *                                      B2  lock the pages
 *                                      B4  X is writable: in place
 *   R1 R5 R6  seal, no ordered extent,
 *       copy the old bytes
 *                                      B9  list the ordered extent, too late
 *                                      B11 unlock the pages; B12 write the old place
 *   R9  switch the pointer
 *
 * V4_6 is safe, by accident: relocation flushes dirty data (F1) and so waits for the page lock that
 * is held from B2 to B11. The fix's parent took the flush away. AfterFix adds B6 and B10 around B9.
 * Catches: the counter in the direct path only (mA2), a flush that does not wait for locked pages.
 */
public final class BufferedNodatacow {

    private BufferedNodatacow() {
    }

    /**
     * As {@link DirectNodatacow}, through the page cache and written back.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = Scene.fileSystem(protocol);
        return Scene.buffered(fs, fs.createNodatacow(Disk.SECTOR_SIZE, Judge.OLD));
    }

    /** Linux 4.6: flushes dirty data and waits for ordered extents. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Buffered write to a nodatacow file, Linux 4.6")
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
    @Description("Buffered write to a nodatacow file, the fix's parent")
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
    @Description("Buffered write to a nodatacow file, the fix")
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
