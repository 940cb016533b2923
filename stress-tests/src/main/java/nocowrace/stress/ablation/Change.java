// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.NocowSection;
import nocowrace.model.task.Write;

/**
 * A form of the fix on its way to be another protocol. Immutable. An edit that changes nothing is
 * refused: an ablation that ablates nothing would pass as equivalent.
 */
record Change(Protocol protocol) {

    /** Whether W4 hands the group out, so that W6 looks nothing up and owes one reference less. */
    boolean isHeld() {
        return protocol.directWrite().entries().contains(DirectWrite.W6_HELD);
    }

    /** The form's W6; of the form as it is, before it is changed. */
    Step<Write> w6() {
        return isHeld() ? DirectWrite.W6_HELD : DirectWrite.W6;
    }

    /** The step of the form's W6 that leaves the guard; the others put references and wake. */
    Step<Write> w6Leave() {
        return isHeld() ? w6() : w6().part("leave");
    }

    /** The form's B10; of the form as it is, before it is changed. */
    Step<Write> b10() {
        return isHeld() ? BufferedWrite.B10_HELD : BufferedWrite.B10;
    }

    /** Makes another entry like the form's W6. */
    Step<Write> leave(String label) {
        return isHeld() ? NocowSection.leaveHeld(label) : NocowSection.leave(label);
    }

    Change relocation(UnaryOperator<Column> change) {
        return new Change(new Protocol(protocol.name(), edit(protocol.relocation(), change),
                protocol.directWrite(), protocol.bufferedWrite(), protocol.writeback(),
                protocol.guard()));
    }

    Change direct(UnaryOperator<Column> change) {
        return new Change(new Protocol(protocol.name(), protocol.relocation(),
                edit(protocol.directWrite(), change), protocol.bufferedWrite(),
                protocol.writeback(), protocol.guard()));
    }

    /** Changes the buffered write, and the write-back that somebody else asks for. */
    Change buffered(UnaryOperator<Column> change) {
        return new Change(new Protocol(protocol.name(), protocol.relocation(),
                protocol.directWrite(), edit(protocol.bufferedWrite(), change),
                edit(protocol.writeback(), change), protocol.guard()));
    }

    /** Changes every write. */
    Change writes(UnaryOperator<Column> change) {
        return direct(change).buffered(change);
    }

    private static Column edit(Column column, UnaryOperator<Column> change) {
        Column changed = change.apply(column);
        if (changed == column) {
            throw new IllegalArgumentException("nothing is changed in " + column.entries());
        }
        return changed;
    }

    Change guard(Function<BlockGroup, NocowGuard> guard) {
        if (guard == protocol.guard()) {
            throw new IllegalArgumentException("the guard of " + protocol + " is not changed");
        }
        return new Change(new Protocol(protocol.name(), protocol.relocation(),
                protocol.directWrite(), protocol.bufferedWrite(), protocol.writeback(), guard));
    }

    Protocol named(String name) {
        return new Protocol(name, protocol.relocation(), protocol.directWrite(),
                protocol.bufferedWrite(), protocol.writeback(), protocol.guard());
    }
}
