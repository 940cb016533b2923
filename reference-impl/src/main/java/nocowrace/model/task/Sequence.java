// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;
import static nocowrace.engine.Step.entry;

import java.util.List;
import java.util.function.Supplier;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Task;

/** One CPU that does several things, one after the other. It stops at the first that fails. */
public final class Sequence extends FsTask {

    private static final Step<Sequence> Q1 = entry("Q1",
            asks("", "-", Sequence::callNext, AGAIN, NEXT));
    private static final Column COLUMN = Column.of(Q1);

    private final List<Supplier<? extends Task>> tasks;
    private int called;

    /**
     * Makes a sequence that stands before its first task.
     *
     * @param fs what they work on
     * @param tasks each makes one task, when its turn comes
     */
    public Sequence(FsInfo fs, List<Supplier<? extends Task>> tasks) {
        super(fs, COLUMN);
        this.tasks = List.copyOf(tasks);
    }

    /** False once there is nothing more to do. */
    private boolean callNext() {
        if (called == tasks.size() || error() != null) {
            return false;
        }
        call(tasks.get(called++).get());
        return true;
    }
}
