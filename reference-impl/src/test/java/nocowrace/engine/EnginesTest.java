// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import static nocowrace.engine.Row.awaits;
import static nocowrace.engine.Row.does;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import nocowrace.engine.replay.Replay;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.FsInfo;
import nocowrace.model.task.Relocation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Columns, replay, and tasks on real threads: sleep, wake-up, and what happens if none comes.
 *
 * <p>Breaks if a wake-up between enqueue and sleep is lost, if a deadlock is not noticed or noticed
 * where there is none, or if a task that repeats itself for ever is not bounded.
 */
class EnginesTest {

    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(30);

    /** Waits until the flag is up. */
    private static final class Sleeper extends Task {
        private static final Step<Sleeper> S1 = Step.entry("S1",
                awaits("", "wait_event", sleeper -> sleeper.queue, sleeper -> sleeper.flag[0]));

        private final WaitQueue queue;
        private final boolean[] flag;

        Sleeper(World world, WaitQueue queue, boolean[] flag) {
            super(world, Column.of(S1));
            this.queue = queue;
            this.flag = flag;
        }
    }

    /** Raises the flag, then wakes; or wakes first; or forgets to. */
    private static final class Waker extends Task {
        private static final Step<Waker> A1 = Step.step("A1", "set", waker -> {
            waker.flag[0] = true;
            return waker.next();
        });
        private static final Step<Waker> A2 = Step.step("A2", "wake_up", waker -> {
            waker.queue.wakeAll();
            return waker.next();
        });

        private final WaitQueue queue;
        private final boolean[] flag;

        Waker(World world, Column column, WaitQueue queue, boolean[] flag) {
            super(world, column);
            this.queue = queue;
            this.flag = flag;
        }
    }

    /** Lets another task work on its CPU. */
    private static final class Caller extends Task {
        private static final Step<Caller> K1 = Step.entry("K1",
                does("", "call", caller -> caller.call(caller.callee)),
                does("after", "return", caller -> { }));

        private final Task callee;

        Caller(World world, Task callee) {
            super(world, Column.of(K1));
            this.callee = callee;
        }
    }

    /** Never ends, never sleeps. */
    private static final class Spinner extends Task {
        private static final Step<Spinner> P1 = Step.step("P1", "cpu_relax",
                spinner -> spinner.again());

        Spinner(World world) {
            super(world, Column.of(P1));
        }
    }

    private final World world = new World();
    private final WaitQueue queue = new WaitQueue();
    private final boolean[] flag = new boolean[1];

    private Waker waker(Step<?>... steps) {
        return new Waker(world, Column.of(steps), queue, flag);
    }

    @Test
    void aWakeUpIsSeenWhereverItFalls() {
        for (String order : new String[] {
            "A1 A2 S1", "S1. A1 A2 S1", "S1. S1.enqueue A1 A2 S1",
            "S1. S1.enqueue S1.look A1 A2 S1",
            "S1 A1 A2 S1", "S1. A1 S1.enqueue A2 S1", "S1. S1.enqueue A1 S1.look A2"}) {
            flag[0] = false;
            Sleeper sleeper = new Sleeper(world, queue, flag);
            new Replay(sleeper, waker(Waker.A1, Waker.A2)).run(order);
            assertNull(sleeper.at(), order);
            assertTrue(queue.isEmpty(), order);
        }
    }

    @Test
    void aWakeUpThatComesTooEarlyIsNotMendedByPolling() {
        Sleeper sleeper = new Sleeper(world, queue, flag);
        Replay replay = new Replay(sleeper, waker(Waker.A2, Waker.A1));
        replay.run("S1. S1.enqueue S1.look");
        assertTrue(sleeper.isAsleep(), "at the first sleep, not after another look");
        replay.run("A2 S1");
        assertTrue(sleeper.isAsleep(), "woken, looked, and slept again");
        replay.run("A1");
        assertTrue(sleeper.isAsleep());
        assertThrows(IllegalStateException.class, () -> replay.run("S1"));
    }

    @Test
    void onRealThreadsAMissingWakeUpIsNoticedAtOnce() {
        for (int i = 0; i < 200; i++) {
            flag[0] = false;
            World own = new World();
            Sleeper sleeper = new Sleeper(own, queue, new boolean[1]);
            Waker waker = new Waker(own, Column.of(Waker.A1), queue, flag);
            boolean ended = assertTimeoutPreemptively(BOUND, () -> {
                CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(
                        () -> sleeper.run(Long.MAX_VALUE));
                waker.run(Long.MAX_VALUE);
                return other.get();
            });
            assertFalse(ended);
            assertTrue(sleeper.isHung());
            assertEquals("S1.sleep", sleeper.at().label());
            sleeper.abandon();
        }
    }

