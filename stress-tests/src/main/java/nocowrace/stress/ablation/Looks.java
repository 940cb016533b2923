// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.BufferedWrite.B6;
import static nocowrace.model.task.DirectWrite.W4;

import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.candidate.MarkedGuard;
import nocowrace.model.task.Write;

/**
 * W4 of a guard that R1 closes by a mark of its own, taken apart: a look at the mark in a step of
 * its own, so that others can come between the look and the count. Exploration takes a guard's
 * enter whole.
 */
final class Looks {

    private Looks() {
    }

    private static boolean isClosed(BlockGroup group) {
        return ((MarkedGuard) group.guard()).isClosed();
    }

    /** Looks before the writer is counted or announced. */
    private static final Step<Write> W4_LOOK = step("W4look", "-", write -> {
        BlockGroup group = write.fs().groups().lookup(write.bytenr());
        return group == null || isClosed(group) ? write.refuse() : write.next();
    });

    private static final Step<Write> W4_REFUSE = step("W4out", "-", Write::refuse);

    /** A look of its own before W4 and B6. */
    static Protocol.Change before(Protocol.Change change) {
        return change.insert(W4_LOOK).before(W4).insert(W4_LOOK).before(B6);
    }

    /**
     * A look of its own after W4 and B6, for a guard that lets everybody in; whom it refuses leaves
     * again.
     *
     * @param wakes whether such a leave wakes R4, as any other
     */
    static Protocol.Change after(Form form, Protocol.Change change, boolean wakes) {
        Step<Write> back = form.leave("W4undo");
        Step<Write> look = step("W4again", "-",
                write -> isClosed(write.group()) ? back : write.next());
        Protocol.Change changed = Form.branchOfWrites(change, back, W4_REFUSE)
                .insert(look).after(W4).insert(look).after(B6);
        return wakes ? changed : changed.redirect(back.part("wake"), back.part("put"));
    }
}
