// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.List;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Write;

/** As {@link DirectNodatacow}, with a reader of the same file on CPU 3. Explored only. */
final class Reader {

    private Reader() {
    }

    /**
     * Makes one sample.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = Scene.fileSystem(protocol);
        Inode file = fs.createNodatacow(Disk.SECTOR_SIZE, Judge.OLD);
        Write write = Scene.directWrite(fs, file);
        return new Race(fs, List.of(fs.relocation(fs.blockGroup(0)), write, fs.readTask(file, 0)),
                List.of(new Judge.Promise(1, write, file)), null, null);
    }
}
