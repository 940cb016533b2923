// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.model.Contents.assertContents;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import org.junit.jupiter.api.Test;

/** Write-back that finds less to do than it came for. Breaks if it leaves the rest undone. */
class BufferedWriteTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 8);

    /** Another task's write-back: of relocation, of a sync, of a direct write, of a reflink. */
    @Test
    void howTellsWhereTheWriteBackOfAnotherTaskHasPutThePage() throws IOException {
        Inode file = fs.createNodatacow(2 * SECTOR, 1);
        BufferedWrite write = fs.bufferedWrite(file, 0, SECTOR, 2);
        new Replay(write).run("B1");
        fs.sync(file);
        assertEquals(Write.How.NOCOW, finished(write).how());
        write = fs.bufferedWrite(file, 0, SECTOR, 3);
        new Replay(write).run("B1");
        fs.write(file, 0, 2 * SECTOR, 4);
        assertEquals(Write.How.NOCOW, finished(write).how(), "written back before the direct one");
        write = fs.bufferedWrite(file, 0, 2 * SECTOR, 5);
        new Replay(write).run("B1");
        Inode copy = fs.reflink(file);
        assertEquals(Write.How.NOCOW, finished(write).how());
        write = fs.bufferedWrite(copy, 0, SECTOR, 6);
        new Replay(write).run("B1");
        fs.sync(copy);
        assertEquals(Write.How.COW, finished(write).how(), "the place is shared");
        assertContents(fs, copy, 6, 5);
        Inode booked = fs.createPreallocated(SECTOR);
        write = fs.bufferedWrite(booked, 0, SECTOR, 7);
        new Replay(write).run("B1");
        fs.sync(booked);
        assertEquals(Write.How.NOCOW, finished(write).how());
        fs = new FileSystem(Protocol.V4_6, 2, 8);
        Inode moved = fs.createNodatacow(SECTOR, 1);
        write = fs.bufferedWrite(moved, 0, SECTOR, 8);
        new Replay(write).run("B1");
        fs.relocate(fs.blockGroup(0));
        assertEquals(Write.How.COW, finished(write).how(), "the flush of a sealed group");
        assertContents(fs, moved, 8);
    }

    @Test
    void howOfAWriteIsNotThatOfALaterOneToTheSamePage() throws IOException {
        Inode file = fs.createNodatacow(SECTOR, 1);
        fs.reflink(file);
        BufferedWrite first = fs.bufferedWrite(file, 0, SECTOR, 2);
        BufferedWrite second = fs.bufferedWrite(file, 0, SECTOR, 3);
        new Replay(first, second).run("1:B1 2:B1");
        fs.sync(file);
        assertEquals(Write.How.NOCOW, finished(first).how(), "its page was never written");
        assertEquals(Write.How.COW, finished(second).how());
        BufferedWrite third = fs.bufferedWrite(file, 0, SECTOR, 4);
        assertEquals(Write.How.NOCOW, finished(third).how());
        fs.writeBuffered(file, 0, SECTOR, 5);
        fs.reflink(file);
        fs.writeBuffered(file, 0, SECTOR, 6);
        fs.sync(file);
        assertEquals(Write.How.NOCOW, third.how(), "it has ended");
        assertContents(fs, file, 6);
    }

    private static BufferedWrite finished(BufferedWrite write) {
        new Replay(write).finish(write);
        assertNull(write.at());
        assertNull(write.error());
        return write;
    }

    @Test
    void itGoesOnBehindPagesThatSomebodyElseHasWritten() throws IOException {
        Inode file = fs.createNodatacow(3 * SECTOR, 1);
        fs.writeBuffered(file, 0, SECTOR, 2);
        fs.writeBuffered(file, 2 * SECTOR, SECTOR, 3);
        Task all = BufferedWrite.writeback(fs.info(), file, 0, 3);
        Replay replay = new Replay(all).run("B2.");
        assertEquals("B2.lock", all.at().label());
        Task first = BufferedWrite.writeback(fs.info(), file, 0, 1);
        new Replay(first).finish(first);
        replay.finish(all);
        assertEquals(3, file.pages().nextDirty(0, 3), "no page is dirty any more");
        assertContents(fs, file, 2, 1, 3);
    }
}
