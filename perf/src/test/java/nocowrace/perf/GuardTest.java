// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import nocowrace.model.space.candidate.Candidate;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is measured does what it is measured for, if whoever drains polls. Breaks if a guard lets
 * somebody in after close, or is drained with somebody inside, or never.
 */
class GuardTest {

    private static final int ROUNDS = 5_000;

    static List<Guard> allThatCount() {
        return Guard.all().stream().filter(guard -> guard != Guard.NONE).toList();
    }

    static List<Guard> ours() {
        return Guard.of(Guard.Kind.OURS);
    }

    @Test
    void candidatesStandAfterMonitor() {
        List<String> candidates = Arrays.stream(Candidate.values()).map(Enum::name).toList();
        List<String> names = Guard.names(Guard.all());
        int first = names.indexOf("MONITOR") + 1;
        assertEquals(candidates, names.subList(first, first + candidates.size()));
        assertEquals(names.size(), new HashSet<>(names).size(), "no name is used twice");
        for (Candidate candidate : Candidate.values()) {
            Guard guard = Guard.named(candidate.name());
            assertEquals(Guard.Kind.OURS, guard.kind());
            assertEquals(candidate.meaning(), guard.meaning());
            assertSame(candidate.maker(), guard.maker());
        }
    }

    /** Results files of earlier versions have these names. */
    @Test
    void namesAndTheirOrderStay() {
        List<String> old = List.of("NONE", "KERNEL", "MONITOR", "WORD", "SLOTS", "SLOTS_POLLED",
                "READ_WRITE_LOCK", "STAMPED_LOCK", "SEMAPHORE", "PHASER", "MEMBARRIER");
        assertEquals(old, Guard.names(Guard.all()).stream().filter(old::contains).toList());
        assertThrows(IllegalArgumentException.class, () -> Guard.named("NOPE"));
    }

    private static FileSystem fileSystem(Guard guard) {
        try {
            return new FileSystem(new Protocol("test", Protocol.HELD.columns(),
                    guard.maker()), 1, 2);
        } catch (UnsupportedOperationException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("allThatCount")
    void closesDrainsAndReopens(Guard guard) {
        FileSystem fs = fileSystem(guard);
        BlockGroup group = fs.blockGroup(0);
        NocowGuard subject = group.guard();
        assertTrue(subject.isDrained());
        Ticket ticket = subject.enter(null);
        assertTrue(ticket.isEntered());
        fs.info().space().incReadOnly(group);
        assertFalse(subject.enter(null).isEntered());
        assertFalse(subject.isDrained());
        subject.leave(ticket);
        assertTrue(subject.isDrained());
        fs.info().space().decReadOnly(group);
        assertTrue(subject.enter(ticket).isEntered());
    }

    @ParameterizedTest
    @MethodSource("ours")
    void secondLeaveIsRefusedAndChangesNothing(Guard guard) {
        NocowGuard subject = fileSystem(guard).blockGroup(0).guard();
        Ticket ticket = subject.enter(null);
        subject.leave(ticket);
        assertThrows(IllegalStateException.class, () -> subject.leave(ticket));
        assertTrue(subject.isDrained());
        assertTrue(subject.enter(null).isEntered());
        assertFalse(subject.isDrained());
    }

    @ParameterizedTest
    @MethodSource("allThatCount")
    void nobodyIsInsideAfterADrain(Guard guard) {
        FileSystem fs = fileSystem(guard);
        BlockGroup group = fs.blockGroup(0);
        int[] inside = new int[1]; // plain on purpose: the guard orders it
        boolean[] stop = new boolean[1];
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            CompletableFuture<?> writer = CompletableFuture.runAsync(() -> {
                Ticket ticket = null;
                for (boolean more = true; more; ) {
                    ticket = group.guard().enter(ticket);
                    if (ticket.isEntered()) {
                        inside[0]++;
                        more = !stop[0];
                        inside[0]--;
                        group.guard().leave(ticket);
                    }
                }
            });
            for (int round = 1; round <= ROUNDS; round++) {
                fs.info().space().incReadOnly(group);
                while (!group.guard().isDrained()) {
                    Thread.yield();
                }
                assertEquals(0, inside[0]);
                stop[0] = round == ROUNDS;
                fs.info().space().decReadOnly(group);
            }
            writer.get();
        });
    }
}
