// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import static org.openjdk.jcstress.annotations.Expect.*;

import org.openjdk.jcstress.annotations.Outcome;

/**
 * The one table of outcomes, true of every test and every variant. That a variant is expected to
 * lose data changes no grade here; only the driver knows.
 */
@Outcome(id = "NOCOW/KEPT",    expect = ACCEPTABLE, desc = "Written in place and read back.")
@Outcome(id = "COW/KEPT",      expect = ACCEPTABLE, desc = "Written to new space and read back.")
@Outcome(id = "NOCOW/LOST",    expect = FORBIDDEN,  desc = "In place, acknowledged, not read back.")
@Outcome(id = "COW/LOST",      expect = FORBIDDEN,  desc = "To new space, acknowledged, not read back.")
@Outcome(id = "NOCOW/CORRUPT", expect = FORBIDDEN,  desc = "In place, over the bytes of another file.")
@Outcome(id = "COW/CORRUPT",   expect = FORBIDDEN,  desc = "To new space, over the bytes of another file.")
@Outcome(id = "NOCOW/ERROR",   expect = FORBIDDEN,  desc = "In place; an operation failed that should not.")
@Outcome(id = "COW/ERROR",     expect = FORBIDDEN,  desc = "To new space; an operation failed that should not.")
@Outcome(id = "NOCOW/LEAK",    expect = FORBIDDEN,  desc = "In place; a count, lock or reference is left over.")
@Outcome(id = "COW/LEAK",      expect = FORBIDDEN,  desc = "To new space; a count, lock or reference is left over.")
@Outcome(id = "NOCOW/HUNG",    expect = FORBIDDEN,  desc = "In place; a task can never finish.")
@Outcome(id = "COW/HUNG",      expect = FORBIDDEN,  desc = "To new space; a task can never finish.")
@Outcome(                      expect = FORBIDDEN,  desc = "Not in the table.")
public final class Outcomes {

    private Outcomes() {
    }
}
