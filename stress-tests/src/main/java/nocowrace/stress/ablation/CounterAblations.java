// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.BufferedWrite.B11;
import static nocowrace.model.task.BufferedWrite.B6;
import static nocowrace.model.task.DirectWrite.C1;
import static nocowrace.model.task.DirectWrite.W10;
import static nocowrace.model.task.DirectWrite.W3;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.DirectWrite.W5;
import static nocowrace.model.task.DirectWrite.W8;
import static nocowrace.model.task.DirectWrite.W9;
import static nocowrace.stress.ablation.Ablation.Expected.ERROR;
import static nocowrace.stress.ablation.Ablation.Expected.HUNG;
import static nocowrace.stress.ablation.Ablation.Expected.LOST;
import static nocowrace.stress.ablation.Ablation.equivalent;
import static nocowrace.stress.ablation.Ablation.fails;

import java.util.List;
import nocowrace.engine.Step;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.Write;
import nocowrace.stress.Race;

/** Whether, where and how a writer is counted in (A, B, C) and out (D). */
final class CounterAblations {

    private CounterAblations() {
    }

    private static BlockGroup groupOf(Write write) {
        return write.fs().groups().lookup(write.bytenr());
    }

    private static Step<?> refuseIfReadOnly(Write write) {
        BlockGroup group = groupOf(write);
        return group == null || group.isReadOnly() ? write.refuse() : write.next();
    }

    // ---- tests of ro that are no part of the count ----

    private static final Step<Write> W4_TEST = step("W4t", "btrfs_extent_readonly",
            CounterAblations::refuseIfReadOnly);

    private static final Step<Write> W4_TEST_LOCKED = step("W4l", "btrfs_extent_readonly",
            write -> {
                BlockGroup group = groupOf(write);
                if (group == null) {
                    return write.refuse();
                }
                synchronized (group) {
                    return refuseIfReadOnly(write);
                }
            });

    /** A lock that R1 does not take. */
    private static RwSemaphore wrongLock(Write write) {
        return ((Guards.OwnLock) groupOf(write).guard()).lock;
    }

    private static final Step<Write> W4_WRONG_LOCK = Step.waitUntil("W4m", "down_write",
            write -> wrongLock(write).queue(),
            write -> groupOf(write) == null || wrongLock(write).tryDownWrite());

    private static final Step<Write> W4_WRONG_TEST = step("W4n", "btrfs_extent_readonly",
            write -> {
                Step<?> then = refuseIfReadOnly(write);
                if (groupOf(write) != null && then != write.next()) {
                    wrongLock(write).upWrite();
                }
                return then;
            });

    private static final Step<Write> W4_WRONG_UNLOCK = step("W4u", "up_write", write -> {
        wrongLock(write).upWrite();
        return write.next();
    });

    // ---- ro tested after the count ----

    private static final Step<Write> W4_REFUSE = step("W4r", "-", Write::refuse);

    private static Change countedFirst(Change fix) {
        Step<Write> back = fix.leave("W4b");
        Step<Write> test = step("W4a", "btrfs_extent_readonly",
                write -> write.group().isReadOnly() ? back : write.next());
        return fix.writes(c -> c.branch(back, W4_REFUSE))
                .direct(c -> c.replace(W4, W4, test))
                .buffered(c -> c.replace(B6, B6, test));
    }

    // ---- ways out ----

    private static Change countedBeforeW3(Change fix) {
        Step<Write> leave = fix.leave("C1l");
        Step<?> leaveIfInside = C1.sub("inside", "btrfs_dec_nocow_writers",
                write -> write.group() != null ? leave : C1);
        return fix.direct(c -> c.replace(W4).replace(W3, W4, W3).replace(C1, leave, C1)
                .redirect(C1, leaveIfInside));
    }

    private static final Step<Write> W5_LIST = step("W5l", "__btrfs_add_ordered_extent",
            write -> {
                write.fs().ordered().add(write.ordered());
                return write.next();
            });

    private static final Step<Write> W6_IF_ORDERED = step("W6o", "-",
            write -> write.ordered() == null ? W8 : write.next());

    private static final Step<BufferedWrite> B10_IF_NO_ERROR = step("B10o", "-",
            write -> write.error() != null ? B11 : write.next());

    private static Step<?> putTwice(Step<Write> w6) {
        return w6.sub("twice", "btrfs_put_block_group", write -> {
            write.group().put();
            return w6.part("put");
        });
    }

    private static final Step<Write> W6_FAILED_DONE = step("W6g", "-", write -> W8);

    private static Change later(Change fix, Step<?> than) {
        // counts out a write that will have no bio, which then goes where it would have gone
        Step<Write> leave = fix.leave("W6f");
        Step<Write> ifFailed = step("W5f", "-",
                write -> write.ordered() == null ? leave : write.next());
        return fix.direct(c -> c.replace(fix.w6()).replace(than, than, fix.w6())
                .replace(W5, W5, ifFailed).branch(leave, W6_FAILED_DONE));
    }

    private static Guards.Torn torn(Write write) {
        return (Guards.Torn) write.group().guard();
    }

