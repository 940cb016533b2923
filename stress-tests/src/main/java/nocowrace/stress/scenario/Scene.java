// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import java.util.List;
import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.task.Write;

/** What the samples of most scenarios have in common: they are small. */
final class Scene {

    /** Group 0 is relocated; group 1 has room for the copy and for a write to new space. */
    static final int GROUPS = 2;

    /** The size of each of them, a count. */
    static final int SECTORS_PER_GROUP = 2;

    private Scene() {
    }

    static FileSystem fileSystem(Protocol protocol) {
        return new FileSystem(protocol, GROUPS, SECTORS_PER_GROUP);
    }

    /** Writes the first block of a file directly. */
    static Write directWrite(FileSystem fs, Inode file) {
        return fs.directWrite(file, 0, Disk.SECTOR_SIZE, Judge.NEW);
    }

    /** A relocation of group 0 against a direct write of one block. */
    static Race direct(FileSystem fs, Inode file) {
        return against(fs, directWrite(fs, file), file);
    }

    /** The same, through the page cache and written back. */
    static Race buffered(FileSystem fs, Inode file) {
        return against(fs, fs.bufferedWrite(file, 0, Disk.SECTOR_SIZE, Judge.NEW), file);
    }

    private static Race against(FileSystem fs, Write write, Inode file) {
        return new Race(fs, List.of(fs.relocation(fs.blockGroup(0)), write),
                List.of(new Judge.Promise(1, write, file)), null, null);
    }
}
