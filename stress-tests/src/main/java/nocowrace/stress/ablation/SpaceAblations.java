// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.ablation;

import static nocowrace.engine.Row.awaits;
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
import static nocowrace.stress.ablation.Form.CORRUPT;
import static nocowrace.stress.ablation.Form.ERROR;
import static nocowrace.stress.ablation.Form.HUNG;
import static nocowrace.stress.ablation.Form.LEAK;
import static nocowrace.stress.ablation.Form.LOST;

import nocowrace.engine.Step;
import nocowrace.engine.ablate.Ablation;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.SpaceInfo;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.NocowSection;
import nocowrace.model.task.Write;
import nocowrace.stress.scenario.DirectCow;
import nocowrace.stress.scenario.DirectNodatacow;
import nocowrace.stress.scenario.Race;

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

    private static final Step<Write> W4_BY_ITEM = NocowSection.begin("W4item", Write::itemBytenr);

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

    private static final Step<Write> W4_WAIT = W4.with(awaits("writable", "wait_event",
            write -> write.group().nocowQueue(), write -> !write.group().isReadOnly(), "put"));

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

    private static final Step<?> C7_IF_ORDERED = Step.<Write>step("C7made", "-",
            write -> write.ordered() == null ? C8 : write.next());

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

    private static final Step<Write> W4_PUT = step("W4put", "btrfs_put_block_group", write -> {
        write.group().put();
        return write.next();
    });

    /** Puts what W6 has looked up itself, if it has, but not the reference of W4. */
    private static Step<?> putOneLess(Form fix) {
        return fix.w6().sub("less", "btrfs_put_block_group", write -> {
            if (!fix.isHeld()) {
                write.group().put();
            }
            return write.next();
        });
    }

    private static Step<?> putNothing(Form fix) {
        return fix.w6().sub("kept", "-", Write::next);
    }

    /** Leaves without a look-up, and so without a reference of its own. */
    private static Step<?> byTicket(Form fix) {
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

    private static final Step<DirectWrite> W8_EARLY = step("W8early", "unlock_extent", write -> {
        W8.run(write);
        return write.next();
    });

    private static final Step<?> W8_DONE = W8.sub("done", "-",
            write -> write.ordered() == null ? null : write.next());

    static void addTo(Form fix) {
        Step<Write> w6 = fix.w6();
        fix.equivalent("mB6", "asks the group of the item, not of the place in the map",
                c -> c.replace(W4, W4_BY_ITEM),
                "They differ only while the reloc inode shares the new place, and then W3"
                        + " refuses.");
        fix.equivalent("mB7", "a group that is gone counts as writable",
                c -> c.redirect(W4, W4_MISSING_IS_FINE).redirect(w6, ifInside(w6)),
                "R9 drops the map before R11, so W2 never leads to a removed group.");
        fix.meets("mB8c", "a second user of ro, for whom it is a count", Ablation.EQUIVALENT,
                Races::countingScrubThenWrite, "The control of mB8: what R1 has set, stays.");
        fix.meets("mB8", "ro is no count: a second user clears it", LOST, Races::scrubThenWrite,
                "Scrub clears what R1 has set; W4 lets in after R4.");
        fix.fails("mH1", "a refusal is ignored", LOST,
                c -> c.redirect(W4.part("put"), W4_IGNORE).redirect(w6, ifInside(w6)),
                DirectNodatacow::start, "W4 after R4 goes on to W5.");
        fix.fails("mH2", "a refusal is an error", ERROR, c -> c.redirect(W4.part("put"), W4_EIO),
                DirectNodatacow::start, "The user gets EIO for what could be written.");
        fix.fails("mH3", "a refused writer waits with the range locked", HUNG,
                c -> c.redirect(W4.part("put"), W4_WAIT), DirectNodatacow::start,
                "R9 wants the range, and ro stays set.");
        fix.fails("mH4", "new space may be booked in a group that is read-only", CORRUPT,
                c -> c.redirect(C3, C3_ANYWHERE), Races::lateCow,
                "C3 books in X; X is removed and its place used again.");
        fix.equivalent("mH5", "a refused writer keeps the shortened length",
                c -> c.redirect(C1, C1_SHORT), Races::halfPrealloc,
                "More and smaller extents, nothing else.");
        fix.fails("mI1", "R3 does not drain groups_sem", LOST,
                c -> c.redirect(R3, R3.part("zero")), DirectCow::start,
                "R3 falls between C3 and C4.");
        fix.fails("mI2", "reservations-- before the ordered extent", LOST,
                c -> c.move(C7).before(C6), DirectCow::start, "R3 and R5 fall between C7 and C6.");
        fix.fails("mI3", "no reservations-- where C6 fails", HUNG,
                c -> c.insert(C7_IF_ORDERED).before(C7), Races::cowWithoutMemory,
                "R3 waits for ever.");
        fix.equivalent("mI4", "reservations++ under the lock of C3, and no drain",
                c -> c.redirect(R3, R3.part("zero")).remove(C4).redirect(C3, C3_COUNTED),
                "As W4: test and count in one critical section.");
        fix.equivalent("mJ1", "no reference from W4 to W6",
                c -> c.insert(W4_PUT).after(W4).redirect(w6.part("put"), putOneLess(fix)),
                "A look-up of W6 takes one of its own; without a look-up see mJ1t.");
        fix.equivalent("mJ1t", "the same, without a look-up in W6",
                c -> c.insert(W4_PUT).after(W4).redirect(w6, byTicket(fix)),
                "R5 waits for the write, and R9 for its range: X is not freed before W8.");
        fix.fails("mJ3", "no put in W6", LEAK, c -> c.redirect(w6.part("put"), putNothing(fix)),
                DirectNodatacow::start, "X is never freed.");
        fix.fails("mJ3e", "put in W4 too", ERROR, c -> c.insert(W4_PUT).after(W4),
                DirectNodatacow::start, "X is freed while it is in the tree.");
        fix.fails("mJ4", "a relocation that fails leaves X read-only", LEAK,
                c -> c.redirect(R1.part("undo"), R11.part("unlock")), Races::fullDevice,
                "Every later write to X goes to new space.");
        fix.fails("mK1", "the range unlocked before the ordered extent is added", ERROR,
                c -> c.insert(W8_EARLY).before(W5).redirect(W8, W8_DONE), Races::sameBlock,
                "Two ordered extents over the same block.");
        fix.fails("mK2", "R9 keeps the cached map", LOST,
                c -> c.redirect(R9.part("drop"), R9.part("unlock")), DirectNodatacow::start,
                "Every later read goes to the removed group.");
        fix.fails("mK4", "no R7", LOST, c -> c.remove(R7), DirectNodatacow::start,
                "The bytes never get to the new place.");
        fix.equivalent("mL1", "the count out orders nothing before it",
                c -> c.guard(Guards.Relaxed::new), "The lock of the list orders W5 before R5.");
        fix.equivalent("mL2", "ro a plain variable, always under the group's lock",
                c -> c.guard(Guards.PlainFlag::new), "The lock orders it.");
        fix.equivalent("mL3", "ro volatile, counted first, no lock",
                c -> c.guard(Guards.CountThenLook::new), "As mB5: either side sees the other.");
    }
}
