// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Row.NEXT;
import static nocowrace.engine.Row.asks;
import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Row.does;
import static nocowrace.engine.Step.entry;
import static nocowrace.engine.Step.step;
import static nocowrace.model.task.DirectWrite.W10;
import static nocowrace.model.task.DirectWrite.W11;
import static nocowrace.model.task.DirectWrite.W5;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.model.task.Relocation.R3;
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.model.task.Relocation.R5;
import static nocowrace.stress.ablation.Form.HUNG;
import static nocowrace.stress.ablation.Form.LOST;

import nocowrace.engine.Step;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.task.Drain;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.DirectNodatacow;
import nocowrace.stress.scenario.DirectPrealloc;
import nocowrace.stress.scenario.Race;

/** How R4 is woken (E), where it stands (F), and what R5 waits for (G). */
final class WaitAblations {

    private WaitAblations() {
    }

    // ---- E ----

    private static final Step<Write> W6_WAKE_FIRST = step("W6wake", "wake_up_atomic_t", write -> {
        write.group().nocowQueue().wakeAll();
        return write.next();
    });

    private static boolean isDrained(Relocation relocation) {
        return relocation.from().guard().isDrained();
    }

    private static void enqueue(Relocation relocation) {
        relocation.from().nocowQueue().add(relocation);
    }

    /** Looks; enqueues; sleeps without another look. */
    private static final Step<Relocation> R4_LOOK_ONCE = R4.with(
            asks("once", "btrfs_wait_nocow_writers", WaitAblations::isDrained, NEXT, "queue"),
            does("queue", "prepare_to_wait", WaitAblations::enqueue, "sleep"));

    /** As the fix, but for {@link #R4_AWAKE}. */
    private static final Step<Relocation> R4_IF = R4.with(
            asks("if", "btrfs_wait_nocow_writers", WaitAblations::isDrained, NEXT, "queued"),
            does("queued", "prepare_to_wait", WaitAblations::enqueue, "look"));

    /** Whatever has woken it, it goes on. */
    private static final Step<Relocation> R4_AWAKE = R4.sub("awake", "-", Relocation::next);

    private static final Step<Write> W5_SPURIOUS = step("W5spurious", "wake_up", write -> {
        write.group().nocowQueue().wakeAll();
        return write.next();
    });

    private static Protocol.Change lookedInAStepOfItsOwn(Form fix, Protocol.Change change) {
        Step<Write> w6 = fix.w6();
        Step<Write> leave = fix.w6Leave();
        return change.redirect(leave, w6.with(
                does("count", "atomic_dec", leave::run),
                asks("look", "atomic_read", write -> write.group().guard().isDrained(),
                        "wake", "put")));
    }

    private static Protocol.Change withoutWakeUp(Form fix, Protocol.Change change) {
        return change.redirect(fix.w6().part("wake"), fix.w6().part("put"))
                .redirect(fix.b10().part("wake"), fix.b10().part("put"));
    }

    private static Protocol.Change wakingInAnyCase(Form fix, Protocol.Change change) {
        return change.redirect(fix.w6().part("put"), fix.w6().part("wake"))
                .redirect(fix.b10().part("put"), fix.b10().part("wake"));
    }

    // ---- F ----

    private static RwSemaphore groupsSem(Relocation relocation) {
        return relocation.fs().space().groupsSem();
    }

    private static final Step<Relocation> R4_HOLD = entry("R4hold",
            awaits("", "down_write", (Relocation relocation) -> groupsSem(relocation).queue(),
                    relocation -> groupsSem(relocation).tryDownWrite()));

    private static final Step<Relocation> R4_DROP = step("R4drop", "up_write", relocation -> {
        groupsSem(relocation).upWrite();
        return relocation.next();
    });

    // ---- G ----

    /** Takes a write for one over X if its offset in the file is. */
    private static final Step<Relocation> R5_BY_FILE = Drain.orderedExtents("R5file",
            relocation -> relocation.fs().ordered().snapshot(0, Long.MAX_VALUE).stream()
                    .filter(write -> isOver(relocation, (long) write.block() * Disk.SECTOR_SIZE))
                    .toList(), OrderedExtent::isComplete);

    private static boolean isOver(Relocation relocation, long offset) {
        long start = relocation.from().start();
        return offset >= start && offset < start + relocation.from().length();
    }

    private static final Step<Relocation> R5_ALL = Drain.orderedExtents("R5all",
            relocation -> relocation.fs().ordered().snapshot(0, Long.MAX_VALUE),
            OrderedExtent::isComplete);

