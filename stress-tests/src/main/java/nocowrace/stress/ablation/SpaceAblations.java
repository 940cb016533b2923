// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Step.step;
import static nocowrace.model.task.DirectWrite.C1;
import static nocowrace.model.task.DirectWrite.C9;
import static nocowrace.model.task.DirectWrite.W4;
import static nocowrace.model.task.DirectWrite.W5;
import static nocowrace.model.task.DirectWrite.W8;
import static nocowrace.model.task.Relocation.R11;
import static nocowrace.model.task.Relocation.R1;
import static nocowrace.model.task.Relocation.R3;
import static nocowrace.model.task.Relocation.R4;
import static nocowrace.model.task.Relocation.R7;
import static nocowrace.model.task.Relocation.R9;
import static nocowrace.model.task.Write.C3;
import static nocowrace.model.task.Write.C4;
import static nocowrace.model.task.Write.C5;
import static nocowrace.model.task.Write.C6;
import static nocowrace.model.task.Write.C7;
import static nocowrace.model.task.Write.C8;
import static nocowrace.stress.ablation.Ablation.Expected.CORRUPT;
import static nocowrace.stress.ablation.Ablation.Expected.ERROR;
import static nocowrace.stress.ablation.Ablation.Expected.HUNG;
import static nocowrace.stress.ablation.Ablation.Expected.LEAK;
import static nocowrace.stress.ablation.Ablation.Expected.LOST;
import static nocowrace.stress.ablation.Ablation.equivalent;
import static nocowrace.stress.ablation.Ablation.fails;

import java.util.List;
import nocowrace.engine.Step;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.SpaceInfo;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.NocowSection;
import nocowrace.model.task.Write;
import nocowrace.stress.Race;

/**
 * What a refusal leads to (H), reservations (I), references and ro (J), range lock, maps and copies
 * (K), memory order (L), and the two look-ups of a group (B6 to B8).
 */
final class SpaceAblations {

    private SpaceAblations() {
    }

    private static BlockGroup groupOf(Write write) {
        return write.fs().groups().lookup(write.bytenr());
    }

    private static BlockGroup relocated(Write write) {
        return write.fs().groups().at(0);
    }

    // ---- the group that is asked ----

    private static final Step<Write> W4_BY_ITEM = NocowSection.enter("W4i", Write::itemBytenr);

    private static final Step<?> W4_MISSING_IS_FINE = W4.sub("missing", "btrfs_lookup_block_group",
            write -> groupOf(write) == null ? W5 : W4);

    private static Step<?> ifInside(Step<Write> w6) {
        return w6.sub("inside", "-", write -> write.group() == null ? write.next() : w6);
    }

    // ---- H ----

    /** Gives the reference back, as after a refusal, and goes on in place. */
    private static final Step<?> W4_IGNORE = W4.sub("ignore", "-", write -> {
        W4.part("put").run(write);
        return W5;
    });

    /** Stands where W4 gives the reference back after it has refused. */
    private static final Step<?> W4_EIO = W4.sub("eio", "-", write -> {
        write.group().put();
        write.fail(Errno.EIO);
        return C9;
    });

    private static final Step<Write> W4_WAIT = W4.subWait("writable", "wait_event",
            write -> write.group().nocowQueue(),
            write -> !write.group().isReadOnly(), write -> W4.part("put"));

    private static final Step<?> C1_SHORT = C1.sub("short", "-", Write::next);

    /** Hides ro from C3 while nobody else can look. */
    private static final Step<?> C3_ANYWHERE = C3.sub("anywhere", "find_free_extent", write -> {
        SpaceInfo space = write.fs().space();
        synchronized (space) {
            BlockGroup sealed = relocated(write);
            boolean hide = sealed != null && sealed.isReadOnly();
            if (hide) {
                space.decReadOnly(sealed);
            }
            Step<?> then = C3.run(write);
            if (hide) {
                space.incReadOnly(sealed);
            }
            return then;
        }
    });

