// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.engine.Row.awaits;
import static nocowrace.model.Contents.assertContents;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which tasks a sleeper counts on, and what is left when one is given up. Breaks if a task that
 * nobody runs delays the detection of a deadlock, if a hung operation keeps what it can give back,
 * or if a task can be run where it must not.
 */
class ParticipationTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;
    private static final Duration BOUND = Duration.ofSeconds(60);

    /** Longer than any test: only a deadlock that is detected ends a sleep. */
    private static final Duration FOREVER = Duration.ofDays(1000);

    private static final Step<Task> SPIN = Step.step("P1", "cpu_relax", Task::again);
    private static final Step<Task> THROW = Step.step("P2", "BUG", task -> {
        throw new IllegalStateException("impossible");
    });

    private FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 2, FOREVER);
    private Inode file = fs.createNodatacow(SECTOR, 1);
    private BlockGroup group = fs.blockGroup(0);

    private void start(Protocol protocol) {
        fs = new FileSystem(protocol, 2, 2, FOREVER);
        file = fs.createNodatacow(SECTOR, 1);
        group = fs.blockGroup(0);
    }

    private Task task(Step<Task> step) {
        return new FsTask(fs.info(), Column.of(step)) { };
    }

    private static void hangsAt(String label, Executable operation) {
        String message = assertTimeoutPreemptively(BOUND,
                () -> assertThrows(IOException.class, operation)).getMessage();
        assertTrue(message.startsWith("hung: ") && message.endsWith(" at " + label), message);
    }

    private static String refused(Class<? extends RuntimeException> type, String value,
            Executable call) {
        String message = assertThrows(type, call).getMessage();
        assertTrue(message.contains(value), message);
        return message;
    }

    /** A writer that is replayed to some step and left there keeps relocation waiting. */
    @ParameterizedTest
    @CsvSource({"after-fix, W1 W2 W3 W4, R4.sleep", "held, W1 W2 W3 W4, R4.sleep",
        "single-word, W1 W2 W3 W4, R4.sleep", "writer-slots, W1 W2 W3 W4, R4.sleep",
        "before-fix, W1 W2 W3 W5, R5.complete.sleep", "v4.6, W1 W2 W3 W5, R5.complete.sleep",
        "v4.6, B1 B2 B3 B4 B5, B2.lock.sleep"})
    void relocationDetectsAWriterThatIsLeftHalfWay(String protocol, String labels, String sleep)
            throws IOException {
        start(Stream.concat(Protocol.all().stream(), Protocol.laterForms().stream())
                .filter(one -> one.name().equals(protocol)).findFirst().orElseThrow());
        Write write = labels.startsWith("B") ? fs.bufferedWrite(file, 0, SECTOR, 2)
                : fs.directWrite(file, 0, SECTOR, 2);
        new Replay(write).run(labels);
        hangsAt(sleep, () -> fs.relocate(group));
        assertFalse(group.isReadOnly());
        assertTrue(fs.info().space().relocationMutex().isFree());
        new Replay(write).finish(write);
        assertNull(write.error());
        assertNull(fs.check(), "as if nobody had tried to relocate the group");
        fs.relocate(group);
        assertContents(fs, file, 2);
        assertNull(fs.check());
    }

    @Test
    void relocationDetectsAReservationThatIsNeverGivenBack() throws IOException {
        Inode regular = fs.createRegular(SECTOR, 1);
        DirectWrite write = fs.directWrite(regular, 0, SECTOR, 2);
        fs.info().world().decide(groups -> 1);
        new Replay(write).run("W1 W2 C1 C2 C3 C4 C5");
        BlockGroup to = fs.blockGroup(1);
        hangsAt("R3.zero.sleep", () -> fs.relocate(to));
        assertFalse(to.isReadOnly());
        new Replay(write).finish(write);
        assertNull(fs.check());
    }

    @Test
    void secondRelocationDetectsAFirstThatIsLeftHalfWay() throws IOException {
        Relocation first = fs.relocation(group);
        new Replay(first).run("R0 R1 R2");
        hangsAt("R0.sleep", () -> fs.relocate(group));
        assertTrue(fs.info().space().relocationMutex().queue().isEmpty(), "it has left the queue");
        new Replay(first).finish(first);
        assertNull(first.error());
        assertNull(fs.check());
    }

    @Test
    void everyOtherOperationNamesTheStepAtWhichItSleeps() throws IOException {
        file.ioTree().tryLock(0, 1);
        hangsAt("W1.sleep", () -> fs.write(file, 0, SECTOR, 2));
        hangsAt("D1.sleep", () -> fs.read(file, 0));
        hangsAt("L1.sleep", () -> fs.reflink(file));
        hangsAt("S1.sleep", () -> fs.sync(file));
        hangsAt("B1.range.sleep", () -> fs.writeBuffered(file, 0, SECTOR, 2));
        file.ioTree().unlock(0, 1);
        assertNull(fs.check(), "and holds nothing");
        fs.writeBuffered(file, 0, SECTOR, 2);
        file.ioTree().tryLock(0, 1);
        hangsAt("B2.range.sleep", () -> fs.sync(file));
        file.ioTree().unlock(0, 1);
        fs.sync(file);
        assertContents(fs, file, 2);
        fs.info().space().relocationMutex().tryDownWrite();
        String message = assertTimeoutPreemptively(BOUND, () -> assertThrows(
                RuntimeException.class, () -> fs.createNodatacow(SECTOR, 1))).getMessage();
        assertTrue(message.contains("hung: Create at N1.sleep"), message);
        fs.info().space().relocationMutex().upWrite();
        assertNull(fs.check());
    }

    @Test
    void relocationCanBeAbandonedBetweenAnyTwoSteps() throws IOException {
        int ways = 0;
        boolean ended = false;
        for (int steps = 0; !ended; steps++) {
            start(Protocol.AFTER_FIX);
            Inode regular = fs.createRegular(SECTOR, 3);
            Relocation relocation = fs.relocation(group);
            for (int i = 0; i < steps; i++) {
                relocation.takeStep();
            }
            ended = relocation.at() == null;
            if (!ended) {
                boolean removed = fs.blockGroup(0) == null;
                String at = relocation.at().label();
                relocation.abandon();
                assertEquals(Errno.EINTR, relocation.error(), at);
                assertEquals(1, fs.read(file, 0), at);
                assertEquals(3, fs.read(regular, 0), at);
                if (at.equals("R9.lock")) {
                    assertEquals("the relocation mutex is held", fs.check(), at);
                } else {
                    ways++;
                    assertNull(fs.check(), at);
                    assertEquals(removed || at.equals("R11.remove"), fs.blockGroup(0) == null, at);
                }
            }
        }
        assertTrue(ways > 20, ways + " steps");
    }

    @Test
    void calledTaskTakesItsWayOutWhenItsCallerHangs() {
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        new Replay(write).run("W1 W2 W3 W4");
        Sequence sequence = new Sequence(fs.info(), List.of(() -> fs.relocation(group)));
        hangsAt("R4.sleep", () -> fs.run(sequence, FOREVER));
        assertEquals(Errno.EINTR, sequence.error());
        assertFalse(group.isReadOnly());
        new Replay(write).finish(write);
        assertNull(fs.check());
    }

    @Test
    void relocationThatHasSwitchedAPointerKeepsTheMutex() {
        file.ioTree().tryLock(0, 1);
        hangsAt("R9.lock.sleep", () -> fs.relocate(group));
        assertTrue(group.isReadOnly(), "the old place is not dropped, so nobody may write there");
        assertFalse(fs.info().space().relocationMutex().isFree());
    }

    @Test
    void abandonedTaskTakesNoStepAndNobodyCountsOnIt() {
        Task task = task(SPIN);
        task.enlist();
        task.enlist();
        assertFalse(fs.info().world().runQueue().isIdle());
        task.abandon();
        assertTrue(fs.info().world().runQueue().isIdle());
        assertFalse(task.isRunnable());
        assertEquals(Errno.EINTR, task.error());
        assertEquals("P1", task.at().label(), "it still says where it stood");
        Class<IllegalStateException> type = IllegalStateException.class;
        refused(type, "P1, abandoned", () -> task.takeStep());
        refused(type, "P1, abandoned", () -> task.run(0));
        refused(type, "P1, abandoned", task::enlist);
        refused(type, "P1, abandoned", task::abandon);
    }

    @Test
    void stepThatThrowsInAReplayBreaksTheTask() {
        Task task = task(THROW);
        task.enlist();
        Class<IllegalStateException> type = IllegalStateException.class;
        refused(type, "impossible", () -> task.takeStep());
        assertTrue(fs.info().world().runQueue().isIdle());
        assertFalse(task.isRunnable());
        refused(type, "P2, broken", () -> task.takeStep());
        refused(type, "P2, broken", () -> task.run(0));
        task.abandon();
        Task other = task(THROW);
        refused(type, "impossible", () -> other.run(0));
        refused(type, "P2, broken", () -> other.run(0));
    }

    @Test
    void endedTaskIsRefused() {
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        assertTrue(write.run(0));
        Class<IllegalStateException> type = IllegalStateException.class;
        refused(type, "DirectWrite at its end", () -> write.run(0));
        refused(type, "DirectWrite at its end", () -> fs.run(write, FOREVER));
        refused(type, "DirectWrite at its end", () -> write.takeStep());
        refused(type, "DirectWrite at its end", write::enlist);
        refused(type, "DirectWrite at its end", write::abandon);
        Sequence sequence = new Sequence(fs.info(), List.of(() -> write));
        refused(type, "DirectWrite at its end", () -> sequence.run(0));
    }

    @Test
    void calledTaskBelongsToItsCaller() {
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        write.enlist();
        Sequence sequence = new Sequence(fs.info(), List.of(() -> write));
        new Replay(sequence).run("Q1 W1");
        assertTrue(fs.info().world().runQueue().isIdle(), "it counts with its caller only");
        Class<IllegalStateException> type = IllegalStateException.class;
        refused(type, "DirectWrite at W2", () -> write.run(0));
        refused(type, "DirectWrite at W2", () -> write.takeStep());
        refused(type, "DirectWrite at W2", write::abandon);
        Sequence another = new Sequence(fs.info(), List.of(() -> write));
        refused(type, "DirectWrite at W2", () -> another.run(0));
        new Replay(sequence).finish(sequence);
        assertNull(sequence.error());
    }

    @Test
    void taskIsRunByOneThreadAtATime() {
        WaitQueue queue = new WaitQueue();
        boolean[] done = new boolean[1];
        Task sleeper = task(Step.entry("P3",
                awaits("", "wait_event", any -> queue, any -> done[0])));
        Task waker = task(SPIN);
        waker.enlist();
        assertTimeoutPreemptively(BOUND, () -> {
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(
                    () -> sleeper.run(Long.MAX_VALUE));
            while (queue.isEmpty()) {
                Thread.onSpinWait();
            }
            Class<IllegalStateException> type = IllegalStateException.class;
            refused(type, "is being run by Thread", () -> sleeper.run(0));
            refused(type, "is being run by Thread", sleeper::abandon);
            Sequence sequence = new Sequence(fs.info(), List.of(() -> sleeper));
            refused(type, "is being run by Thread", () -> sequence.run(0));
            done[0] = true;
            queue.wakeAll();
            assertTrue(other.get());
        });
        waker.abandon();
    }

    /** Ends with its 1024th step, at which a task looks at the clock. */
    @Test
    void taskThatEndsLateHasEnded() {
        int[] left = {1024};
        Task task = task(Step.step("P4", "-", any -> --left[0] > 0 ? any.again() : Task.end()));
        task.run(0);
        assertNull(task.at());
        assertFalse(task.isHung());
    }

    /** However many threads try, one of them runs the task. */
    @Test
    void taskIsRunOnceByOneOfManyThreads() {
        for (int i = 0; i < 200; i++) {
            AtomicInteger taken = new AtomicInteger();
            Task task = task(Step.step("P5", "-", any -> {
                taken.incrementAndGet();
                return Task.end();
            }));
            AtomicInteger refused = new AtomicInteger();
            List<CompletableFuture<Void>> threads = Stream.generate(
                    () -> CompletableFuture.runAsync(() -> {
                        try {
                            task.run(Long.MAX_VALUE);
                        } catch (IllegalStateException e) {
                            refused.incrementAndGet();
                        }
                    })).limit(3).toList();
            assertTimeoutPreemptively(BOUND, () -> threads.forEach(CompletableFuture::join));
            assertEquals(1, taken.get());
            assertEquals(2, refused.get());
        }
        assertTrue(fs.info().world().runQueue().isIdle());
    }

    @Test
    void timeOutsAreArguments() {
        Task spinner = task(SPIN);
        hangsAt("P1", () -> fs.run(spinner, Duration.ofMillis(20)));
        assertFalse(spinner.isHung(), "it is abandoned");
        FileSystem hasty = new FileSystem(Protocol.AFTER_FIX, 2, 2, Duration.ZERO);
        Inode slow = hasty.createNodatacow(SECTOR, 1);
        DirectWrite write = hasty.directWrite(slow, 0, SECTOR, 2);
        new Replay(write).run("W1 W2 W3 W4");
        write.enlist(); // somebody promises to go on with it
        hangsAt("R4.sleep", () -> hasty.relocate(hasty.blockGroup(0)));
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        refused(type, "PT-1S", () -> fs.run(task(SPIN), Duration.ofSeconds(-1)));
        refused(type, "PT-1S",
                () -> new FileSystem(Protocol.AFTER_FIX, 1, 1, Duration.ofSeconds(-1)));
        refused(type, "-1 ns", () -> task(SPIN).run(-1));
    }

    @Test
    void taskThatNobodyRunsIsNotCountedOn() throws IOException {
        assertTrue(fs.info().world().runQueue().isIdle());
        fs.relocation(group);
        fs.directWrite(file, 0, SECTOR, 2);
        assertTrue(fs.info().world().runQueue().isIdle());
        DirectWrite write = fs.directWrite(file, 0, SECTOR, 2);
        write.enlist();
        assertFalse(fs.info().world().runQueue().isIdle());
        new Replay(write).finish(write);
        assertTrue(fs.info().world().runQueue().isIdle());
        assertContents(fs, file, 2);
    }
}
