// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.DirectWrite.W10;
import static nocowrace.model.task.DirectWrite.W11;
import static nocowrace.model.task.DirectWrite.W5;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.model.task.Relocation.R3;
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.model.task.Relocation.R5;
import static nocowrace.stress.ablation.Ablation.Expected.HUNG;
import static nocowrace.stress.ablation.Ablation.Expected.LOST;
import static nocowrace.stress.ablation.Ablation.equivalent;
import static nocowrace.stress.ablation.Ablation.fails;

import java.util.List;
import nocowrace.engine.Step;
import nocowrace.engine.wait.RwSemaphore;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import nocowrace.stress.Race;

/** How R4 is woken (E), where it stands (F), and what R5 waits for (G). */
final class WaitAblations {

    private WaitAblations() {
    }

    // ---- E ----

    private static final Step<Write> W6_WAKE_FIRST = step("W6w", "wake_up_atomic_t", write -> {
        write.group().nocowQueue().wakeAll();
        return write.next();
    });

    /** Looks; enqueues; sleeps without another look. */
    private static final Step<?> R4_LOOK_ONCE = R4.sub("once", "btrfs_wait_nocow_writers",
            relocation -> relocation.from().guard().isDrained() ? relocation.next()
                    : WaitAblations.R4_SLEEP_AT_ONCE);

    private static final Step<?> R4_SLEEP_AT_ONCE = R4.sub("queue", "prepare_to_wait",
            relocation -> {
                relocation.from().nocowQueue().add(relocation);
                return R4.part("sleep");
            });

    /** As the fix, but for {@link #R4_AWAKE}. */
    private static final Step<?> R4_IF = R4.sub("if", "btrfs_wait_nocow_writers",
            relocation -> relocation.from().guard().isDrained() ? relocation.next()
                    : WaitAblations.R4_QUEUE);

    private static final Step<?> R4_QUEUE = R4.sub("queued", "prepare_to_wait", relocation -> {
        relocation.from().nocowQueue().add(relocation);
        return R4.part("look");
    });

    /** Whatever has woken it, it goes on. */
    private static final Step<?> R4_AWAKE = R4.sub("awake", "-", Relocation::next);

    private static final Step<Write> W5_SPURIOUS = step("W5s", "wake_up", write -> {
        write.group().nocowQueue().wakeAll();
        return write.next();
    });

    private static Change lookedInAStepOfItsOwn(Change fix) {
        Step<Write> w6 = fix.w6();
        Step<Write> leave = fix.w6Leave();
        Step<?> look = w6.sub("look", "atomic_read",
                write -> write.group().guard().isDrained() ? w6.part("wake") : w6.part("put"));
        Step<?> count = w6.sub("count", "atomic_dec", write -> {
            leave.run(write);
            return look;
        });
        return fix.direct(c -> c.redirect(leave, count));
    }

    private static Change withoutWakeUp(Change fix) {
        return fix.direct(c -> c.redirect(fix.w6().part("wake"), fix.w6().part("put")))
                .buffered(c -> c.redirect(fix.b10().part("wake"), fix.b10().part("put")));
    }

    private static Change wakingInAnyCase(Change fix) {
        return fix.direct(c -> c.redirect(fix.w6().part("put"), fix.w6().part("wake")))
                .buffered(c -> c.redirect(fix.b10().part("put"), fix.b10().part("wake")));
    }

    // ---- F ----

    private static RwSemaphore held(Relocation relocation) {
        return relocation.fs().space().groupsSem();
    }

    private static final Step<Relocation> R4_HOLD = Step.waitUntil("R4h", "down_write",
            relocation -> held(relocation).queue(),
            relocation -> held(relocation).tryDownWrite());

    private static final Step<Relocation> R4_DROP = step("R4d", "up_write", relocation -> {
        held(relocation).upWrite();
        return relocation.next();
    });

    // ---- G ----

    /** Takes a write for one over X if its offset in the file is. */
    private static final Step<Relocation> R5_BY_FILE = Relocation.waitForOrdered("R5f",
            relocation -> relocation.fs().ordered().snapshot(0, Long.MAX_VALUE).stream()
                    .filter(write -> isOver(relocation, (long) write.block() * Disk.SECTOR_SIZE))
                    .toList(), OrderedExtent::isComplete);

    private static boolean isOver(Relocation relocation, long offset) {
        long start = relocation.from().start();
        return offset >= start && offset < start + relocation.from().length();
    }

    private static final Step<Relocation> R5_ALL = Relocation.waitForOrdered("R5a",
            relocation -> relocation.fs().ordered().snapshot(0, Long.MAX_VALUE),
            OrderedExtent::isComplete);

    private static final Step<Relocation> R5_IO = Relocation.waitForOrdered("R5i",
            relocation -> relocation.fs().ordered().snapshot(relocation.from().start(),
                    relocation.from().length()), OrderedExtent::isIoDone);

