// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import nocowrace.engine.Step;
import nocowrace.engine.replay.Replay;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import org.junit.jupiter.api.Test;

/** R5 with several writes in flight, and twice. Breaks if it waits for the first of them only. */
class DrainTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    /** The waits, made anew, and R5 twice. */
    private final Step<Relocation> r3 = Drain.reservations("R3own");
    private final Step<Relocation> r4 = Drain.nocowWriters("R4own");
    private final Step<Relocation> r5Twice = Drain.orderedExtents("R5twice");

    private final FileSystem fs = new FileSystem(Protocol.AFTER_FIX.change("twice")
            .replace(Relocation.R3, r3).replace(Relocation.R4, r4)
            .insert(r5Twice).after(Relocation.R5).done(), 2, 4);
    private final Inode[] files = new Inode[4];
    private final DirectWrite[] writes = new DirectWrite[4];

    private DirectWrite inFlight(int number) {
        files[number] = fs.createNodatacow(SECTOR, 1);
        writes[number] = fs.directWrite(files[number], 0, SECTOR, 2);
        return writes[number];
    }

    @Test
    void eachOrderedExtentIsWaitedForAndTheNextWaitBeginsAnew() throws IOException {
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        Replay replay = new Replay(relocation, inFlight(0), inFlight(1), inFlight(2), inFlight(3))
                .name("a", writes[0]).name("b", writes[1]).name("c", writes[2])
                .name("d", writes[3]);
        for (String name : new String[] {"a", "b", "c", "d"}) {
            replay.run(("N:W1 N:W2 N:W3 N:W4 N:W5 N:W6").replace("N", name));
        }
        replay.run("R0 R1 R2 R3own R4own R5");
        assertEquals("R5.complete.sleep", relocation.at().label());
        replay.finish(writes[0]).run("R5");
        assertEquals("R5.complete.sleep", relocation.at().label(), "for the second");
        replay.finish(writes[2]).finish(writes[3]).finish(writes[1]).run("R5");
        assertEquals("R5twice", relocation.at().label(), "the others were complete already");
        replay.finish(relocation);
        assertNull(relocation.at());
        for (Inode file : files) {
            assertEquals(2, fs.read(file, 0));
        }
    }

    @Test
    void aSecondWaitWaitsToo() {
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        Replay replay = new Replay(relocation, inFlight(0), inFlight(1)).name("a", writes[0])
                .name("b", writes[1]).run("a:W1 a:W2 a:W3 a:W4 a:W5 a:W6")
                .run("b:W1 b:W2 b:W3 b:W4 b:W5");
        Relocation early = relocation;
        replay.run("R0 R1 R2 R3own R4own");
        assertTrue(early.isAsleep(), "b is inside");
        replay.finish(writes[0]).run("b:W6 R4own R5");
        assertEquals("R5.complete.sleep", relocation.at().label());
        replay.finish(writes[1]).run("R5");
        assertEquals("R5twice", relocation.at().label());
        replay.run("R5twice");
        assertEquals("R6", relocation.at().label(), "nothing is in flight");
    }
}
