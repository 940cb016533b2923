// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import nocowrace.model.FileSystem;
import nocowrace.model.Protocol;
import nocowrace.model.disk.Disk;
import org.junit.jupiter.api.Test;

/**
 * Space and the groups that give it. Breaks if a place that just fits is passed over, if a group is
 * found where there is none, if what is freed comes back to life.
 */
class SpaceInfoTest {

    private static final int SECTOR = Disk.SECTOR_SIZE;
    private static final int SECTORS = 4;

    private final FileSystem fs = new FileSystem(Protocol.AFTER_FIX, 2, SECTORS);
    private final BlockGroups groups = fs.info().groups();
    private final SpaceInfo space = fs.info().space();
    private final BlockGroup group = fs.blockGroup(0);

    @Test
    void aHoleThatJustFitsIsTaken() {
        long first = space.allocate(1);
        long hole = space.allocate(2);
        long last = space.allocate(1);
        group.free(hole, 2);
        assertEquals(hole, space.allocate(2), "between " + first + " and " + last);
    }

    @Test
    void aHoleThatIsTooSmallIsPassedOver() {
        space.allocate(1);
        long hole = space.allocate(1);
        space.allocate(1);
        group.free(hole, 1);
        assertEquals(fs.blockGroup(1).start(), space.allocate(2));
        assertEquals(hole, group.allocate(1), "it is there for who needs less");
    }

    @Test
    void aWholeGroupIsMadeForWhoNeedsOne() {
        groups.remove(group);
        groups.remove(fs.blockGroup(1));
        assertEquals(0, space.allocate(SECTORS + 1), "more than any group has");
        assertEquals(2, groups.size(), "and none is made in vain");
        assertEquals(3L * SECTORS * SECTOR, space.allocate(SECTORS));
    }

    @Test
    void whatIsRemovedIsNotToBeHad() {
        groups.remove(group);
        assertEquals(1, groups.live().length);
        assertEquals(fs.blockGroup(1), groups.live()[0]);
        assertNull(groups.lookup(group.start()));
        assertFalse(group.tryGet(), "it is freed");
        assertEquals(0, group.references());
    }

    @Test
    void anAddressOutsideHasNoGroup() {
        long end = fs.blockGroup(1).start() + group.length();
        assertNull(groups.lookup(group.start() - 1));
        assertEquals(group, groups.lookup(group.start()));
        assertEquals(fs.blockGroup(1), groups.lookup(end - 1));
        assertNull(groups.lookup(end));
    }

    @Test
    void anExtentReachesToTheEndOfItsGroup() {
        assertEquals(SECTORS, groups.sectorsLeft(group.start()));
        assertEquals(1, groups.sectorsLeft(group.bytenrOf(SECTORS - 1)));
        assertEquals(SECTORS, groups.sectorsLeft(fs.blockGroup(1).start()));
    }

    @Test
    void onlyTheLastReservationToGoWakes() {
        Reservations reservations = group.reservations();
        reservations.inc();
        reservations.inc();
        assertFalse(reservations.dec());
        assertFalse(reservations.isZero());
        assertTrue(reservations.dec());
        assertTrue(reservations.isZero());
    }
}
