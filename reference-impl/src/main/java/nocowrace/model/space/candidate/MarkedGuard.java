// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space.candidate;

import nocowrace.model.space.NocowGuard;

/** A guard that R1 closes by a mark of its own, at which its writers look. */
public interface MarkedGuard extends NocowGuard {

    /**
     * Looks at the mark.
     *
     * @return true if R1 has closed this guard
     */
    boolean isClosed();
}