    @Test
    void onRealThreadsAWakeUpEndsTheSleepAndNobodyIsCalledHung() {
        for (int i = 0; i < 2000; i++) {
            World own = new World();
            boolean[] up = new boolean[1];
            WaitQueue meeting = new WaitQueue();
            Sleeper sleeper = new Sleeper(own, meeting, up);
            Waker waker = new Waker(own, Column.of(Waker.A1, Waker.A2), meeting, up);
            waker.enlist();
            assertTimeoutPreemptively(BOUND, () -> {
                CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(
                        () -> sleeper.run(TIMEOUT));
                assertTrue(waker.run(TIMEOUT));
                assertTrue(other.get());
            });
            assertFalse(sleeper.isHung() || waker.isHung());
            assertTrue(own.runQueue().isIdle());
        }
    }

    @Test
    void nobodyCountsOnATaskThatIsBroken() {
        Step<Task> bug = Step.step("P2", "BUG", task -> {
            throw new IllegalStateException("impossible");
        });
        Task broken = new Task(world, Column.of(bug)) { };
        assertEquals(world, broken.world());
        broken.enlist();
        assertFalse(world.runQueue().isIdle());
        assertThrows(IllegalStateException.class, () -> broken.run(TIMEOUT));
        assertTrue(world.runQueue().isIdle());
    }

    @Test
    void aTaskThatNeitherSleepsNorRepeatsItselfTakesTheTimeItNeeds() {
        assertTrue(waker(Waker.A1, Waker.A2).run(0));
    }

    @Test
    void aCalledTaskThatNobodyWakesHangsItsCaller() {
        Caller caller = new Caller(world, new Sleeper(world, queue, flag));
        boolean ended = assertTimeoutPreemptively(BOUND, () -> caller.run(Long.MAX_VALUE),
                "a called task counts once, with its caller");
        assertFalse(ended);
        assertEquals("S1.sleep", caller.at().label());
    }

    @Test
    void aCalledTaskIsWokenLikeAnyOther() {
        Caller caller = new Caller(world, new Sleeper(world, queue, flag));
        Replay replay = new Replay(caller, waker(Waker.A1, Waker.A2)).run("K1 S1");
        assertTrue(caller.isAsleep());
        replay.run("A1 A2 S1 K1.after");
        assertNull(caller.at());
    }

    @Test
    void aTaskThatRepeatsItselfForEverIsBounded() {
        Spinner spinner = new Spinner(world);
        assertFalse(assertTimeoutPreemptively(BOUND,
                () -> spinner.run(TimeUnit.MILLISECONDS.toNanos(20))));
        assertTrue(spinner.isHung());
    }

    @Test
    @Tag("long")
    void relocationAndWriteOnRealThreads() {
        assertTimeoutPreemptively(BOUND, () -> {
            for (int i = 0; i < 20_000; i++) {
                FileSystem whole = new FileSystem(Protocol.AFTER_FIX, 2, 2);
                var file = whole.createNodatacow(Disk.SECTOR_SIZE, 1);
                Relocation relocation = whole.relocation(whole.blockGroup(0));
                DirectWrite write = whole.directWrite(file, 0, Disk.SECTOR_SIZE, 2);
                CompletableFuture<Boolean> cpu1 = CompletableFuture.supplyAsync(
                        () -> relocation.run(TIMEOUT));
                assertTrue(write.run(TIMEOUT));
                assertTrue(cpu1.get());
                assertEquals(2, whole.read(file, 0));
                assertNull(whole.check());
                assertNull(whole.blockGroup(0));
            }
        });
    }

    @Test
    void aColumnListsEachEntryOnce() {
        assertThrows(IllegalArgumentException.class, () -> Column.of(Waker.A1, Waker.A1));
        assertThrows(IllegalArgumentException.class,
                () -> Column.of(Waker.A1).branch(Waker.A2, Waker.A1));
        Step<Waker> part = Waker.A1.sub("part", "f", Task::next);
        assertThrows(IllegalArgumentException.class, () -> Column.of(part));
    }

    @Test
    void aColumnIsEditedByCopy() {
        Column column = Column.of(Waker.A1, Waker.A2).branch(Sleeper.S1);
        assertEquals(List.of(Waker.A2, Waker.A1, Sleeper.S1),
                column.replace(Waker.A2).replace(Waker.A1, Waker.A2, Waker.A1).entries());
        assertEquals(List.of(Waker.A1, Waker.A2, Sleeper.S1), column.entries(), "as it was");
        assertNull(column.replace(Waker.A2).after(Waker.A1), "a branch stays a branch");
        assertThrows(IllegalArgumentException.class, () -> column.replace(Caller.K1));
        assertThrows(IllegalArgumentException.class,
                () -> column.redirect(Caller.K1, Waker.A1));
        assertThrows(IllegalArgumentException.class,
                () -> column.replace(Waker.A1, Waker.A1, Waker.A2), "twice");
    }

