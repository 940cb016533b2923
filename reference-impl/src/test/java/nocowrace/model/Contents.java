// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;

/** What a file reads as, block by block. */
public final class Contents {

    private Contents() {
    }

    /** The blocks hold these stamps, and nothing is left over anywhere. */
    public static void assertContents(FileSystem fs, Inode file, long... stamps) throws IOException {
        long[] found = new long[stamps.length];
        for (int block = 0; block < stamps.length; block++) {
            found[block] = fs.read(file, (long) block * Disk.SECTOR_SIZE);
        }
        assertArrayEquals(stamps, found);
        assertNull(fs.check());
    }
}
