// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.candidate.Candidate;
import nocowrace.model.space.candidate.MarkedGuard;
import nocowrace.model.space.candidate.SingleWord;
import nocowrace.model.space.candidate.WriterSlot;
import nocowrace.model.space.candidate.WriterSlots;
import nocowrace.model.task.DirectWrite;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The one contract of all guards. Breaks if one lets somebody in after close, counts wrongly,
 * forgets a wake-up, mixes groups up, or accepts a leave without an enter.
 */
class NocowGuardTest {

    private static Stream<Named<Function<BlockGroup, NocowGuard>>> guards() {
        return Stream.concat(Stream.of(Named.of("NocowWriters", NocowWriters::new)),
                Stream.of(Candidate.values())
                        .map(candidate -> Named.of(candidate.id(), candidate.maker())));
    }

    private static FileSystem fileSystem(Function<BlockGroup, NocowGuard> guard) {
        return new FileSystem(guard == Protocol.AFTER_FIX.guard() ? Protocol.AFTER_FIX
                : Protocol.AFTER_FIX.change("test").guard(guard).done(), 2, 2);
    }

    @ParameterizedTest
    @MethodSource("guards")
    void closedToNewWritersAndDrainedByTheLastOne(Function<BlockGroup, NocowGuard> make) {
        FileSystem fs = fileSystem(make);
        BlockGroup group = fs.blockGroup(0);
        NocowGuard guard = group.guard();
        assertTrue(guard.isDrained());
        Ticket first = guard.enter(null);
        Ticket second = guard.enter(null);
        assertTrue(first.isEntered() && second.isEntered());
        fs.info().space().incReadOnly(group);
        assertFalse(guard.enter(null).isEntered());
        assertFalse(guard.isDrained());
        guard.leave(first);
        assertFalse(guard.isDrained());
        assertTrue(guard.leave(second), "the last one owes a wake-up");
        assertTrue(guard.isDrained());
        assertFalse(guard.enter(second).isEntered(), "drained is not open");
        fs.info().space().decReadOnly(group);
        assertTrue(guard.enter(second).isEntered());
        assertFalse(guard.isDrained());
    }

    @ParameterizedTest
    @MethodSource("guards")
    void openOnlyWhenNobodyWantsItClosed(Function<BlockGroup, NocowGuard> make) {
        FileSystem fs = fileSystem(make);
        BlockGroup group = fs.blockGroup(0);
        fs.info().space().incReadOnly(group);
        fs.info().space().incReadOnly(group);
        fs.info().space().decReadOnly(group);
        assertFalse(group.guard().enter(null).isEntered());
        fs.info().space().decReadOnly(group);
        assertTrue(group.guard().enter(null).isEntered());
    }

    @ParameterizedTest
    @MethodSource("guards")
    void whoIsInsideIsNotForgottenWhenItOpensAgain(Function<BlockGroup, NocowGuard> make) {
        FileSystem fs = fileSystem(make);
        BlockGroup group = fs.blockGroup(0);
        Ticket ticket = group.guard().enter(null);
        fs.info().space().incReadOnly(group);
        fs.info().space().decReadOnly(group);
        assertFalse(group.guard().isDrained());
        group.guard().leave(ticket);
        assertTrue(group.guard().isDrained());
    }

    @Test
    void whileItIsOpenNobodyIsWoken() {
        for (Candidate candidate : Candidate.values()) {
            NocowGuard guard = fileSystem(candidate.maker()).blockGroup(0).guard();
            assertFalse(guard.leave(guard.enter(null)));
        }
    }

    @ParameterizedTest
    @MethodSource("guards")
    void aTicketServesOneGroupAfterTheOther(Function<BlockGroup, NocowGuard> make) {
        FileSystem fs = fileSystem(make);
        NocowGuard one = fs.blockGroup(0).guard();
        NocowGuard other = fs.blockGroup(1).guard();
        Ticket ticket = one.enter(null);
        one.leave(ticket);
        ticket = other.enter(ticket);
        Ticket second = one.enter(null);
        assertFalse(one.isDrained() || other.isDrained());
        one.leave(second);
        assertTrue(one.isDrained());
        assertFalse(other.isDrained());
        other.leave(ticket);
        assertTrue(other.isDrained());
    }

