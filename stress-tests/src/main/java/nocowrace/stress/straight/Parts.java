// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.straight;

import java.util.List;
import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;

/**
 * What the columns of a protocol list, asked once: in a straight line there are none to follow.
 *
 * @param flush F1
 * @param reservations R3
 * @param writers R4
 * @param guard W4 and W6, and so B6 and B10
 * @param counted C4 and C7
 */
record Parts(boolean flush, boolean reservations, boolean writers, boolean guard,
        boolean counted) {

    static Parts of(Protocol protocol) {
        List<Step<?>> relocation = protocol.relocation().entries();
        List<Step<?>> write = protocol.directWrite().entries();
        return new Parts(relocation.contains(Relocation.F1), relocation.contains(Relocation.R3),
                relocation.contains(Relocation.R4), write.contains(DirectWrite.W4),
                write.contains(Write.C4));
    }
}
