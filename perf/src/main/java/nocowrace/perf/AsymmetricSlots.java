// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.function.Function;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;

/**
 * A slot per writer, like {@link nocowrace.model.space.candidate.WriterSlots}, whose writers
 * execute no fence at all: the one between announcing and looking is moved to relocation, which has
 * the system execute it on their CPUs. Relocation polls.
 *
 * <p>For benchmarks only. The Java memory model does not promise this: it knows of no fence in
 * another thread. It stands on what HotSpot does, which keeps the four accesses of a writer in the
 * order of the program, and on what Linux says of membarrier. A slot belongs to the first writer
 * that took it for ever, so writers must be few and long-lived.
 */
final class AsymmetricSlots implements NocowGuard {

    /** A writer's slot; its cache line is its own. */
    private static final class Slot extends SlotBody implements Ticket {
        transient long after1, after2, after3, after4, after5, after6, after7, after8;
        transient long after9, after10, after11, after12, after13, after14, after15, after16;
    }

    /** The slots of a file system: [n], replaced and never changed; only grows. */
    private static final class Table {
        volatile Slot[] slots = {};

        synchronized void add(Slot slot) {
            Slot[] more = Arrays.copyOf(slots, slots.length + 1);
            more[slots.length] = slot;
            slots = more;
        }
    }

    private static final long FREE = 0;
    private static final VarHandle GROUP;
    private static final VarHandle CLOSED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            GROUP = lookup.findVarHandle(SlotBody.class, "group", long.class);
            CLOSED = lookup.findVarHandle(AsymmetricSlots.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Table table;
    private final long id;
    private final Runnable heavyFence;
    private volatile boolean closed;

    private AsymmetricSlots(Table table, BlockGroup group, Runnable heavyFence) {
        this.table = table;
        this.heavyFence = heavyFence;
        id = group.start();
    }

    /**
     * What makes them for the block groups of one file system.
     *
     * @throws UnsupportedOperationException if there is no such fence here
     */
    static Function<BlockGroup, NocowGuard> maker() {
        Table table = new Table();
        Runnable heavyFence = heavyFence();
        return group -> new AsymmetricSlots(table, group, heavyFence);
    }

    /** By name, since only a JDK of its own can compile it. */
    private static Runnable heavyFence() {
        try {
            Constructor<?> constructor = Class.forName("nocowrace.perf.Membarrier")
                    .getDeclaredConstructor();
            return (Runnable) constructor.newInstance();
        } catch (ClassNotFoundException | UnsupportedClassVersionError e) {
            throw new UnsupportedOperationException(
                    "MEMBARRIER wants a jar that JDK 22 or newer has built and runs", e);
        } catch (InvocationTargetException e) {
            throw new UnsupportedOperationException(e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e); // the class is ours
        }
    }

    @Override
    public Ticket enter(Ticket last) {
        if ((boolean) CLOSED.getAcquire(this)) {
            return Ticket.Word.REFUSED;
        }
        Slot slot;
        if (last instanceof Slot own) {
            slot = own;
            GROUP.setRelease(slot, id);
            VarHandle.releaseFence(); // both fences are for the compiler
            VarHandle.acquireFence();
        } else {
            slot = new Slot();
            slot.group = id;
            table.add(slot);
        }
        if ((boolean) CLOSED.getAcquire(this)) {
            GROUP.setRelease(slot, FREE);
            return Ticket.Word.REFUSED_BUT_SEEN;
        }
        return slot;
    }

    @Override
    public boolean leave(Ticket ticket) {
        GROUP.setRelease((Slot) ticket, FREE);
        return false;
    }

    @Override
    public void close() {
        closed = true;
        heavyFence.run();
    }

    @Override
    public void reopen() {
        closed = false;
    }

    @Override
    public boolean isDrained() {
        for (Slot slot : table.slots) {
            if (slot.group == id) {
                return false;
            }
        }
        return true;
    }
}

/** What lies before the line. */
abstract class SlotHead {
    transient long before1, before2, before3, before4, before5, before6, before7, before8;
    transient long before9, before10, before11, before12, before13, before14, before15, before16;
}

/** The line itself. */
abstract class SlotBody extends SlotHead {
    /** First address of the group in which the writer is, bytes; 0 if it is in none. */
    volatile long group;
}
