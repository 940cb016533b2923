// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import nocowrace.engine.Step;
import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import org.junit.jupiter.api.Test;

/** What the steps tell the one who watches: the words of the diagrams. */
class NotesTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private FileSystem fs;

    /** Takes steps up to a label, or to the end; what they told, each behind its label. */
    private static List<String> told(Task task, String upTo) {
        List<String> told = new ArrayList<>();
        while (task.isRunnable() && !task.at().label().equals(upTo)) {
            Step<?> step = task.at();
            task.takeStep();
            String note = task.note();
            if (note != null) {
                told.add(step.label() + " " + note);
            }
        }
        return told;
    }

    private Task write(Inode file) {
        return fs.directWrite(file, 0, SECTOR, 2);
    }

    @Test
    void theLoss() {
        fs = new FileSystem(Protocol.BEFORE_FIX, 2, 2);
        Task write = write(fs.createNodatacow(SECTOR, 1));
        Task relocation = fs.relocation(fs.blockGroup(0));
        assertEquals(List.of("W3.ro writable: may go in place"), told(write, "W5"));
        assertEquals(List.of("R1 X is read-only",
                "R3.zero nobody has space in X without an ordered extent",
                "R5 no ordered extent over X is listed",
                "R6.read what the old place holds is read"), told(relocation, "R7"));
        assertEquals(List.of("W5.list the ordered extent is listed from now on",
                "W10 the new bytes stand at the place", "W11.wake complete"), told(write, null));
        assertEquals(List.of("R9.switch the file points to the copy", "R11.remove X is removed"),
                told(relocation, null));
    }

    @Test
    void theWait() {
        fs = new FileSystem(Protocol.AFTER_FIX, 2, 2);
        Inode file = fs.createNodatacow(SECTOR, 1);
        Task write = write(file);
        Task refused = write(fs.createNodatacow(SECTOR, 1));
        Task relocation = fs.relocation(fs.blockGroup(0));
        told(write, "W4");
        told(refused, "W4");
        assertEquals(List.of("W4.enter writable: counted in"), told(write, "W5"));
        told(relocation, null);
        assertEquals(List.of("W5.list the ordered extent is listed from now on",
                "W6.leave counted out, the last one"), told(write, "W9"));
        assertEquals(List.of("R4.look no nocow writer is inside X",
                "R5 ordered extents over X are listed"), told(relocation, null));
        assertEquals(List.of("W4.enter read-only: refused", "C3 space is booked",
                "C4 reservations++", "C6.list the ordered extent is listed from now on",
                "C11 the new bytes stand at the place",
                "C12.record the file points to the new space", "C12.wake complete"),
                told(refused, null));
    }

    @Test
    void aWriterAmongOthers() {
        fs = new FileSystem(Protocol.AFTER_FIX, 2, 2);
        Task write = write(fs.createNodatacow(SECTOR, 1));
        Task other = write(fs.createNodatacow(SECTOR, 1));
        told(write, "W5");
        told(other, "W6");
        assertEquals(List.of("W6.leave counted out"), told(other, "W7"));
    }

    @Test
    void whyNotInPlace() throws IOException {
        fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
        Inode file = fs.createNodatacow(SECTOR, 1);
        fs.reflink(file);
        assertEquals(List.of("W3.ro writable: may go in place",
                "W3.refs shared or with a checksum: not in place"), told(write(file), "C1"));
        Task write = write(fs.createNodatacow(SECTOR, 1));
        fs.info().space().incReadOnly(fs.blockGroup(0));
        assertEquals(List.of("W3.ro read-only: not in place"), told(write, "C1"));
    }

    @Test
    void errors() {
        fs = new FileSystem(Protocol.V4_6, 2, 4);
        Task write = write(fs.createNodatacow(SECTOR, 1));
        fs.info().disk().failWritesTo(0);
        told(write, "W9");
        assertEquals(List.of("W10 EIO: no chunk, or the device failed",
                "W11.wake complete, with an error"), told(write, null));
        fs.info().disk().failWritesTo(-1);
        Task regular = write(fs.createRegular(SECTOR, 1));
        told(regular, "C5");
        Task relocation = fs.relocation(fs.blockGroup(0));
        told(relocation, "R8");
        told(regular, null);
        assertEquals(List.of("R9.switch the file points to the copy",
                "R9.switch an extent that was never copied: ENOENT"), told(relocation, null));
    }

    @Test
    void aNoteIsOnOneStepOnly() {
        fs = new FileSystem(Protocol.AFTER_FIX, 2, 2);
        Task write = write(fs.createNodatacow(SECTOR, 1));
        told(write, "W3.ro");
        Step<?> step = write.at();
        write.takeStep();
        assertNotNull(write.note());
        write.takeStep();
        assertNull(write.note(), "another one was taken since");
    }
}
