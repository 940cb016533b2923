// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Errno;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import org.junit.jupiter.api.Test;

/**
 * The diagram of f78c436c3931, label by label on one thread.
 *
 * <p>Breaks if: R4 does not wait or waits before R1, W4 does not refuse, W6 leaves before W5, W6
 * does not wake, R5 takes no snapshot or waits for the end of I/O only, R9 switches a newer
 * pointer.
 */
class CommitDiagramTest {

    private static final long OLD = 1;
    private static final long NEW = 2;

    private FileSystem fs;
    private Inode file;
    private BlockGroup group;
    private DirectWrite write;
    private Relocation relocation;
    private Replay replay;

    private void start(Protocol protocol) {
        fs = new FileSystem(protocol, 2, 2);
        file = fs.createNodatacow(Disk.SECTOR_SIZE, OLD);
        group = fs.blockGroup(0);
        relocation = fs.relocation(group);
        write = fs.directWrite(file, 0, Disk.SECTOR_SIZE, NEW);
        replay = new Replay(relocation, write);
    }

    private void assertEnded(Write.How how, long stamp) throws Exception {
        assertNull(write.at(), () -> write + " has not ended");
        assertNull(relocation.at(), () -> relocation + " has not ended");
        assertNull(write.error(), "the write is acknowledged");
        assertNull(relocation.error());
        assertEquals(how, write.how());
        assertEquals(stamp, fs.read(file, 0));
        assertNull(fs.blockGroup(0), "the group is removed");
        assertEquals(0, group.references(), "and freed");
        assertNull(fs.check());
    }

    @Test
    void beforeTheFixTheAcknowledgedWriteIsLost() throws Exception {
        start(Protocol.BEFORE_FIX);
        replay.run("W1 W2 W3  R0 R1 R2 R3 R5 R6  W5 W7 W8 W9 W10 W11  R7 R8 R9 R10 R9 R10 R11");
        assertEnded(Write.How.NOCOW, OLD);
    }

    @Test
    void inLinux46ItIsLostTheSameWay() throws Exception {
        start(Protocol.V4_6);
        replay.run("W1 W2 W3  R0 R1 R2 F1 R5 R6  W5 W7 W8 W9 W10 W11  R7 R8 R9 R10 R9 R10 R11");
        assertEnded(Write.How.NOCOW, OLD);
    }

    @Test
    void inLinux46AnExtentThatAppearsTooLateWasNeverCopied() throws Exception {
        fs = new FileSystem(Protocol.V4_6, 2, 4);
        file = fs.createRegular(Disk.SECTOR_SIZE, OLD);
        group = fs.blockGroup(0);
        relocation = fs.relocation(group);
        write = fs.directWrite(file, 0, Disk.SECTOR_SIZE, NEW);
        replay = new Replay(relocation, write);
        replay.run("W1 W2 C1 C2 C3  R0 R1 R2 F1 R5 R6 R7 R8").finish(write).finish(relocation);
        assertEquals(Errno.ENOENT, relocation.error());
        assertEquals(group, fs.blockGroup(0));
        assertEquals(NEW, fs.read(file, 0));
        assertNull(fs.check(), "and it is writable again");
    }

    @Test
    void beforeTheFixALateBioMeetsNoChunk() throws Exception {
        start(Protocol.BEFORE_FIX);
        replay.run("W1 W2 W3  R0 R1 R2 R3 R5 R6  W5 W7 W8  R7 R8 R9 R10 R9 R10 R11  W9 W10 W11");
        assertEquals("EIO", write.error().toString());
        assertEquals(OLD, fs.read(file, 0));
        assertNull(fs.check());
    }

    @Test
    void afterTheFixRelocationSleepsUntilTheWriterHasListedItsOrderedExtent() throws Exception {
        start(Protocol.AFTER_FIX);
        replay.run("W1 W2 W3 W4  R0 R1 R2 R3 R4");
        assertTrue(relocation.isAsleep());
        assertEquals("R4.sleep", relocation.at().label());
        assertThrows(IllegalStateException.class, () -> replay.run("R4"), "it cannot go on");
        replay.run("W5 W6. W6.leave");
        assertTrue(relocation.isAsleep(), "nobody has woken it yet");
        replay.run("W6.wake");
        assertFalse(relocation.isAsleep());
        replay.run("R4 R5");
        assertEquals("R5.complete.sleep", relocation.at().label());
        assertTrue(relocation.isAsleep(), "the ordered extent is in its snapshot");
        replay.run("W6.put W7 W8 W9");
        assertFalse(write.ordered().isIoDone());
        replay.run("W10");
        assertTrue(write.ordered().isIoDone());
        assertFalse(write.ordered().isComplete());
        assertTrue(relocation.isAsleep(), "the end of I/O is not enough");
        replay.run("W11");
        replay.run("R5 R6 R7 R8 R9 R10 R9 R10 R11");
        assertEnded(Write.How.NOCOW, NEW);
    }

    @Test
    void afterTheFixTheLateWriterIsRefusedAndGoesToNewSpace() throws Exception {
        start(Protocol.AFTER_FIX);
        replay.run("W1 W2 W3  R0 R1 R2 R3 R4 R5 R6  W4 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12");
        replay.run("R7 R8 R9 R10 R11");
        assertEnded(Write.How.COW, NEW);
    }

    @Test
    void aWriterAfterTheSealIsRefusedEarlyInAnyProtocol() throws Exception {
        for (Protocol protocol : Protocol.all()) {
            start(protocol);
            replay.run("W1 W2  R0 R1").finish(write).finish(relocation);
            assertEnded(Write.How.COW, NEW);
        }
    }

    @Test
    void aSwitchDoesNotOverwriteANewerPointer() throws Exception {
        start(Protocol.AFTER_FIX);
        replay.run("W1 W2  R0 R1 R2 R3 R4 R5 R6 R7 R8 R9.");
        assertEquals("R9.switch", relocation.at().label(), "it has found the extent");
        replay.run("W3 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12");
        replay.finish(relocation);
        assertEnded(Write.How.COW, NEW);
    }

    @Test
    void aWriterWithAStaleMapGoesToNewSpace() throws Exception {
        start(Protocol.AFTER_FIX);
        fs.write(file, 0, Disk.SECTOR_SIZE, NEW + 1); // fills the map
        replay.run("W1 W2  R0 R1 R2 R3 R4 R5 R6 R7 R8 R9");
        assertEquals("R9.lock.sleep", relocation.at().label());
        replay.run("W3. W3.ro W3.refs");
        assertEquals("C1", write.at().label(), "the item's place has two references");
        replay.finish(write).finish(relocation);
        assertEnded(Write.How.COW, NEW);
    }

    @Test
    void aWriterBeforeTheSealAndARelocationAfterItNeedNoWait() throws Exception {
        for (Protocol protocol : Protocol.all()) {
            start(protocol);
            replay.finish(write).finish(relocation);
            assertEnded(Write.How.NOCOW, NEW);
        }
    }
}