    // ---- I ----

    private static final Step<?> C7_IF_ORDERED = step("C7o", "-",
            write -> ((Write) write).ordered() == null ? C8 : write.next());

    /** C3 and C4 at once: R1 needs the same lock. */
    private static final Step<?> C3_COUNTED = C3.sub("counted", "find_free_extent", write -> {
        synchronized (write.fs().space()) {
            Step<?> then = C3.run(write);
            if (then == C5 && write.bytenr() != 0) {
                C4.run(write);
            }
            return then;
        }
    });

    // ---- J ----

    private static final Step<Write> W4_PUT = step("W4p", "btrfs_put_block_group", write -> {
        write.group().put();
        return write.next();
    });

    /** Puts what W6 has looked up itself, if it has, but not the reference of W4. */
    private static Step<?> putOneLess(Change fix) {
        return fix.w6().sub("less", "btrfs_put_block_group", write -> {
            if (!fix.isHeld()) {
                write.group().put();
            }
            return write.next();
        });
    }

    private static Step<?> putNothing(Change fix) {
        return fix.w6().sub("kept", "-", Write::next);
    }

    /** Leaves without a look-up, and so without a reference of its own. */
    private static Step<?> byTicket(Change fix) {
        Step<Write> w6 = fix.w6();
        Step<Write> leave = fix.w6Leave();
        Step<?> wake = w6.sub("freed", "wake_up_atomic_t", write -> {
            if (write.group().references() == 0) {
                throw new IllegalStateException(write.group() + " is used after it was freed");
            }
            write.group().nocowQueue().wakeAll();
            return write.next();
        });
        return w6.sub("ticket", "btrfs_dec_nocow_writers",
                write -> leave.run(write) == w6.part("wake") ? wake : write.next());
    }

    // ---- K ----

    private static final Step<DirectWrite> W8_EARLY = step("W8e", "unlock_extent", write -> {
        W8.run(write);
        return write.next();
    });

    private static final Step<?> W8_DONE = W8.sub("done", "-",
            write -> write.ordered() == null ? null : write.next());