    @ParameterizedTest
    @MethodSource("guards")
    void aLeaveWithoutEnterIsRefusedByName(Function<BlockGroup, NocowGuard> make) {
        FileSystem fs = fileSystem(make);
        BlockGroup group = fs.blockGroup(0);
        NocowGuard guard = group.guard();
        Ticket ticket = guard.enter(null);
        guard.leave(ticket);
        String message = assertThrows(IllegalStateException.class, () -> guard.leave(ticket))
                .getMessage();
        assertTrue(message.contains("leave without enter") && message.contains(group.toString()),
                message);
        assertThrows(IllegalStateException.class, () -> guard.leave(ticket), "closed or not");
    }

    @Test
    void aSlotIsLeftWhereItWasEntered() {
        FileSystem fs = fileSystem(WriterSlots::new);
        NocowGuard one = fs.blockGroup(0).guard();
        NocowGuard other = fs.blockGroup(1).guard();
        Ticket ticket = one.enter(null);
        assertEquals("leave without enter: the slot of a writer in block group "
                + fs.blockGroup(0).start() + " is not in block group " + fs.blockGroup(1).start(),
                assertThrows(IllegalStateException.class, () -> other.leave(ticket)).getMessage());
        assertThrows(IllegalStateException.class, () -> one.leave(Ticket.Word.COUNTED));
        assertThrows(IllegalStateException.class, () -> one.leave(null));
        assertFalse(one.isDrained());
        ((WriterSlots) one).leaveUnfenced(ticket);
        assertTrue(one.isDrained());
        String message = assertThrows(IllegalStateException.class, () -> one.leave(ticket))
                .getMessage();
        assertTrue(message.contains("a free slot is not in"), message);
    }

    @Test
    void aWordThatRefusesALeaveIsAsBefore() {
        FileSystem fs = fileSystem(SingleWord::new);
        BlockGroup group = fs.blockGroup(0);
        assertThrows(IllegalStateException.class, () -> group.guard().leave(Ticket.Word.COUNTED));
        assertTrue(group.guard().enter(null).isEntered(), "still open");
        group.guard().leave(Ticket.Word.COUNTED);
        fs.info().space().incReadOnly(group);
        assertThrows(IllegalStateException.class, () -> group.guard().leave(Ticket.Word.COUNTED));
        assertTrue(group.guard().isDrained());
        assertFalse(group.guard().enter(null).isEntered(), "still closed");
    }

    @Test
    void slotsAreUsedAgainAndThereAreEnough() {
        FileSystem fs = fileSystem(WriterSlots::new);
        BlockGroup group = fs.blockGroup(0);
        for (int i = 0; i < 1000; i++) {
            group.guard().leave(group.guard().enter(null));
        }
        assertEquals(16, ((WriterSlots) group.guard()).slots(), "writers that came and went");
        Ticket[] inside = new Ticket[40];
        for (int i = 0; i < inside.length; i++) {
            inside[i] = group.guard().enter(null);
        }
        assertEquals(inside.length, Stream.of(inside).distinct().count());
        for (Ticket ticket : inside) {
            assertFalse(group.guard().isDrained());
            group.guard().leave(ticket);
        }
        assertTrue(group.guard().isDrained());
        assertEquals(inside.length, ((WriterSlots) group.guard()).slots());
    }