    /** Looks the group up as the form does, and counts out in two steps. */
    private static Change countedOutTorn(Change fix) {
        Step<Write> w6 = fix.w6();
        Step<?> set = w6.sub("set", "atomic_set",
                write -> torn(write).write(write.inode().number()) ? w6.part("wake")
                        : w6.part("put"));
        Step<?> read = w6.sub("read", "atomic_read", write -> {
            torn(write).read(write.inode().number());
            return set;
        });
        return fix.guard(Guards.Torn::new).direct(c -> c.redirect(fix.w6Leave(), read));
    }

    /**
     * The ablations.
     *
     * @param form what is ablated: the fix, or a form of it with the fix's guard or another one
     */
    static List<Ablation> all(Protocol form) {
        Change fix = new Change(form);
        Step<Write> w6 = fix.w6();
        Step<Write> b10 = fix.b10();
        return List.of(
                fails("mA1", "no counter at all: the fix's parent", LOST,
                        new Change(Protocol.BEFORE_FIX), Race::directNodatacow,
                        "R4 has nothing to wait for; R6 copies between W3 and W5."),
                fails("mA2d", "the counter in the buffered path only", LOST,
                        fix.direct(c -> c.replace(W4).replace(w6)),
                        Race::directNodatacow, "As mA1, for a direct write."),
                fails("mA2b", "the counter in the direct path only", LOST,
                        fix.buffered(c -> c.replace(B6).replace(b10)),
                        Race::bufferedNodatacow, "As mA1, between B5 and B9."),
                fails("mB1", "ro tested outside the group's lock, then counted", LOST,
                        fix.guard(Guards.Trusting::new)
                                .direct(c -> c.replace(W4, W4_TEST, W4)),
                        Race::directNodatacow, "R1 and R4 fall between the test and the count."),
                fails("mB2", "ro tested under a lock that R1 does not take", LOST,
                        fix.guard(Guards.OwnLock::new).direct(c -> c.replace(W4,
                                W4_WRONG_LOCK, W4_WRONG_TEST, W4, W4_WRONG_UNLOCK)),
                        Race::directNodatacow, "As mB1: that lock keeps nobody out."),
                fails("mB3", "counted without a test of ro", LOST,
                        fix.guard(Guards.Trusting::new), Race::directNodatacow,
                        "W3 is not enough: R1 and R4 fall between W3 and W4."),
                fails("mB4", "test and count in two critical sections", LOST,
                        fix.guard(Guards.Trusting::new)
                                .direct(c -> c.replace(W4, W4_TEST_LOCKED, W4)),
                        Race::directNodatacow, "As mB1, R1 and R4 between the sections."),
                equivalent("mB5", "counted first, then ro tested, taken back with a wake-up",
                        countedFirst(fix.guard(Guards.Trusting::new)),
                        "Either the test sees ro, or R4 sees the count."),
                equivalent("mC1", "counted before W3, each way out counts out",
                        countedBeforeW3(fix),
                        "The count is held for longer, and still around W5."),
                fails("mC2", "counted before W3, and not counted out where W3 refuses", HUNG,
                        fix.direct(c -> c.replace(W4).replace(W3, W4,
                                W3)),
                        Races::shared, "W3 refuses a shared extent; R4 waits for ever."),
                fails("mD1", "counted out before the ordered extent is added", LOST,
                        fix.direct(c -> c.replace(w6).replace(W5, w6, W5)),
                        Race::directNodatacow, "R4 and R5 fall between W6 and W5."),
                fails("mD2", "counted out between the inode's tree and everybody's list", LOST,
                        fix.direct(c -> c.replace(w6, w6, W5_LIST)
                                .redirect(W5.part("list"), w6)),
                        Race::directNodatacow, "R5 looks at the list, which is empty yet."),
                equivalent("mD3", "counted out after the bio is submitted",
                        later(fix, W9),
                        "R4 waits for longer than it must."),
                equivalent("mD3e", "counted out after the end of I/O",
                        later(fix, W10),
                        "R4 waits for longer than it must."),
                fails("mD4d", "not counted out where W5 fails", HUNG,
                        fix.direct(c -> c.replace(w6, W6_IF_ORDERED, w6)),
                        Races::directWithoutMemory, "R4 waits for ever."),
                fails("mD4b", "not counted out where B9 fails", HUNG,
                        fix.buffered(c -> c.replace(b10, B10_IF_NO_ERROR, b10)),
                        Races::bufferedWithoutMemory, "R4 waits for ever."),
                fails("mD4p", "not counted out where the blocks before it fail", HUNG,
                        fix.buffered(c -> c.replace(b10, B10_IF_NO_ERROR, b10)),
                        Races::pendingWithoutMemory, "B7 fails; R4 waits for ever."),
                fails("mD5", "counted out twice, alone", HUNG,
                        fix.guard(Guards.Twice::new), Race::directNodatacow,
                        "The count is below zero, and R4 waits for exactly zero."),
                fails("mD5w", "counted out twice, with another writer inside", LOST,
                        fix.guard(Guards.Twice::new), Races::secondWriterInside,
                        "The first takes the second's count with it."),
                fails("mD5p", "the group put once more than got", ERROR,
                        fix.direct(c -> c.redirect(w6.part("put"), putTwice(w6))),
                        Race::directNodatacow, "R11 drops a reference that is gone."),
                fails("mD6", "counted out by a read and a write", HUNG,
                        countedOutTorn(fix), Races::writeThenRelocate,
                        "Two writers read the same count; one of them is never counted out."));
    }

}
