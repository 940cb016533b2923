// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import nocowrace.engine.replay.Replay;
import nocowrace.model.file.Inode;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Relocation;
import org.junit.jupiter.api.Test;

/** The example of the package-info and the README, so that it stays true. */
class ExampleTest {

    @Test
    void theExample() throws Exception {
        FileSystem fs = new FileSystem(Protocol.BEFORE_FIX, 2, 16);  // 2 block groups of 16 sectors
        Inode file = fs.createNodatacow(4096, 1);                    // every sector has stamp 1
        Relocation relocation = fs.relocation(fs.blockGroup(0));
        DirectWrite write = fs.directWrite(file, 0, 4096, 2);        // stamp 2
        new Replay(relocation, write)
                .run("W1 W2 W3  R0 R1 R2 R3 R5 R6  W5 W7 W8 W9 W10 W11")
                .finish(relocation);
        assertTrue(write.error() == null && fs.read(file, 0) == 1);  // acknowledged, and lost

        fs = new FileSystem(Protocol.AFTER_FIX, 2, 16);              // from any threads:
        file = fs.createNodatacow(4096, 1);
        fs.write(file, 0, 4096, 2);
        fs.relocate(fs.blockGroup(0));
        assertTrue(fs.read(file, 0) == 2 && fs.check() == null);
    }
}
