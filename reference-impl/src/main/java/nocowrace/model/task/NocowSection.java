// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Step.step;

import java.util.function.ToLongFunction;
import nocowrace.engine.Step;
import nocowrace.model.space.Ticket;

/**
 * The writer's side of the fix: into the guard of the group that will be written (W4, B6), and out
 * of it once the ordered extent is listed (W6, B10). Who has entered owes exactly one leave.
 */
public final class NocowSection {

    private NocowSection() {
    }

    /**
     * The steps of W4 and B6: enters the group of the place that will be written, or refuses
     * because R1 has sealed it. The look-up's reference is kept until W6, B10. Pairs with R1 and
     * R4. Kernel: btrfs_inc_nocow_writers(), fs/btrfs/extent-tree.c, f78c436c3931; there a refused
     * writer never owes a wake-up.
     */
    private static final class Enter {

        final Step<Write> entry;
        private Step<Write> enter;

        /**
         * Makes the steps.
         *
         * @param label label of the entry
         * @param address whose group is entered: logical address, bytes
         */
        Enter(String label, ToLongFunction<Write> address) {
            entry = step(label, "btrfs_lookup_block_group", write -> {
                write.group = write.fs.groups().lookupAndGet(address.applyAsLong(write));
                return write.group == null ? write.refuse() : enter;
            });
            Step<Write> put = entry.sub("put", "btrfs_put_block_group", write -> {
                write.group.put();
                write.group = null;
                return write.refuse();
            });
            Step<Write> wake = entry.sub("wake", "wake_up_atomic_t", write -> {
                write.group.nocowQueue().wakeAll();
                return put;
            });
            enter = entry.sub("enter", "btrfs_inc_nocow_writers", write -> {
                Ticket given = NocowSection.enter(write);
                return given.isEntered() ? write.next()
                        : given == Ticket.Word.REFUSED_BUT_SEEN ? wake : put;
            });
        }
    }

    /**
     * The steps of W6 and B10: leaves the group; the last one wakes R4. The look-up finds the
     * group, since R4 keeps it from being removed. Kernel: btrfs_dec_nocow_writers(), f78c436c3931.
     */
    private static final class Leave {

        final Step<Write> entry;
        private Step<Write> leave;

        Leave(String label) {
            entry = step(label, "btrfs_lookup_block_group", write -> {
                write.lookedUpAgain = write.fs.groups().lookupAndGet(write.group.start());
                if (write.lookedUpAgain != write.group) {
                    throw new IllegalStateException(write.group
                            + " was removed under its nocow writer");
                }
                return leave;
            });
            Step<Write> put = entry.sub("put", "btrfs_put_block_group", write -> {
                write.lookedUpAgain.put();
                write.lookedUpAgain = null;
                write.group.put();
                write.group = null;
                return write.next();
            });
            Step<Write> wake = entry.sub("wake", "wake_up_atomic_t", write -> {
                write.group.nocowQueue().wakeAll();
                return put;
            });
            leave = entry.sub("leave", "btrfs_dec_nocow_writers",
                    write -> NocowSection.leave(write) ? wake : put);
        }
    }

    /**
     * Makes another entry like W4.
     *
     * @param label its label
     * @param address whose group is entered: logical address, bytes
     * @return the first step
     */
    public static Step<Write> enter(String label, ToLongFunction<Write> address) {
        return new Enter(label, address).entry;
    }

    /**
     * Makes another entry like W6.
     *
     * @param label its label
     * @return the first step
     */
    public static Step<Write> leave(String label) {
        return new Leave(label).entry;
    }

    /**
     * Makes another entry like W6 as it is since 2022.
     *
     * @param label its label
     * @return the first step
     */
    public static Step<Write> leaveHeld(String label) {
        return new LeaveHeld(label).entry;
    }

    /**
     * The steps of W6 and B10 as they are since 2022: W4 has handed the group out, so it is neither
     * looked up again nor referred to twice. Kernel: btrfs_dec_nocow_writers(), 2306e83e730a.
     */
    private static final class LeaveHeld {

        final Step<Write> entry;

        private Step<Write> put;
        private Step<Write> wake;

        LeaveHeld(String label) {
            entry = step(label, "btrfs_dec_nocow_writers",
                    write -> NocowSection.leave(write) ? wake : put);
            put = entry.sub("put", "btrfs_put_block_group", write -> {
                write.group.put();
                write.group = null;
                return write.next();
            });
            wake = entry.sub("wake", "wake_up_var", write -> {
                write.group.nocowQueue().wakeAll();
                return put;
            });
        }
    }

    private static Ticket enter(Write write) {
        Ticket given = write.group.guard().enter(write.ticket);
        if (given.isEntered()) {
            write.ticket = given;
        }
        write.note(given.isEntered() ? "writable: counted in" : "read-only: refused");
        return given;
    }

    private static boolean leave(Write write) {
        boolean last = write.group.guard().leave(write.ticket);
        if (write.ticket == Ticket.Word.COUNTED) {
            write.ticket = null;
        }
        write.note(last ? "counted out, the last one" : "counted out");
        return last;
    }
}
