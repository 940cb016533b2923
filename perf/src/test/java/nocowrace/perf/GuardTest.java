// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.space.NocowGuard;
import nocowrace.model.space.Ticket;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is measured does what it is measured for, if whoever drains polls. Breaks if a guard lets
 * somebody in after close, or is drained with somebody inside, or never.
 */
class GuardTest {

    private static final int ROUNDS = 5_000;

    private static FileSystem fileSystem(Guard guard) {
        try {
            return new FileSystem(new Protocol("test", Protocol.HELD.columns(),
                    guard.maker()), 1, 2);
        } catch (UnsupportedOperationException e) {
            return Assumptions.abort(e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
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
    @EnumSource(names = {"KERNEL", "MONITOR", "WORD"})
    void aLeaveWithoutAnEnterIsRefusedAndChangesNothing(Guard guard) {
        NocowGuard subject = fileSystem(guard).blockGroup(0).guard();
        assertThrows(IllegalStateException.class, () -> subject.leave(Ticket.Word.COUNTED));
        assertTrue(subject.isDrained());
        assertTrue(subject.enter(null).isEntered());
        assertFalse(subject.isDrained());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
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