    private static final Step<Write> W10_WAKE = step("W10w", "wake_up", write -> {
        write.ordered().queue().wakeAll();
        return write.next();
    });

    private static final Step<Write> W11_COMPLETE_FIRST = step("W11c",
            "btrfs_remove_ordered_extent", write -> {
                write.inode().ordered().complete(write.ordered());
                write.ordered().queue().wakeAll();
                return write.next();
            });

    private static final Step<Write> W10_GIVE_UP = step("W10g", "-",
            write -> write.ordered().hasIoError() ? null : write.next());

    /**
     * The ablations.
     *
     * @param form what is ablated: the fix, or a form of it with the fix's guard or another one
     */
    static List<Ablation> all(Protocol form) {
        Change fix = new Change(form);
        Step<Write> w6 = fix.w6();
        return List.of(
                fails("mE1", "no wake-up at zero", HUNG, withoutWakeUp(fix),
                        Race::directNodatacow, "R4 sleeps; nobody tells it of W6."),
                fails("mE2", "woken before it is counted out", HUNG,
                        withoutWakeUp(fix).direct(c -> c.replace(w6, W6_WAKE_FIRST, w6)),
                        Race::directNodatacow, "R4 wakes, sees one, and sleeps for ever."),
                fails("mE3", "no look between enqueue and sleep", HUNG,
                        fix.relocation(c -> c.redirect(R4, R4_LOOK_ONCE)
                                .redirect(R4.part("enqueue"), R4_LOOK_ONCE)),
                        Race::directNodatacow, "W6 falls between R4's look and its enqueue."),
                fails("mE4", "no look after the sleep", LOST,
                        fix.relocation(c -> c.redirect(R4, R4_IF)
                                        .redirect(R4.part("enqueue"), R4_AWAKE))
                                .direct(c -> c.replace(W5, W5_SPURIOUS, W5)),
                        Race::directNodatacow, "A spurious wake-up before W5 lets R4 go on."),
                equivalent("mE4c", "spurious wake-ups, and nothing else",
                        fix.direct(c -> c.replace(W5, W5_SPURIOUS, W5)),
                        "The control of mE4: R4 looks again."),
                equivalent("mE5", "counted out, then looked at in a step of its own",
                        lookedInAStepOfItsOwn(fix),
                        "Nobody enters after R1, so zero stays zero."),
                equivalent("mE5w", "a wake-up in any case",
                        wakingInAnyCase(fix),
                        "R4 looks again, so one too many does no harm."),
                equivalent("mE6", "R4 waits for zero or less",
                        fix.guard(Guards.AtMostZero::new),
                        "The count is never below zero."),
                fails("mF1", "no R4: counted, but not waited for", LOST,
                        fix.relocation(c -> c.replace(R4)), Race::directNodatacow,
                        "As mA1, between W4 and W5."),
                fails("mF2", "R4 before R1", LOST,
                        fix.relocation(c -> c.replace(R4).replace(R1, R4, R1)),
                        Race::directNodatacow, "W4 falls between R4 and R1."),
                fails("mF3", "R4 after R5", LOST,
                        fix.relocation(c -> c.replace(R4).replace(R5, R5, R4)),
                        Race::directNodatacow, "R5 looks before W5, R4 after W6."),
                equivalent("mF4", "R3 and R4 change places",
                        fix.relocation(c -> c.replace(R4).replace(R3, R4, R3)),
                        "Both stand between R1 and R5."),
                fails("mF6", "R4 waits with groups_sem held", HUNG,
                        fix.relocation(c -> c.replace(R4, R4_HOLD, R4, R4_DROP)),
                        Races::pending, "A writer in B7 needs it for the blocks before, in C2."),
                fails("mG1", "no R5", LOST, fix.relocation(c -> c.replace(R5)),
                        Race::directNodatacow, "R6 copies between W6 and W10."),
                fails("mG2", "R5 waits for the end of I/O only", LOST,
                        fix.relocation(c -> c.replace(R5, R5_IO))
                                .direct(c -> c.replace(W10, W10, W10_WAKE)),
                        Race::directPrealloc, "The copy is made before W11 puts the checksum."),
                fails("mG3", "complete before the metadata is in the trees", LOST,
                        fix.direct(c -> c.replace(W11, W11_COMPLETE_FIRST, W11)
                                .redirect(W11.part("complete"), W11.part("unlist"))),
                        Race::directPrealloc, "As mG2."),
                fails("mG4", "R5 filters by offset in the file", LOST,
                        fix.relocation(c -> c.replace(R5, R5_BY_FILE)),
                        Race::directNodatacow, "The write over X is not waited for."),
                equivalent("mG5", "R5 waits for all ordered extents",
                        fix.relocation(c -> c.replace(R5, R5_ALL)),
                        "More than it must."),
                fails("mG7", "not completed after a failed bio", HUNG,
                        fix.direct(c -> c.replace(W10, W10, W10_GIVE_UP)),
                        Races::badSector, "R5 waits for ever."));
    }
}
