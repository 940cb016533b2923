// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static nocowrace.model.task.BufferedWrite.B10;
import static nocowrace.model.task.BufferedWrite.B10_HELD;
import static nocowrace.model.task.BufferedWrite.B11;
import static nocowrace.model.task.BufferedWrite.B12;
import static nocowrace.model.task.BufferedWrite.B13;
import static nocowrace.model.task.BufferedWrite.B1;
import static nocowrace.model.task.BufferedWrite.B2;
import static nocowrace.model.task.BufferedWrite.B3;
import static nocowrace.model.task.BufferedWrite.B4;
import static nocowrace.model.task.BufferedWrite.B5;
import static nocowrace.model.task.BufferedWrite.B6;
import static nocowrace.model.task.BufferedWrite.B7;
import static nocowrace.model.task.BufferedWrite.B8;
import static nocowrace.model.task.BufferedWrite.B9;
import static nocowrace.model.task.DirectWrite.C10;
import static nocowrace.model.task.DirectWrite.C11;
import static nocowrace.model.task.DirectWrite.C12;
import static nocowrace.model.task.DirectWrite.C1;
import static nocowrace.model.task.DirectWrite.C9;
import static nocowrace.model.task.DirectWrite.W10;
import static nocowrace.model.task.DirectWrite.W11;
import static nocowrace.model.task.DirectWrite.W1;
import static nocowrace.model.task.DirectWrite.W2;
import static nocowrace.model.task.DirectWrite.W3;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.DirectWrite.W5;
import static nocowrace.model.task.DirectWrite.W6;
import static nocowrace.model.task.DirectWrite.W6_HELD;
import static nocowrace.model.task.DirectWrite.W7;
import static nocowrace.model.task.DirectWrite.W8;
import static nocowrace.model.task.DirectWrite.W9;
import static nocowrace.model.task.Relocation.F1;
import static nocowrace.model.task.Relocation.R0;
import static nocowrace.model.task.Relocation.R10;
import static nocowrace.model.task.Relocation.R11;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.model.task.Relocation.R2;
import static nocowrace.model.task.Relocation.R3;
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.model.task.Relocation.R5;
import static nocowrace.model.task.Relocation.R6;
import static nocowrace.model.task.Relocation.R7;
import static nocowrace.model.task.Relocation.R8;
import static nocowrace.model.task.Relocation.R9;
import static nocowrace.model.task.Write.C2;
import static nocowrace.model.task.Write.C3;
import static nocowrace.model.task.Write.C4;
import static nocowrace.model.task.Write.C5;
import static nocowrace.model.task.Write.C6;
import static nocowrace.model.task.Write.C7;
import static nocowrace.model.task.Write.C8;

import java.util.List;
import java.util.function.Function;
import nocowrace.engine.Column;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.SingleWord;
import nocowrace.model.space.WriterSlots;

/**
 * One state of the kernel: the columns of steps that its tasks take, and the guard that its block
 * groups have. Steps are the same in all of them; what differs is which ones a column lists.
 *
 * @param name as commands and tables write it
 * @param relocation what CPU 1 does
 * @param directWrite what CPU 2 does for a direct write
 * @param bufferedWrite what CPU 2 does for a buffered write and its write-back
 * @param writeback what a flush does
 * @param guard what the nocow writers of a new block group use
 */
