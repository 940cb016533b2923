// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.extent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import nocowrace.model.disk.Disk;
import org.junit.jupiter.api.Test;

/** Lists of ordered extents. Breaks if one is lost, or found where it only touches. */
class OrderedExtentsTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;

    private final OrderedExtents listed = new OrderedExtents();
    private final OrderedExtent one = ordered(0);
    private final OrderedExtent two = ordered(2);
    private final OrderedExtent three = ordered(4);

    /** Two blocks of a file, at an address that is 8 sectors above. */
    private static OrderedExtent ordered(int block) {
        return new OrderedExtent(OrderedExtent.Kind.NOCOW, block, 2, (8L + block) * SECTOR,
                2L * SECTOR);
    }

    private List<OrderedExtent> over(int sector, int sectors) {
        return listed.snapshot((long) sector * SECTOR, (long) sectors * SECTOR);
    }

    @Test
    void oneThatOnlyTouchesIsNotOver() {
        listed.add(two);
        assertEquals(List.of(), over(8, 2));
        assertEquals(List.of(two), over(8, 3));
        assertEquals(List.of(two), over(11, 2));
        assertEquals(List.of(), over(12, 2));
    }

    @Test
    void whoIsUnlistedTakesNobodyAlong() {
        for (OrderedExtent leaver : List.of(one, two, three)) {
            listed.add(one);
            listed.add(two);
            listed.add(three);
            assertEquals(List.of(one, two, three), over(0, 99), "oldest first");
            listed.remove(leaver);
            List<OrderedExtent> left = List.of(one, two, three).stream()
                    .filter(ordered -> ordered != leaver).toList();
            assertEquals(left, over(0, 99));
            left.forEach(listed::remove);
            assertTrue(listed.isEmpty());
        }
    }

    @Test
    void anInodeHasOneWriteInFlightPerBlock() {
        InodeOrderedExtents inFlight = new InodeOrderedExtents();
        List.of(one, two, three).forEach(inFlight::add);
        assertThrows(IllegalStateException.class, () -> inFlight.add(ordered(3)));
        assertEquals(two, inFlight.lookup(3, 1));
        assertEquals(null, inFlight.lookup(6, 1));
        inFlight.complete(two);
        assertTrue(two.isComplete());
        assertFalse(one.isComplete());
        assertEquals(List.of(three, one), inFlight.inFlight(), "newest first");
    }

    @Test
    void theNextCreationsFail() {
        listed.failNext(2);
        assertFalse(listed.canCreate() || listed.canCreate());
        assertTrue(listed.canCreate());
    }
}
