// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Step.entry;
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
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.stress.ablation.Form.ERROR;
import static nocowrace.stress.ablation.Form.HUNG;
import static nocowrace.stress.ablation.Form.LOST;

import nocowrace.engine.Step;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NoGuard;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.BufferedNodatacow;
import nocowrace.stress.scenario.DirectNodatacow;
import nocowrace.stress.scenario.Race;

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

    private static final Step<Write> W4_TEST = step("W4test", "btrfs_extent_readonly",
            CounterAblations::refuseIfReadOnly);

    private static final Step<Write> W4_TEST_LOCKED = step("W4locked", "btrfs_extent_readonly",
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

    private static final Step<Write> W4_WRONG_LOCK = entry("W4mutex",
            awaits("", "down_write", (Write write) -> wrongLock(write).queue(),
                    write -> groupOf(write) == null || wrongLock(write).tryDownWrite()));

    private static final Step<Write> W4_WRONG_TEST = step("W4under", "btrfs_extent_readonly",
            write -> {
                Step<?> then = refuseIfReadOnly(write);
                if (groupOf(write) != null && then != write.next()) {
                    wrongLock(write).upWrite();
                }
                return then;
            });

    private static final Step<Write> W4_WRONG_UNLOCK = step("W4unlock", "up_write", write -> {
        wrongLock(write).upWrite();
        return write.next();
    });

    // ---- ro tested after the count ----

    private static final Step<Write> W4_REFUSE = step("W4refuse", "-", Write::refuse);

    private static Protocol.Change countedFirst(Form fix, Protocol.Change change) {
        Step<Write> back = fix.leave("W4back");
        Step<Write> test = step("W4after", "btrfs_extent_readonly",
                write -> write.group().isReadOnly() ? back : write.next());
        return Form.branchOfWrites(change, back, W4_REFUSE)
                .insert(test).after(W4).insert(test).after(B6);
    }

    // ---- ways out ----

    private static Protocol.Change countedBeforeW3(Form fix, Protocol.Change change) {
        Step<Write> leave = fix.leave("C1leave");
        Step<?> leaveIfInside = C1.sub("inside", "btrfs_dec_nocow_writers",
                write -> write.group() != null ? leave : C1);
        return change.move(W4).before(W3).insert(leave).before(C1).redirect(C1, leaveIfInside);
    }

    private static final Step<Write> W5_LIST = step("W5list", "__btrfs_add_ordered_extent",
            write -> {
                write.fs().ordered().add(write.ordered());
                return write.next();
            });

    private static final Step<Write> W6_IF_ORDERED = step("W6made", "-",
            write -> write.ordered() == null ? W8 : write.next());

    private static final Step<BufferedWrite> B10_IF_NO_ERROR = step("B10made", "-",
            write -> write.error() != null ? B11 : write.next());

    private static Step<?> putTwice(Step<Write> w6) {
        return w6.sub("twice", "btrfs_put_block_group", write -> {
            write.group().put();
            return w6.part("put");
        });
    }

    private static final Step<Write> W6_FAILED_DONE = step("W6done", "-", write -> W8);

    private static Protocol.Change later(Form fix, Protocol.Change change, Step<?> than) {
        // counts out a write that will have no bio, which then goes where it would have gone
        Step<Write> leave = fix.leave("W6failed");
        Step<Write> ifFailed = step("W5failed", "-",
                write -> write.ordered() == null ? leave : write.next());
        return change.move(fix.w6()).after(than).insert(ifFailed).after(W5)
                .branch(Protocol.DIRECT_WRITE, leave, W6_FAILED_DONE);
    }

    private static Guards.Torn torn(Write write) {
        return (Guards.Torn) write.group().guard();
    }

    /** Looks the group up as the form does, and counts out in two steps. */
    private static Protocol.Change countedOutTorn(Form fix, Protocol.Change change) {
        Step<Write> w6 = fix.w6();
        Step<?> set = w6.sub("set", "atomic_set",
                write -> torn(write).write(write.inode().number()) ? w6.part("wake")
                        : w6.part("put"));
        Step<?> read = w6.sub("read", "atomic_read", write -> {
            torn(write).read(write.inode().number());
            return set;
        });
        return change.guard(Guards.Torn::new).redirect(fix.w6Leave(), read);
    }

    static void addTo(Form fix) {
        Step<Write> w6 = fix.w6();
        Step<Write> b10 = fix.b10();
        fix.fails("mA1", "no counter at all: the fix's parent", LOST,
                c -> c.remove(R4, W4, w6, B6, b10).guard(group -> NoGuard.INSTANCE),
                DirectNodatacow::start, "R4 has nothing to wait for; R6 copies between W3 and W5.");
        fix.fails("mA2d", "the counter in the buffered path only", LOST, c -> c.remove(W4, w6),
                DirectNodatacow::start, "As mA1, for a direct write.");
        fix.fails("mA2b", "the counter in the direct path only", LOST, c -> c.remove(B6, b10),
                BufferedNodatacow::start, "As mA1, between B5 and B9.");
        fix.fails("mB1", "ro tested outside the group's lock, then counted", LOST,
                c -> c.guard(Guards.Trusting::new).insert(W4_TEST).before(W4),
                DirectNodatacow::start, "R1 and R4 fall between the test and the count.");
        fix.fails("mB2", "ro tested under a lock that R1 does not take", LOST,
                c -> c.guard(Guards.OwnLock::new).insert(W4_WRONG_LOCK, W4_WRONG_TEST).before(W4)
                        .insert(W4_WRONG_UNLOCK).after(W4),
                DirectNodatacow::start, "As mB1: that lock keeps nobody out.");
        fix.fails("mB3", "counted without a test of ro", LOST,
                c -> c.guard(Guards.Trusting::new), DirectNodatacow::start,
                "W3 is not enough: R1 and R4 fall between W3 and W4.");
        fix.fails("mB4", "test and count in two critical sections", LOST,
                c -> c.guard(Guards.Trusting::new).insert(W4_TEST_LOCKED).before(W4),
                DirectNodatacow::start, "As mB1, R1 and R4 between the sections.");
        fix.equivalent("mB5", "counted first, then ro tested, taken back with a wake-up",
                c -> countedFirst(fix, c.guard(Guards.Trusting::new)),
                "Either the test sees ro, or R4 sees the count.");
        fix.equivalent("mC1", "counted before W3, each way out counts out",
                c -> countedBeforeW3(fix, c),
                "The count is held for longer, and still around W5.");
        fix.fails("mC2", "counted before W3, and not counted out where W3 refuses", HUNG,
                c -> c.move(W4).before(W3), Races::shared,
                "W3 refuses a shared extent; R4 waits for ever.");
        fix.fails("mD1", "counted out before the ordered extent is added", LOST,
                c -> c.move(w6).before(W5), DirectNodatacow::start,
                "R4 and R5 fall between W6 and W5.");
        fix.fails("mD2", "counted out between the inode's tree and everybody's list", LOST,
                c -> c.insert(W5_LIST).after(w6).redirect(W5.part("list"), w6),
                DirectNodatacow::start, "R5 looks at the list, which is empty yet.");
        fix.equivalent("mD3", "counted out after the bio is submitted", c -> later(fix, c, W9),
                "R4 waits for longer than it must.");
        fix.equivalent("mD3e", "counted out after the end of I/O", c -> later(fix, c, W10),
                "R4 waits for longer than it must.");
        fix.fails("mD4d", "not counted out where W5 fails", HUNG,
                c -> c.insert(W6_IF_ORDERED).before(w6), Races::directWithoutMemory,
                "R4 waits for ever.");
        fix.fails("mD4b", "not counted out where B9 fails", HUNG,
                c -> c.insert(B10_IF_NO_ERROR).before(b10), Races::bufferedWithoutMemory,
                "R4 waits for ever.");
        fix.fails("mD4p", "not counted out where the blocks before it fail", HUNG,
                c -> c.insert(B10_IF_NO_ERROR).before(b10), Races::pendingWithoutMemory,
                "B7 fails; R4 waits for ever.");
        fix.fails("mD5", "counted out twice, alone", HUNG, c -> c.guard(Guards.Twice::new),
                DirectNodatacow::start, "The count is below zero, and R4 waits for exactly zero.");
        fix.fails("mD5w", "counted out twice, with another writer inside", LOST,
                c -> c.guard(Guards.Twice::new), Races::secondWriterInside,
                "The first takes the second's count with it.");
        fix.fails("mD5p", "the group put once more than got", ERROR,
                c -> c.redirect(w6.part("put"), putTwice(w6)), DirectNodatacow::start,
                "R11 drops a reference that is gone.");
        fix.fails("mD6", "counted out by a read and a write", HUNG,
                c -> countedOutTorn(fix, c), Races::writeThenRelocate,
                "Two writers read the same count; one of them is never counted out.");
    }
}
