// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.*;

import java.util.function.ToLongFunction;
import nocowrace.engine.Step;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;

/**
 * The writer's side of the fix: into the guard of the group that will be written (W4, B6), and out
 * of it once the ordered extent is listed (W6, B10). Who has entered owes exactly one leave.
 */
public final class NocowSection {

    private NocowSection() {
    }

    /**
     * Makes an entry like W4 and B6: enters the group of the place that will be written, or refuses
     * because R1 has made it read-only. The reference of the look-up is kept until W6, B10. Pairs
     * with R1 and R4. Kernel: btrfs_inc_nocow_writers(), fs/btrfs/extent-tree.c, f78c436c3931; a
     * refused writer never owes a wake-up there.
     *
     * @param label its label
     * @param address whose group is entered: logical address, bytes
     * @return the first step
     */
    public static Step<Write> begin(String label, ToLongFunction<Write> address) {
        return Step.entry(label,
                asks("", "btrfs_lookup_block_group", write -> lookUp(write, address),
                        "enter", Write::refuse),
                picks("enter", "btrfs_inc_nocow_writers", NocowSection::countIn,
                        NEXT, "wake", "put"),
                does("wake", "wake_up_atomic_t", NocowSection::wake),
                does("put", "btrfs_put_block_group", NocowSection::put, Write::refuse));
    }

    /**
     * Makes an entry like W6 and B10: leaves the group, and the last one wakes R4. The look-up
     * finds the group, since R4 keeps it from being removed. Kernel: btrfs_dec_nocow_writers(),
     * f78c436c3931.
     *
     * @param label its label
     * @return the first step
     */
    public static Step<Write> end(String label) {
        return Step.entry(label,
                does("", "btrfs_lookup_block_group", NocowSection::lookUpAgain),
                asks("leave", "btrfs_dec_nocow_writers", NocowSection::countOut, "wake", "put"),
                does("wake", "wake_up_atomic_t", NocowSection::wake),
                does("put", "btrfs_put_block_group", NocowSection::putBoth));
    }

    /**
     * Makes an entry like W6 and B10 since 2022: W4 has handed the group out, so it is neither
     * looked up again nor referred to twice. Kernel: btrfs_dec_nocow_writers(), 2306e83e730a.
     *
     * @param label its label
     * @return the first step
     */
    public static Step<Write> endHeld(String label) {
        return Step.entry(label,
                asks("", "btrfs_dec_nocow_writers", NocowSection::countOut, "wake", "put"),
                does("wake", "wake_up_var", NocowSection::wake),
                does("put", "btrfs_put_block_group", NocowSection::put));
    }

    private static boolean lookUp(Write write, ToLongFunction<Write> address) {
        write.group = write.fs.groups().lookupAndGet(address.applyAsLong(write));
        return write.group != null;
    }

    /** {@link NocowGuard#enter}. */
    private static String countIn(Write write) {
        Ticket given = write.group.guard().enter(write.ticket);
        if (given.isEntered()) {
            write.ticket = given;
            write.note("writable: counted in");
            return NEXT;
        }
        write.note("read-only: refused");
        return given == Ticket.Word.REFUSED_BUT_SEEN ? "wake" : "put";
    }

    private static void lookUpAgain(Write write) {
        write.lookedUpAgain = write.fs.groups().lookupAndGet(write.group.start());
        if (write.lookedUpAgain != write.group) {
            throw new IllegalStateException(write.group + " was removed under its nocow writer");
        }
    }

    /** {@link NocowGuard#leave}; true if R4 may wait for it. */
    private static boolean countOut(Write write) {
        boolean last = write.group.guard().leave(write.ticket);
        if (write.ticket == Ticket.Word.COUNTED) {
            write.ticket = null;
        }
        write.note(last ? "counted out, the last one" : "counted out");
        return last;
    }

    private static void wake(Write write) {
        write.group.nocowQueue().wakeAll();
    }

    private static void putBoth(Write write) {
        write.lookedUpAgain.put();
        write.lookedUpAgain = null;
        put(write);
    }

    private static void put(Write write) {
        write.group.put();
        write.group = null;
    }
}
