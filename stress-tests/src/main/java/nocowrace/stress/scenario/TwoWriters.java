// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.List;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Write;

/**
 * As {@link DirectNodatacow}, with another writer on CPU 3, to another file in that group. Explored
 * only.
 */
final class TwoWriters {

    private TwoWriters() {
    }

    /**
     * Makes one sample.
     *
     * @param protocol which state of the kernel
     * @return a sample, before its first step
     */
    public static Race start(Protocol protocol) {
        FileSystem fs = new FileSystem(protocol, Scene.GROUPS, 2 * Scene.SECTORS_PER_GROUP);
        Inode first = fs.createNodatacow(Disk.SECTOR_SIZE, Judge.OLD);
        Inode second = fs.createNodatacow(Disk.SECTOR_SIZE, Judge.OLD);
        Write one = Scene.directWrite(fs, first);
        Write another = Scene.directWrite(fs, second);
        return new Race(fs, List.of(fs.relocation(fs.blockGroup(0)), one, another),
                List.of(new Judge.Promise(1, one, first), new Judge.Promise(2, another, second)),
                null, null);
    }
}
