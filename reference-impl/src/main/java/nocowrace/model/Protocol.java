// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static nocowrace.model.task.BufferedWrite.B10;
import static nocowrace.model.task.BufferedWrite.B10_HELD;
import static nocowrace.model.task.BufferedWrite.B5;
import static nocowrace.model.task.BufferedWrite.B6;
import static nocowrace.model.task.BufferedWrite.B9;
import static nocowrace.model.task.DirectWrite.W3;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.DirectWrite.W5;
import static nocowrace.model.task.DirectWrite.W6;
import static nocowrace.model.task.DirectWrite.W6_HELD;
import static nocowrace.model.task.Relocation.F1;
import static nocowrace.model.task.Relocation.R3;
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.model.task.Write.C3;
import static nocowrace.model.task.Write.C4;
import static nocowrace.model.task.Write.C6;
import static nocowrace.model.task.Write.C7;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import nocowrace.engine.Column;
import nocowrace.engine.Columns;
import nocowrace.engine.Edits;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NoGuard;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.NocowWriters;
import nocowrace.model.space.candidate.Candidate;
import nocowrace.model.task.BufferedWrite;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Relocation;

/**
 * One state of the kernel: the columns of steps that its tasks take, and the guard that its block
 * groups have. The steps are the same in all of them. The oldest protocol lists its steps, and each
 * later one is a change of the one before.
 *
 * @param name as commands and tables write it
 * @param columns by the name of the kind of task
 * @param guard what the nocow writers of a new block group use
 */
public record Protocol(String name, Columns columns, Function<BlockGroup, NocowGuard> guard) {

    /** What CPU 1 does. */
    public static final String RELOCATION = "relocation";

    /** What CPU 2 does for a direct write. */
    public static final String DIRECT_WRITE = "direct-write";

    /** What CPU 2 does for a buffered write and its write-back. */
    public static final String BUFFERED_WRITE = "buffered-write";

    /** What a flush does. */
    public static final String WRITEBACK = FsInfo.WRITEBACK;

    /**
     * Describes a state of the kernel.
     *
     * @throws IllegalArgumentException if something is null
     */
    public Protocol {
        if (name == null || columns == null || guard == null) {
            throw new IllegalArgumentException("protocol " + name
                    + " lacks its name, its columns or the guard");
        }
    }

    /**
     * Linux 4.6: relocation flushes dirty data (F1) and waits for ordered extents. The flush waits
     * for the page locks of those who write back; a writer without dirty pages is not seen.
     */
    public static final Protocol V4_6 = new Protocol("v4.6", Columns.NONE
            .with(RELOCATION, Relocation.TABLE.column("R0 R1 R2 F1 R5 R6 R7 R8 R9 R10 R11"))
            .with(DIRECT_WRITE, DirectWrite.TABLE.column("W1 W2 W3 W5 W7 W8 W9 W10 W11",
                    "C1 C2 C3 C5 C6 C8", "C9 C10 C11 C12"))
            .with(BUFFERED_WRITE, BufferedWrite.TABLE.column("B1 B2 B3 B4 B5 B7 B8 B9 B11 B12 B13",
                    "C2 C3 C5 C6 C8"))
            .with(WRITEBACK, BufferedWrite.TABLE.column("B2 B3 B4 B5 B7 B8 B9 B11 B12 B13",
                    "C2 C3 C5 C6 C8")), group -> NoGuard.INSTANCE);

    /** The fix's parent: R3 instead of the flush; who takes new space is counted (C4, C7). */
    public static final Protocol BEFORE_FIX = V4_6.change("before-fix")
            .replace(F1, R3)
            .insert(C4).after(C3)
            .insert(C7).after(C6).done();

    /** f78c436c3931, Linux 4.7: who writes in place is counted too, and waited for. */
    public static final Protocol AFTER_FIX = BEFORE_FIX.change("after-fix")
            .insert(R4).after(R3)
            .insert(W4).after(W3)
            .insert(W6).after(W5)
            .insert(B6).after(B5)
            .insert(B10).after(B9)
            .guard(NocowWriters::new).done();

    /**
     * The form of 2022 (2306e83e730a, Linux 5.19): as the fix, but W4 hands out the group that it
     * has looked up, and W6 and B10 take it, so they look nothing up.
     */
    public static final Protocol HELD = AFTER_FIX.change("held")
            .replace(W6, W6_HELD)
            .replace(B10, B10_HELD).done();

    /** A buffered write without write-back; the same in all of them. */
    static final Column BUFFERED_WRITE_ALONE = BufferedWrite.TABLE.column("B1");

    /** The columns of the truth table: those of which the commit message of the fix speaks. */
    public static final List<Protocol> TABLE = List.of(V4_6, BEFORE_FIX, AFTER_FIX);

    /**
     * The protocols of history: those of the table, and others that are explored with them and run
     * when they are asked for.
     *
     * @return oldest first
     */
    public static List<Protocol> all() {
        return List.of(V4_6, BEFORE_FIX, AFTER_FIX);
    }

    /**
     * Forms that the fix took later or could take, with the same guarantees.
     *
     * @return that of 2022, then those with a guard that no kernel has
     */
    public static List<Protocol> laterForms() {
        return Stream.concat(Stream.of(HELD), Stream.of(Candidate.values()).map(Protocol::with))
                .toList();
    }

    /**
     * As {@link #HELD}, with a guard that no kernel has.
     *
     * @param candidate which
     * @return its protocol; equal each time
     */
    public static Protocol with(Candidate candidate) {
        return HELD.change(candidate.id()).guard(candidate.maker()).done();
    }

    /**
     * Finds a column.
     *
     * @param task name of the kind of task
     * @return the steps that it takes
     * @throws IllegalArgumentException if there is none
     */
    public Column column(String task) {
        return columns.get(task);
    }

    /**
     * Begins another protocol, which differs from this one by what is edited.
     *
     * @param newName as commands and tables write it
     * @return the edits
     */
    public Change change(String newName) {
        return new Change(newName, this);
    }

    /** A protocol on its way to be another. */
    public static final class Change extends Edits<Change> {
        private final String name;
        private final Protocol from;
        private Function<BlockGroup, NocowGuard> guard;

        private Change(String name, Protocol from) {
            super(from.columns);
            this.name = name;
            this.from = from;
            guard = from.guard;
        }

        @Override
        protected Change self() {
            return this;
        }

        /**
         * Gives block groups another guard.
         *
         * @param newGuard what the nocow writers of a new block group use
         * @return this
         * @throws IllegalArgumentException if it is the guard that they have already
         */
        public Change guard(Function<BlockGroup, NocowGuard> newGuard) {
            if (newGuard == guard) {
                throw new IllegalArgumentException("the guard of " + name + " is not changed");
            }
            guard = newGuard;
            return this;
        }

        /**
         * Ends the change.
         *
         * @return the new protocol
         * @throws IllegalArgumentException if nothing was changed
         */
        public Protocol done() {
            if (columns() == from.columns && guard == from.guard) {
                throw new IllegalArgumentException(name + " changes nothing of " + from);
            }
            return new Protocol(name, columns(), guard);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