    @Test
    void aWriterInALoopKeepsItsSlot() {
        FileSystem fs = new FileSystem(Protocol.with(Candidate.SLOTS), 2, 2);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, 1);
        DirectWrite write = fs.directWrite(file, 0, Disk.SECTOR_SIZE, 2);
        assertTrue(write.run(Long.MAX_VALUE));
        for (int i = 0; i < 10; i++) {
            write.restart(file, 0, 1, 3 + i);
            assertTrue(write.run(Long.MAX_VALUE));
        }
        assertEquals(1, ((WriterSlots) fs.blockGroup(0).guard()).slots());
    }

    @Test
    void aWriterWhoseSlotIsTakenGetsAnother() {
        FileSystem fs = fileSystem(WriterSlots::new);
        NocowGuard guard = fs.blockGroup(0).guard();
        Ticket ticket = guard.enter(null);
        Ticket other = guard.enter(ticket);
        assertTrue(other.isEntered() && other != ticket);
        guard.leave(ticket);
        assertFalse(guard.isDrained());
        guard.leave(other);
        assertTrue(guard.isDrained());
    }

    @ParameterizedTest
    @MethodSource("guards")
    void nothingIsAllocated(Function<BlockGroup, NocowGuard> make) {
        NocowGuard guard = fileSystem(make).blockGroup(0).guard();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Ticket ticket = null;
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            ticket = guard.enter(ticket);
            guard.leave(ticket);
        }
        assertEquals(0, (threads.getCurrentThreadAllocatedBytes() - before) / 10_000);
    }

    /** Two writers against one that closes, waits without polling, looks inside, and reopens. */
    @ParameterizedTest
    @MethodSource("guards")
    void onRealThreads(Function<BlockGroup, NocowGuard> make) {
        FileSystem fs = fileSystem(make);
        BlockGroup group = fs.blockGroup(0);
        int[] inside = new int[2 * 64]; // [writer * 64], plain on purpose: the guard orders it
        Semaphore woken = new Semaphore(0);
        boolean[] stop = new boolean[1];
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            CompletableFuture<?>[] writers = new CompletableFuture<?>[2];
            for (int i = 0; i < writers.length; i++) {
                int own = i * 64;
                writers[i] = CompletableFuture.runAsync(() -> {
                    Ticket ticket = null;
                    for (boolean more = true; more; ) {
                        ticket = group.guard().enter(ticket);
                        if (ticket.isEntered()) {
                            inside[own]++;
                            more = !stop[0]; // written while closed, so ordered by the guard too
                            inside[own]--;
                            if (group.guard().leave(ticket)) {
                                woken.release();
                            }
                        } else if (ticket == Ticket.Word.REFUSED_BUT_SEEN) {
                            woken.release();
                        }
                    }
                });
            }
            for (int round = 0; round < 20_000; round++) {
                fs.info().space().incReadOnly(group);
                while (!group.guard().isDrained()) {
                    assertTrue(woken.tryAcquire(20, TimeUnit.SECONDS), "nobody wakes the closer");
                }
                assertEquals(0, inside[0] + inside[64], "somebody is inside");
                stop[0] = round == 19_999;
                woken.drainPermits();
                fs.info().space().decReadOnly(group);
            }
            CompletableFuture.allOf(writers).get();
        });
    }

    @Test
    void guardsSayWhoIsInside() {
        for (Object[] one : new Object[][] {
            {Protocol.AFTER_FIX, "nocow_writers 0", "nocow_writers 1"},
            {Protocol.with(Candidate.WORD), "writers 0", "writers 1"},
            {Protocol.with(Candidate.SLOTS), "no slot taken", "a slot is taken"}}) {
            NocowGuard guard = new FileSystem((Protocol) one[0], 1, 1).blockGroup(0).guard();
            assertEquals(one[1], guard.toString());
            Ticket ticket = guard.enter(null);
            assertEquals(one[2], guard.toString());
            guard.leave(ticket);
            assertEquals(one[1], guard.toString());
        }
    }

    @Test
    void aMarkedGuardIsClosedFromR1ToTheWayBack() {
        for (Candidate candidate : Candidate.values()) {
            assertFalse(candidate.meaning().isBlank());
            FileSystem fs = fileSystem(candidate.maker());
            BlockGroup group = fs.blockGroup(0);
            if (group.guard() instanceof MarkedGuard guard) {
                assertFalse(guard.isClosed());
                fs.info().space().incReadOnly(group);
                assertTrue(guard.isClosed());
                assertFalse(guard.enter(null).isEntered());
                fs.info().space().decReadOnly(group);
                assertFalse(guard.isClosed());
            }
        }
    }

    /** The parts of the slots from which ablations are made. */
    @Test
    void aSlotCanBeSetByHand() {
        FileSystem fs = fileSystem(BySlot::new);
        BySlot guard = (BySlot) fs.blockGroup(0).guard();
        WriterSlot slot = guard.take();
        assertFalse(slot.isFree());
        assertFalse(guard.isDrained());
        guard.put(slot, false);
        assertTrue(slot.isFree());
        assertTrue(guard.isDrained());
        guard.put(slot, true);
        assertFalse(slot.isFree());
        assertFalse(guard.isDrained());
    }

    private static final class BySlot extends WriterSlots {
        BySlot(BlockGroup group) {
            super(group);
        }

        WriterSlot take() {
            return announce(null);
        }

        void put(WriterSlot slot, boolean taken) {
            set(slot, taken);
        }
    }
}
