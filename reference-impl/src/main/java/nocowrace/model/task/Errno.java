// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

/** Why a task failed. Kernel: include/uapi/asm-generic/errno-base.h. */
public enum Errno {
    /** The address has no chunk any more, or the device failed. */
    EIO,
    /** No memory for an ordered extent. */
    ENOMEM,
    /** No writable block group has the space. */
    ENOSPC,
    /** Relocation met an extent that it never copied. */
    ENOENT,
    /** The task was abandoned before its end. */
    EINTR
}