    @Test
    void aRedirectedStepIsTakenElsewhereButByItsReplacement() {
        Step<?> before = Waker.A2.sub("before", "-", waker -> {
            waker.flag[1] = true;
            return Waker.A2;
        });
        boolean[] flags = new boolean[2];
        Waker waker = new Waker(world, Column.of(Waker.A1, Waker.A2).redirect(Waker.A2, before),
                queue, flags);
        new Replay(waker).run("A1 A2.before");
        assertTrue(flags[0] && flags[1]);
        assertEquals("A2", waker.at().label(), "not A2.before for ever");
        new Replay(waker).run("A2");
        assertNull(waker.at());
        waker = new Waker(world, Column.of(Waker.A2).redirect(Waker.A2, before), queue, flags);
        assertEquals("A2.before", waker.at().label(), "the first step too");
        Column both = Column.of(Waker.A1, Waker.A2).redirect(Waker.A2, before)
                .redirect(Waker.A1, Waker.A2);
        waker = new Waker(world, both, queue, flags);
        new Replay(waker).run("A2");
        assertNull(waker.at(), "A2 instead of A1");
        assertEquals(before, both.resolve(Waker.A1, Waker.A2), "and still before A2");
    }

    /** A wait that takes a lock, before A1. */
    private Step<?> lockFirst(boolean[] locked) {
        return Waker.A1.with(awaits("lock", "mutex_lock", waker -> queue, waker -> {
            boolean free = !locked[0];
            locked[0] = true;
            return free;
        }, waker -> Waker.A1));
    }

    @Test
    void stepRedirectedToAWaitIsTakenAfterTheTaskHasSlept() {
        boolean[] locked = {true};
        Column column = Column.of(Waker.A1, Waker.A2).redirect(Waker.A1, lockFirst(locked));
        Waker waker = new Waker(world, column, queue, flag);
        Replay replay = new Replay(waker);
        replay.finish(waker);
        assertEquals("A1.lock.sleep", waker.at().label());
        locked[0] = false;
        queue.wakeAll();
        replay.run("A1.lock.sleep A1.lock.enqueue A1.lock.look");
        assertEquals("A1", waker.at().label(), "it has the lock, and does not ask for it again");
        replay.finish(waker);
        assertNull(waker.at());
        assertTrue(flag[0]);
        locked[0] = false;
        waker = new Waker(world, column, queue, flag);
        new Replay(waker).run("A1.lock A1").finish(waker);
        assertNull(waker.at(), "nor if it did not sleep");
    }

    /** The look that follows a sleep can be led elsewhere, to the first look of the same wait. */
    @Test
    void partOfAWaitIsRedirectedWithinIt() {
        Column column = Column.of(Sleeper.S1)
                .redirect(Sleeper.S1.part("look"), Sleeper.S1.part("sleep"));
        assertEquals(Sleeper.S1.part("sleep"), column.resolve(Sleeper.S1.part("enqueue"),
                Sleeper.S1.part("look")));
        assertEquals(Sleeper.S1.part("look"), column.resolve(Sleeper.S1.part("sleep"),
                Sleeper.S1.part("look")), "by its replacement");
        column = Column.of(Sleeper.S1).redirect(Sleeper.S1.part("enqueue"), Sleeper.S1);
        assertEquals(Sleeper.S1, column.resolve(Sleeper.S1.part("sleep"),
                Sleeper.S1.part("enqueue")));
    }

    @Test
    void aTaskThatIsAbandonedHasAnErrorEvenIfItsKindHasNone() {
        Spinner spinner = new Spinner(world);
        spinner.abandon();
        assertEquals("ABANDONED", spinner.error().name());
    }

    @Test
    void theUsualWayIsTakenUnlessSomebodyDecides() {
        assertEquals(2, world.choose(3, 2));
        world.decide(ways -> ways - 2);
        assertEquals(1, world.choose(3, 2));
        assertThrows(IllegalStateException.class, () -> world.choose(1, 0), "-1 of 1");
        world.decide(null);
        assertEquals(0, world.choose(1, 0));
        for (int[] wrong : new int[][] {{1, 1}, {0, 0}, {2, -1}}) {
            assertThrows(IllegalArgumentException.class,
                    () -> world.choose(wrong[0], wrong[1]));
        }
    }