public record Protocol(String name, Column relocation, Column directWrite, Column bufferedWrite,
        Column writeback, Function<BlockGroup, NocowGuard> guard) {

    /**
     * Describes a state of the kernel.
     *
     * @throws IllegalArgumentException if something is null
     */
    public Protocol {
        if (name == null || relocation == null || directWrite == null || bufferedWrite == null
                || writeback == null || guard == null) {
            throw new IllegalArgumentException("protocol " + name
                    + " lacks its name, a column or the guard");
        }
    }

    /**
     * Linux 4.6: relocation flushes dirty data (F1) and waits for ordered extents. The flush waits
     * for the page locks of those who write back; a writer without dirty pages is not seen.
     */
    public static final Protocol V4_6 = new Protocol("v4.6",
            Column.of(R0, R1, R2, F1, R5, R6, R7, R8, R9, R10, R11),
            Column.of(W1, W2, W3, W5, W7, W8, W9, W10, W11)
                    .branch(C1, C2, C3, C5, C6, C8)
                    .branch(C9, C10, C11, C12),
            Column.of(B1, B2, B3, B4, B5, B7, B8, B9, B11, B12, B13)
                    .branch(C2, C3, C5, C6, C8),
            Column.of(B2, B3, B4, B5, B7, B8, B9, B11, B12, B13)
                    .branch(C2, C3, C5, C6, C8),
            group -> NoGuard.INSTANCE);

    /** The fix's parent: R3 instead of the flush; who takes new space is counted (C4, C7). */
    public static final Protocol BEFORE_FIX = new Protocol("before-fix",
            Column.of(R0, R1, R2, R3, R5, R6, R7, R8, R9, R10, R11),
            Column.of(W1, W2, W3, W5, W7, W8, W9, W10, W11)
                    .branch(C1, C2, C3, C4, C5, C6, C7, C8)
                    .branch(C9, C10, C11, C12),
            Column.of(B1, B2, B3, B4, B5, B7, B8, B9, B11, B12, B13)
                    .branch(C2, C3, C4, C5, C6, C7, C8),
            Column.of(B2, B3, B4, B5, B7, B8, B9, B11, B12, B13)
                    .branch(C2, C3, C4, C5, C6, C7, C8),
            group -> NoGuard.INSTANCE);

    /** f78c436c3931, Linux 4.7: adds R4; W4 and W6; B6 and B10. */
    public static final Protocol AFTER_FIX = new Protocol("after-fix",
            Column.of(R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11),
            Column.of(W1, W2, W3, W4, W5, W6, W7, W8, W9, W10, W11)
                    .branch(C1, C2, C3, C4, C5, C6, C7, C8)
                    .branch(C9, C10, C11, C12),
            Column.of(B1, B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13)
                    .branch(C2, C3, C4, C5, C6, C7, C8),
            Column.of(B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13)
                    .branch(C2, C3, C4, C5, C6, C7, C8),
            NocowWriters::new);

    /**
     * The form of 2022 (2306e83e730a, Linux 5.19): as the fix, but W4 hands out the group that it
     * has looked up, and W6 and B10 take it, so they look nothing up.
     */
    public static final Protocol HELD = new Protocol("held", AFTER_FIX.relocation(),
            Column.of(W1, W2, W3, W4, W5, W6_HELD, W7, W8, W9, W10, W11)
                    .branch(C1, C2, C3, C4, C5, C6, C7, C8)
                    .branch(C9, C10, C11, C12),
            Column.of(B1, B2, B3, B4, B5, B6, B7, B8, B9, B10_HELD, B11, B12, B13)
                    .branch(C2, C3, C4, C5, C6, C7, C8),
            Column.of(B2, B3, B4, B5, B6, B7, B8, B9, B10_HELD, B11, B12, B13)
                    .branch(C2, C3, C4, C5, C6, C7, C8),
            NocowWriters::new);

    /** As {@link #HELD}, with the ro bit and the count in one word. In no kernel. */
    public static final Protocol SINGLE_WORD = HELD.with("single-word", SingleWord::new);

    /** As {@link #HELD}, with a slot per writer instead of a count. In no kernel. */
    public static final Protocol WRITER_SLOTS = HELD.with("writer-slots", WriterSlots::new);

    /** A buffered write without write-back; the same in all of them. */
    static final Column BUFFERED_WRITE_ALONE = Column.of(B1);

    /**
     * The protocols of history.
     *
     * @return oldest first
     */
    public static List<Protocol> all() {
        return List.of(V4_6, BEFORE_FIX, AFTER_FIX);
    }

    /**
     * Forms that the fix took later or could take, with the same guarantees.
     *
     * @return nearest to the fix first
     */
    public static List<Protocol> laterForms() {
        return List.of(HELD, SINGLE_WORD, WRITER_SLOTS);
    }

    /**
     * The same columns with another guard.
     *
     * @param newName as commands and tables write it
     * @param newGuard what the nocow writers of a new block group use
     * @return a new protocol
     */
    public Protocol with(String newName, Function<BlockGroup, NocowGuard> newGuard) {
        return new Protocol(newName, relocation, directWrite, bufferedWrite, writeback, newGuard);
    }

    @Override
    public String toString() {
        return name;
    }
}
