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
 * Question: can relocation copy X between a writer's "may write in place" and its ordered extent?
 * Run:      java -jar stress-tests/target/jcstress.jar compare --only direct-nodatacow
 *
 *   CPU 1 (relocation of X)            CPU 2 (direct write, nodatacow file)
 *                                      W3  may write in place: yes
 *   R1  seal X
 *   R5  no ordered extent: go on
 *   R6  copy the old bytes
 *                                      W5  list the ordered extent, too late
 *                                      W10 write the old place; acknowledged
 *   R9  switch the pointer
 *
 * AfterFix adds W4 and W6 around W5, and R4 before R5. LOST: the file shows the old bytes. ERROR:
 * the bio met no chunk. Catches: no R4 (mF1), ro tested outside the lock (mB1), W6 before W5 (mD1).
 */
public final class DirectNodatacow {

    private DirectNodatacow() {
    }

    /**
     * A direct write of one block to a nodatacow file in the group that is relocated.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = Scene.fileSystem(protocol);
        return Scene.direct(fs, fs.createNodatacow(Disk.SECTOR_SIZE, Judge.OLD));
    }

    /** Linux 4.6: flushes dirty data and waits for ordered extents. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Direct write to a nodatacow file, Linux 4.6")
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
    @Description("Direct write to a nodatacow file, the fix's parent")
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
    @Description("Direct write to a nodatacow file, the fix")
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
