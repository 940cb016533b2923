// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static nocowrace.model.Contents.assertContents;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import org.junit.jupiter.api.Test;

/** Write-back that finds less to do than it came for. Breaks if it leaves the rest undone. */
class BufferedWriteTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private final FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, 8);

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