    private static final Step<Relocation> R5_IO = Drain.orderedExtents("R5io",
            relocation -> relocation.fs().ordered().snapshot(relocation.from().start(),
                    relocation.from().length()), OrderedExtent::isIoDone);

    private static final Step<Write> W10_WAKE = step("W10wake", "wake_up", write -> {
        write.ordered().queue().wakeAll();
        return write.next();
    });

    private static final Step<Write> W11_COMPLETE_FIRST = step("W11complete",
            "btrfs_remove_ordered_extent", write -> {
                write.inode().ordered().complete(write.ordered());
                write.ordered().queue().wakeAll();
                return write.next();
            });

    private static final Step<Write> W10_GIVE_UP = step("W10giveup", "-",
            write -> write.ordered().hasIoError() ? null : write.next());

    static void addTo(Form fix) {
        Step<Write> w6 = fix.w6();
        fix.fails("mE1", "no wake-up at zero", HUNG, c -> withoutWakeUp(fix, c),
                DirectNodatacow::start, "R4 sleeps; nobody tells it of W6.");
        fix.fails("mE2", "woken before it is counted out", HUNG,
                c -> withoutWakeUp(fix, c).insert(W6_WAKE_FIRST).before(w6),
                DirectNodatacow::start, "R4 wakes, sees one, and sleeps for ever.");
        fix.fails("mE3", "no look between enqueue and sleep", HUNG,
                c -> c.redirect(R4, R4_LOOK_ONCE).redirect(R4.part("enqueue"), R4_LOOK_ONCE),
                DirectNodatacow::start, "W6 falls between R4's look and its enqueue.");
        fix.fails("mE4", "no look after the sleep", LOST,
                c -> c.redirect(R4, R4_IF).redirect(R4.part("enqueue"), R4_AWAKE)
                        .insert(W5_SPURIOUS).before(W5),
                DirectNodatacow::start, "A spurious wake-up before W5 lets R4 go on.");
        fix.equivalent("mE4c", "spurious wake-ups, and nothing else",
                c -> c.insert(W5_SPURIOUS).before(W5), "The control of mE4: R4 looks again.");
        fix.equivalent("mE5", "counted out, then looked at in a step of its own",
                c -> lookedInAStepOfItsOwn(fix, c), "Nobody enters after R1, so zero stays zero.");
        fix.equivalent("mE5w", "a wake-up in any case", c -> wakingInAnyCase(fix, c),
                "R4 looks again, so one too many does no harm.");
        fix.equivalent("mE6", "R4 waits for zero or less", c -> c.guard(Guards.AtMostZero::new),
                "The count is never below zero.");
        fix.fails("mF1", "no R4: counted, but not waited for", LOST, c -> c.remove(R4),
                DirectNodatacow::start, "As mA1, between W4 and W5.");
        fix.fails("mF2", "R4 before R1", LOST, c -> c.move(R4).before(R1),
                DirectNodatacow::start, "W4 falls between R4 and R1.");
        fix.fails("mF3", "R4 after R5", LOST, c -> c.move(R4).after(R5),
                DirectNodatacow::start, "R5 looks before W5, R4 after W6.");
        fix.equivalent("mF4", "R3 and R4 change places", c -> c.move(R4).before(R3),
                "Both stand between R1 and R5.");
        fix.fails("mF6", "R4 waits with groups_sem held", HUNG,
                c -> c.insert(R4_HOLD).before(R4).insert(R4_DROP).after(R4), Races::pending,
                "A writer in B7 needs it for the blocks before, in C2.");
        fix.fails("mG1", "no R5", LOST, c -> c.remove(R5), DirectNodatacow::start,
                "R6 copies between W6 and W10.");
        fix.fails("mG2", "R5 waits for the end of I/O only", LOST,
                c -> c.replace(R5, R5_IO).insert(W10_WAKE).after(W10), DirectPrealloc::start,
                "The copy is made before W11 puts the checksum.");
        fix.fails("mG3", "complete before the metadata is in the trees", LOST,
                c -> c.insert(W11_COMPLETE_FIRST).before(W11)
                        .redirect(W11.part("complete"), W11.part("unlist")),
                DirectPrealloc::start, "As mG2.");
        fix.fails("mG4", "R5 filters by offset in the file", LOST, c -> c.replace(R5, R5_BY_FILE),
                DirectNodatacow::start, "The write over X is not waited for.");
        fix.equivalent("mG5", "R5 waits for all ordered extents", c -> c.replace(R5, R5_ALL),
                "More than it must.");
        fix.fails("mG7", "not completed after a failed bio", HUNG,
                c -> c.insert(W10_GIVE_UP).after(W10), Races::badSector, "R5 waits for ever.");
    }
}