    /**
     * The ablations.
     *
     * @param form what is ablated: the fix, or a form of it with the fix's guard or another one
     */
    static List<Ablation> all(Protocol form) {
        Change fix = new Change(form);
        Step<Write> w6 = fix.w6();
        return List.of(
                equivalent("mB6", "asks the group of the item, not of the place in the map",
                        fix.direct(c -> c.replace(W4, W4_BY_ITEM)),
                        "They differ only while the reloc inode shares the new place, and then W3"
                                + " refuses."),
                equivalent("mB7", "a group that is gone counts as writable",
                        fix.direct(c -> c.redirect(W4, W4_MISSING_IS_FINE)
                                .redirect(w6, ifInside(w6))),
                        "R9 drops the map before R11, so W2 never leads to a removed group."),
                equivalent("mB8c", "a second user of ro, for whom it is a count", fix,
                        Races::countingScrubThenWrite,
                        "The control of mB8: what R1 has set, stays."),
                fails("mB8", "ro is no count: a second user clears it", LOST, fix,
                        Races::scrubThenWrite,
                        "Scrub clears what R1 has set; W4 lets in after R4."),
                fails("mH1", "a refusal is ignored", LOST,
                        fix.direct(c -> c.redirect(W4.part("put"), W4_IGNORE)
                                .redirect(w6, ifInside(w6))),
                        Race::directNodatacow, "W4 after R4 goes on to W5."),
                fails("mH2", "a refusal is an error", ERROR,
                        fix.direct(c -> c.redirect(W4.part("put"), W4_EIO)),
                        Race::directNodatacow, "The user gets EIO for what could be written."),
                fails("mH3", "a refused writer waits with the range locked", HUNG,
                        fix.direct(c -> c.redirect(W4.part("put"), W4_WAIT)),
                        Race::directNodatacow, "R9 wants the range, and ro stays set."),
                fails("mH4", "new space may be booked in a group that is read-only", CORRUPT,
                        fix.writes(c -> c.redirect(C3, C3_ANYWHERE)),
                        Races::lateCow, "C3 books in X; X is removed and its place used again."),
                equivalent("mH5", "a refused writer keeps the shortened length",
                        fix.direct(c -> c.redirect(C1, C1_SHORT)),
                        Races::halfPrealloc, "More and smaller extents, nothing else."),
                fails("mI1", "R3 does not drain groups_sem", LOST,
                        fix.relocation(c -> c.redirect(R3, R3.part("zero"))),
                        Race::directCow, "R3 falls between C3 and C4."),
                fails("mI2", "reservations-- before the ordered extent", LOST,
                        fix.direct(c -> c.replace(C7).replace(C6, C7, C6)),
                        Race::directCow, "R3 and R5 fall between C7 and C6."),
                fails("mI3", "no reservations-- where C6 fails", HUNG,
                        fix.direct(c -> c.replace(C7, C7_IF_ORDERED, C7)),
                        Races::cowWithoutMemory, "R3 waits for ever."),
                equivalent("mI4", "reservations++ under the lock of C3, and no drain",
                        fix.relocation(c -> c.redirect(R3, R3.part("zero")))
                                .writes(c -> c.replace(C4).redirect(C3, C3_COUNTED)),
                        "As W4: test and count in one critical section."),
                equivalent("mJ1", "no reference from W4 to W6",
                        fix.direct(c -> c.replace(W4, W4, W4_PUT)
                                .redirect(w6.part("put"), putOneLess(fix))),
                        "A look-up of W6 takes one of its own; without a look-up see mJ1t."),
                equivalent("mJ1t", "the same, without a look-up in W6",
                        fix.direct(c -> c.replace(W4, W4, W4_PUT)
                                .redirect(w6, byTicket(fix))),
                        "R5 waits for the write, and R9 for its range: X is not freed before W8."),
                fails("mJ3", "no put in W6", LEAK,
                        fix.direct(c -> c.redirect(w6.part("put"), putNothing(fix))),
                        Race::directNodatacow, "X is never freed."),
                fails("mJ3e", "put in W4 too", ERROR,
                        fix.direct(c -> c.replace(W4, W4, W4_PUT)),
                        Race::directNodatacow, "X is freed while it is in the tree."),
                fails("mJ4", "a relocation that fails leaves X read-only", LEAK,
                        fix.relocation(c -> c.redirect(R1.part("undo"),
                                R11.part("unlock"))),
                        Races::fullDevice, "Every later write to X goes to new space."),
                fails("mK1", "the range unlocked before the ordered extent is added", ERROR,
                        fix.direct(c -> c.replace(W5, W8_EARLY, W5)
                                .redirect(W8, W8_DONE)),
                        Races::sameBlock, "Two ordered extents over the same block."),
                fails("mK2", "R9 keeps the cached map", LOST,
                        fix.relocation(c -> c.redirect(R9.part("drop"),
                                R9.part("unlock"))),
                        Race::directNodatacow, "Every later read goes to the removed group."),
                fails("mK4", "no R7", LOST, fix.relocation(c -> c.replace(R7)),
                        Race::directNodatacow, "The bytes never get to the new place."),
                equivalent("mL1", "the count out orders nothing before it",
                        fix.guard(Guards.Relaxed::new),
                        "The lock of the list orders W5 before R5."),
                equivalent("mL2", "ro a plain variable, always under the group's lock",
                        fix.guard(Guards.PlainFlag::new), "The lock orders it."),
                equivalent("mL3", "ro volatile, counted first, no lock",
                        fix.guard(Guards.CountThenLook::new),
                        "As mB5: either side sees the other."));
    }
}
