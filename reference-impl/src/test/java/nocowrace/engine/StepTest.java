// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Row.does;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import nocowrace.engine.replay.Replay;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Drain;
import nocowrace.model.task.NocowSection;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How steps are made. Breaks if a step has another's label or entry, if a wait is not made of its
 * three steps, if an entry that is made like R5, W4 or W6 does not do what they do.
 */
class StepTest {

    private final WaitQueue queue = new WaitQueue();

    @Test
    void anEntryIsItsOwn() {
        Step<Task> entry = Step.step("X1", "f", Task::next);
        Step<Task> other = Step.step("X2", "f", Task::next);
        assertEquals("X1", entry.label());
        assertEquals("f", entry.function());
        assertSame(entry, entry.entry());
        assertNotEquals(entry.id(), other.id());
        assertEquals(List.of(entry, other), Column.of(entry, other).entries());
    }

    @Test
    void aColumnKnowsWhatIsNotInIt() {
        Step<Task> entry = Step.step("X1", "f", Task::next);
        Column column = Column.of(entry);
        Step<Task> later = Step.step("X2", "f", Task::next);
        assertNull(column.after(entry));
        assertThrows(IllegalStateException.class, () -> column.after(later));
    }

    @Test
    void aSmallerStepBelongsToItsEntry() {
        Step<Task> entry = Step.entry("X1", does("", "f", task -> { }),
                does("part", "g", task -> { }));
        Step<Task> part = entry.part("part");
        assertEquals("X1.part", part.label());
        assertEquals("g", part.function());
        assertSame(entry, part.entry());
        assertSame(part, entry.part("part"));
        assertEquals(entry.id(), part.id());
        assertFalse(entry.isSleep() || part.isSleep());
        Step<Task> own = entry.sub("own", "h", Task::next);
        assertEquals("X1.own", own.label());
        assertSame(entry, own.entry());
        assertThrows(IllegalArgumentException.class, () -> entry.part("own"), "its maker's alone");
    }

    @Test
    void aWaitHasThreeStepsAndALookBefore() {
        boolean[] done = new boolean[1];
        Step<Task> entry = Step.entry("X1",
                awaits("", "wait_event", task -> queue, task -> done[0], Row.NEXT),
                awaits("late", "wait_event", task -> queue, task -> done[0], Task::next));
        Step<Task> within = entry.part("late");
        assertSame(entry, within.entry());
        for (Step<Task> first : List.of(entry, within)) {
            String words = first == entry ? "" : "late.";
            Task task = new Task(new World(), Column.of(entry)) { };
            assertSame(entry.part(words + "enqueue"), first.run(task));
            assertSame(entry.part(words + "look"), entry.part(words + "enqueue").run(task));
            assertFalse(queue.isEmpty());
            assertSame(entry.part(words + "sleep"), entry.part(words + "look").run(task));
            assertTrue(entry.part(words + "sleep").isSleep());
            done[0] = true;
            assertNull(entry.part(words + "look").run(task), "the column's next: none");
            assertTrue(queue.isEmpty());
            assertNull(first.run(task));
            done[0] = false;
        }
    }

    /** Refuses whoever comes, each seen inside for a moment; the first one drains it. */
    private static final class SeenInside implements NocowGuard {
        private boolean drained;

        @Override
        public Ticket enter(Ticket last) {
            drained = true;
            return Ticket.Word.REFUSED_BUT_SEEN;
        }

        @Override
        public boolean leave(Ticket ticket) {
            throw new IllegalStateException("nobody was let in");
        }

        @Override
        public void close() {
        }

        @Override
        public void reopen() {
        }

        @Override
        public boolean isDrained() {
            return drained;
        }
    }

    @Test
    void whoIsRefusedButSeenWakesRelocation() throws Exception {
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX.change("seen")
                .guard(group -> new SeenInside()).done(), 2, 2);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, 1);
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        DirectWrite write = fs.directWrite(file, 0, Disk.SECTOR_SIZE, 2);
        Replay replay = new Replay(relocation, write).run("W1 W2 W3 R0 R1 R2 R3 R4 W4. W4.enter");
        assertTrue(relocation.isAsleep());
        replay.run("W4.wake");
        assertFalse(relocation.isAsleep());
        replay.run("W4.put C1").finish(relocation).finish(write).finish(relocation);
        assertEquals(Write.How.COW, write.how());
        assertEquals(2, fs.read(file, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void entriesLikeR5AndW4AndW6(boolean held) throws Exception {
        Protocol fix = Protocol.AFTER_FIX;
        Step<Relocation> wait = Drain.orderedExtents("X5",
                relocation -> relocation.fs().ordered().snapshot(0, Long.MAX_VALUE),
                OrderedExtent::isComplete);
        Step<Write> enter = NocowSection.begin("Y4", Write::itemBytenr);
        Step<Write> leave = held ? NocowSection.endHeld("Y6") : NocowSection.end("Y6");
        FileSystem fs = new FileSystem(fix.change("own").replace(Relocation.R5, wait)
                .replace(DirectWrite.W4, enter).replace(DirectWrite.W6, leave).done(), 2, 2);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, 1);
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        DirectWrite write = fs.directWrite(file, 0, Disk.SECTOR_SIZE, 2);
        Replay replay = new Replay(relocation, write).run("W1 W2 W3 Y4 R0 R1 R2 R3 R4");
        assertSame(fs.blockGroup(0), write.group());
        assertEquals(fs.blockGroup(0).start(), write.itemBytenr());
        assertTrue(relocation.isAsleep());
        replay.run("W5 Y6 R4 X5");
        assertNull(write.group());
        assertEquals("X5.complete.sleep", relocation.at().label());
        replay.finish(write).finish(relocation);
        assertEquals(2, fs.read(file, 0));
        assertNull(fs.check());
    }
}
