// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress;

import static nocowrace.model.task.Write.C2;
import static nocowrace.model.task.Write.C3;
import static nocowrace.model.task.Write.C5;
import static nocowrace.model.task.Write.C6;
import static nocowrace.model.task.Write.C8;

import nocowrace.engine.Column;
import nocowrace.model.Protocol;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.DirectWrite;

/** A protocol that never was, for scenarios that no protocol of history breaks. */
public final class Calibration {

    /**
     * The fix's parent, but writers to new space are not counted: no C4, no C7. The flush of v4.6
     * is gone and nothing stands in its place. Under it every scenario is broken.
     */
    public static final Protocol UNCOUNTED = new Protocol("uncounted",
            Protocol.BEFORE_FIX.relocation(),
            Column.of(DirectWrite.W1, DirectWrite.W2, DirectWrite.W3, DirectWrite.W5,
                            DirectWrite.W7, DirectWrite.W8, DirectWrite.W9, DirectWrite.W10,
                            DirectWrite.W11)
                    .branch(DirectWrite.C1, C2, C3, C5, C6, C8)
                    .branch(DirectWrite.C9, DirectWrite.C10, DirectWrite.C11, DirectWrite.C12),
            Column.of(BufferedWrite.B1, BufferedWrite.B2, BufferedWrite.B3, BufferedWrite.B4,
                            BufferedWrite.B5, BufferedWrite.B7, BufferedWrite.B8,
                            BufferedWrite.B9, BufferedWrite.B11, BufferedWrite.B12,
                            BufferedWrite.B13)
                    .branch(C2, C3, C5, C6, C8),
            Protocol.BEFORE_FIX.writeback(), Protocol.BEFORE_FIX.guard());

    private Calibration() {
    }
}