    private static void changesNothing(String words, Executable edit) {
        String message = assertThrows(IllegalArgumentException.class, edit).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void editThatChangesNothingIsRefused() {
        Column column = Column.of(Waker.A1, Waker.A2);
        Step<Waker> before = Waker.A2.sub("otherwise", "-", waker -> Waker.A2);
        changesNothing("A1", () -> column.replace(Waker.A1, Waker.A1));
        changesNothing("A1", () -> column.redirect(Waker.A1, Waker.A1));
        changesNothing("A1", () -> column.redirect(Waker.A1, null));
        Column redirected = column.redirect(Waker.A2, before);
        changesNothing("A2.otherwise", () -> redirected.redirect(Waker.A2, before));
        changesNothing("A2", () -> redirected.redirect(Waker.A2, Waker.A2));
        changesNothing("A2", () -> redirected.replace(Waker.A2));
        changesNothing("a branch without steps", column::branch);
    }

    @Test
    void columnHasAFirstStep() {
        changesNothing("without a first step", Column::of);
        changesNothing("without a first step", () -> Column.of(Waker.A1).replace(Waker.A1));
        changesNothing("without a first step",
                () -> Column.of(Waker.A1).branch(Waker.A2).replace(Waker.A1));
        Column column = Column.of(Waker.A1).branch(Waker.A2).replace(Waker.A2);
        assertEquals(List.of(Waker.A1), column.entries());
        assertEquals(List.of(Waker.A1, Waker.A2), column.branch(Waker.A2).entries());
    }

    @Test
    void aSmallerStepIsFoundByItsLabel() {
        assertEquals("S1.look", Sleeper.S1.part("look").label());
        assertTrue(Sleeper.S1.part("sleep").isSleep());
        assertEquals(Sleeper.S1.part("sleep"), Sleeper.S1.part("look").part("sleep"));
        String message = assertThrows(IllegalArgumentException.class,
                () -> Sleeper.S1.part("leap")).getMessage();
        assertTrue(message.contains("S1") && message.contains("leap"), message);
    }

    @Test
    void aBranchIsEnteredOnlyByAStep() {
        Column column = Column.of(Waker.A1).branch(Waker.A2);
        assertNull(column.after(Waker.A1));
        assertEquals(2, column.entries().size());
        assertThrows(IllegalStateException.class, () -> column.after(Sleeper.S1));
    }

    @Test
    void aReplayNamesTheLabelAtWhichNobodyStands() {
        Waker waker = waker(Waker.A1, Waker.A2);
        String message = assertThrows(IllegalStateException.class,
                () -> new Replay(waker).run("A2")).getMessage();
        assertTrue(message.contains("A2") && message.contains("A1"), message);
        assertThrows(IllegalStateException.class,
                () -> new Replay(waker, waker(Waker.A1)).run("A1"), "two stand there");
    }

    @Test
    void taskOfAReplayIsAddressedByNumberOrName() {
        Waker one = waker(Waker.A1, Waker.A2);
        Waker another = waker(Waker.A1, Waker.A2);
        Sleeper sleeper = new Sleeper(world, queue, new boolean[1]);
        Replay replay = new Replay(one, sleeper, another).name("last", another);
        replay.run("3:A1");
        assertEquals("A2", another.at().label());
        assertEquals("A1", one.at().label());
        replay.run("1:A1 2:S1. S1.enqueue last:A2.");
        assertEquals("A2", one.at().label());
        assertNull(another.at());
        assertEquals("S1.look", sleeper.at().label());
        replay.run("A2");
        assertNull(one.at(), "alone at its label it needs no address");
    }

    @Test
    void addressThatFitsNoTaskIsRefused() {
        Waker one = waker(Waker.A1, Waker.A2);
        Waker another = waker(Waker.A1);
        Replay replay = new Replay(one, another);
        String message = assertThrows(IllegalStateException.class,
                () -> replay.run("A1")).getMessage();
        assertTrue(message.contains("2 tasks stand at A1") && message.contains("[1:A1, 2:A1]"),
                message);
        message = assertThrows(IllegalStateException.class, () -> replay.run("2:A2")).getMessage();
        assertTrue(message.contains("0 tasks stand at 2:A2") && message.contains("Waker at A1"),
                message);
        for (String wrong : List.of("3", "0", "-1", "other", "")) {
            changesNothing("no task " + wrong, () -> replay.run(wrong + ":A1"));
        }
        for (String wrong : List.of("", "2", "2nd", "a:b", "a b")) {
            changesNothing("'" + wrong + "'", () -> replay.name(wrong, one));
        }
        replay.name("a", one).name("a", one).name("b", one);
        changesNothing("'a'", () -> replay.name("a", another));
        changesNothing("Spinner at P1", () -> replay.name("c", new Spinner(world)));
        changesNothing("Spinner at P1", () -> replay.finish(new Spinner(world)));
        assertEquals("A1", another.at().label());
    }

    @Test
    void replayRefusesTasksThatDoNotBelongTogether() {
        Waker waker = waker(Waker.A1);
        Spinner alien = new Spinner(new World());
        changesNothing("Spinner at P1", () -> new Replay(waker, alien));
        changesNothing("Waker at A1", () -> new Replay(waker, waker));
        changesNothing("null", () -> new Replay(waker, null));
    }
}
