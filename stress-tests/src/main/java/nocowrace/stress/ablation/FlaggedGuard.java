// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.BufferedWrite.B6;
import static nocowrace.model.task.DirectWrite.W4;

import nocowrace.engine.Step;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.task.Write;

/**
 * A guard that R1 closes by a flag of its own, at which its writers look; and W4 taken apart, so
 * that others can come between a look and the count. Exploration takes a guard's enter whole.
 */
abstract class FlaggedGuard implements NocowGuard {

    /** Whether R1 has closed it. */
    abstract boolean isClosed();

    private static boolean isClosed(BlockGroup group) {
        return ((FlaggedGuard) group.guard()).isClosed();
    }

    /** Looks before the writer is counted or announced. */
    private static final Step<Write> W4_LOOK = step("W4k", "-", write -> {
        BlockGroup group = write.fs().groups().lookup(write.bytenr());
        return group == null || isClosed(group) ? write.refuse() : write.next();
    });

    private static final Step<Write> W4_REFUSE = step("W4f", "-", Write::refuse);

    /** A look of its own before W4 and B6. */
    static Change lookingBefore(Change form) {
        return form.direct(c -> c.replace(W4, W4_LOOK, W4))
                .buffered(c -> c.replace(B6, W4_LOOK, B6));
    }

    /**
     * A look of its own after W4 and B6, for a guard that lets everybody in; whom it refuses leaves
     * again.
     *
     * @param wakes whether such a leave wakes R4, as any other
     */
    static Change lookingAfter(Change form, boolean wakes) {
        Step<Write> back = form.leave("W4b");
        Step<Write> look = step("W4a", "-",
                write -> isClosed(write.group()) ? back : write.next());
        Change changed = form.writes(c -> c.branch(back, W4_REFUSE))
                .direct(c -> c.replace(W4, W4, look)).buffered(c -> c.replace(B6, B6, look));
        return wakes ? changed
                : changed.writes(c -> c.redirect(back.part("wake"), back.part("put")));
    }
}
