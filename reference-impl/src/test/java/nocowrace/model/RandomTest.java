// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import nocowrace.model.disk.Disk;
import nocowrace.model.file.Inode;
import nocowrace.model.space.BlockGroup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations with fixed seeds: on one thread against a model that is a map, in any protocol;
 * on many threads under the fix, where every block is checked at the end.
 *
 * <p>Breaks on nearly anything; the concurrent one on a missing R4 or R5, a stale map, a reference
 * that goes astray, a lost wake-up.
 */
class RandomTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;
    private static final int BLOCKS = 8;
    private static final Duration BOUND = Duration.ofSeconds(120);

    private final AtomicLong stamps = new AtomicLong(1);

    /** A file and what each of its blocks must read as. */
    private record Shadow(Inode file, long[] expected) {
    }

    /** Does one random thing to one of the files. */
    private void operate(FileSystem fs, List<Shadow> files, Random random, int most)
            throws IOException {
        if (files.size() < most && random.nextInt(10) == 0) {
            files.add(create(fs, random));
            return;
        }
        Shadow shadow = files.get(random.nextInt(files.size()));
        int block = random.nextInt(BLOCKS);
        int count = 1 + random.nextInt(BLOCKS - block);
        long stamp = stamps.incrementAndGet();
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                fs.write(shadow.file, (long) block * SECTOR, (long) count * SECTOR, stamp);
                Arrays.fill(shadow.expected, block, block + count, stamp);
            }
            case 3, 4 -> {
                fs.writeBuffered(shadow.file, (long) block * SECTOR, (long) count * SECTOR, stamp);
                Arrays.fill(shadow.expected, block, block + count, stamp);
            }
            case 5 -> fs.sync(shadow.file);
            case 6 -> {
                if (files.size() < most) {
                    files.add(new Shadow(fs.reflink(shadow.file), shadow.expected.clone()));
                }
            }
            default -> assertEquals(shadow.expected[block],
                    fs.read(shadow.file, (long) block * SECTOR));
        }
    }

    private Shadow create(FileSystem fs, Random random) {
        long length = (long) BLOCKS * SECTOR;
        long[] expected = new long[BLOCKS];
        long stamp = stamps.incrementAndGet();
        switch (random.nextInt(4)) {
            case 0 -> {
                Arrays.fill(expected, stamp);
                return new Shadow(fs.createNodatacow(length, stamp), expected);
            }
            case 1 -> {
                Arrays.fill(expected, stamp);
                return new Shadow(fs.createRegular(length, stamp), expected);
            }
            case 2 -> {
                return new Shadow(fs.createPreallocated(length), expected);
            }
            default -> {
                return new Shadow(fs.createSparse(length, random.nextBoolean()), expected);
            }
        }
    }

    private static void relocateAny(FileSystem fs, Random random) throws IOException {
        BlockGroup group = fs.blockGroup(random.nextInt(fs.blockGroups()));
        if (group != null) {
            fs.relocate(group);
        }
    }

    private static void assertExpected(FileSystem fs, List<Shadow> files) throws IOException {
        for (Shadow shadow : files) {
            for (int block = 0; block < BLOCKS; block++) {
                assertEquals(shadow.expected[block], fs.read(shadow.file, (long) block * SECTOR),
                        shadow.file + " block " + block);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void oneThreadAgainstAMap(long seed) throws IOException {
        Random random = new Random(seed);
        Protocol protocol = Protocol.all().get((int) (seed % 3));
        FileSystem fs = new FileSystem(protocol, 8, 64);
        List<Shadow> files = new ArrayList<>();
        files.add(create(fs, random));
        for (int i = 0; i < 4000; i++) {
            if (random.nextInt(20) == 0) {
                relocateAny(fs, random);
            } else {
                operate(fs, files, random, 24);
            }
            if (i % 100 == 0) {
                assertExpected(fs, files);
                assertNull(fs.check());
            }
        }
        assertExpected(fs, files);
        assertNull(fs.check());
        assertTrue(fs.blockGroups() > 20, "space was used again");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void manyThreadsUnderTheFix(long seed) throws Exception {
        int writers = 4;
        FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 12, 64);
        List<List<Shadow>> files = new ArrayList<>();
        Inode common = fs.createNodatacow((long) BLOCKS * SECTOR, 1);
        List<Map<Integer, Long>> last = new ArrayList<>();
        AtomicInteger working = new AtomicInteger(writers);
        List<Callable<Void>> jobs = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
            List<Shadow> own = new ArrayList<>();
            Map<Integer, Long> ownLast = new ConcurrentHashMap<>();
            files.add(own);
            last.add(ownLast);
            Random random = new Random(seed * 100 + i);
            jobs.add(() -> {
                try {
                    own.add(create(fs, random));
                    for (int n = 0; n < 3000; n++) {
                        operate(fs, own, random, 10);
                        if (n % 4 == 0) {
                            int block = random.nextInt(BLOCKS);
                            long stamp = stamps.incrementAndGet();
                            if (random.nextBoolean()) {
                                fs.write(common, (long) block * SECTOR, SECTOR, stamp);
                            } else {
                                fs.writeBuffered(common, (long) block * SECTOR, SECTOR, stamp);
                            }
                            ownLast.put(block, stamp);
                        }
                    }
                } finally {
                    working.decrementAndGet();
                }
                return null;
            });
        }
        AtomicInteger relocated = new AtomicInteger();
        jobs.add(() -> {
            Random random = new Random(seed);
            while (working.get() > 0) {
                relocateAny(fs, random);
                relocated.incrementAndGet();
            }
            return null;
        });
        ExecutorService threads = Executors.newFixedThreadPool(jobs.size());
        try {
            assertTimeoutPreemptively(BOUND, () -> {
                for (Future<Void> job : threads.invokeAll(jobs)) {
                    job.get();
                }
            });
        } finally {
            threads.shutdownNow();
        }
        fs.sync(common);
        assertNull(fs.check());
        for (List<Shadow> own : files) {
            assertExpected(fs, own);
        }
        for (int block = 0; block < BLOCKS; block++) {
            Set<Long> possible = new HashSet<>();
            for (Map<Integer, Long> ownLast : last) {
                possible.add(ownLast.get(block));
            }
            long found = fs.read(common, (long) block * SECTOR);
            assertTrue(possible.contains(found), "block " + block + " of the common file: " + found
                    + " is nobody's last write: " + possible);
        }
        assertTrue(relocated.get() > 10, "relocations: " + relocated);
    }
}
