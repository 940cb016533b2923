// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import nocowrace.engine.Column;
import nocowrace.engine.Task;

/** A task that works on a file system. */
public abstract class FsTask extends Task {

    /** What the tasks of the file system share. */
    protected final FsInfo fs;

    /**
     * Makes a task that stands before its first step.
     *
     * @param fs what it works on
     * @param column the steps it takes
     */
    protected FsTask(FsInfo fs, Column column) {
        super(fs.world(), column);
        this.fs = fs;
    }

    /**
     * What it works on.
     *
     * @return what the tasks of the file system share
     */
    public final FsInfo fs() {
        return fs;
    }

    /** The system call was interrupted. */
    @Override
    protected final Enum<?> errorIfAbandoned() {
        return Errno.EINTR;
    }
}
