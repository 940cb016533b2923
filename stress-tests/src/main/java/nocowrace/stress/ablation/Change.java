// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.task.Column;

/** The fix on its way to be another protocol. Immutable. */
record Change(Protocol protocol) {

    static final Change NONE = new Change(Protocol.AFTER_FIX);

    Change relocation(UnaryOperator<Column> change) {
        return new Change(new Protocol(protocol.name(), change.apply(protocol.relocation()),
                protocol.directWrite(), protocol.bufferedWrite(), protocol.writeback(),
                protocol.guard()));
    }

    Change direct(UnaryOperator<Column> change) {
        return new Change(new Protocol(protocol.name(), protocol.relocation(),
                change.apply(protocol.directWrite()), protocol.bufferedWrite(),
                protocol.writeback(), protocol.guard()));
    }

    /** Changes the buffered write, and the write-back that somebody else asks for. */
    Change buffered(UnaryOperator<Column> change) {
        return new Change(new Protocol(protocol.name(), protocol.relocation(),
                protocol.directWrite(), change.apply(protocol.bufferedWrite()),
                change.apply(protocol.writeback()), protocol.guard()));
    }

    /** Changes every write. */
    Change writes(UnaryOperator<Column> change) {
        return direct(change).buffered(change);
    }

    Change guard(Function<BlockGroup, NocowGuard> guard) {
        return new Change(new Protocol(protocol.name(), protocol.relocation(),
                protocol.directWrite(), protocol.bufferedWrite(), protocol.writeback(), guard));
    }

    Protocol named(String name) {
        return new Protocol(name, protocol.relocation(), protocol.directWrite(),
                protocol.bufferedWrite(), protocol.writeback(), protocol.guard());
    }
}
