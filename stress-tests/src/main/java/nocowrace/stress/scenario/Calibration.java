// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import nocowrace.model.Protocol;
import nocowrace.model.task.Write;

/** A protocol that never was, for scenarios that no protocol of history breaks. */
public final class Calibration {

    /**
     * The fix's parent, but writers to new space are not counted: no C4, no C7. The flush of v4.6
     * is gone and nothing stands in its place. Under it every scenario is broken.
     */
    public static final Protocol UNCOUNTED
            = Protocol.BEFORE_FIX.change("uncounted").remove(Write.C4, Write.C7).done();

    private Calibration() {
    }
}
