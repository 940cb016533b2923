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
 * Question: can relocation miss an extent that a writer has been given in X, but not listed yet?
 * Run:      java -jar stress-tests/target/jcstress.jar compare --only direct-cow
 *
 *   CPU 1 (relocation of X)            CPU 2 (direct write, to new space)
 *                                      C3  X is writable: book space in X
 *   R1  seal X
 *   R5  no ordered extent: go on
 *   R6  find the recorded extents
 *                                      C6  list the ordered extent, too late
 *                                      C12 record it: the file points into X
 *   R9  meets an extent without a copy, or: nothing recorded is left
 *   R11 removes X
 *
 * Only V4_6 is broken: the fix's parent already counts such writers (C4, C7) and waits for them
 * (R3). ERROR: relocation meets the extent and aborts, as a real kernel does. LOST: the pointer
 * leads into the removed group. Catches: no drain of groups_sem (mI1), C7 before C6 (mI2), no C4.
 */
public final class DirectCow {

    private DirectCow() {
    }

    /**
     * A direct write to a file whose writes go to new space, of which there is some in that group.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = Scene.fileSystem(protocol);
        return Scene.direct(fs, fs.createRegular(Disk.SECTOR_SIZE, Judge.OLD));
    }

    /** Linux 4.6: flushes dirty data and waits for ordered extents. */
    @JCStressTest
    @JCStressMeta(Outcomes.class)
    @Description("Direct write to new space, Linux 4.6")
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
    @Description("Direct write to new space, the fix's parent")
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
    @Description("Direct write to new space, the fix")
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
