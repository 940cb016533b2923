// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.lincheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import nocowrace.engine.wait.WaitQueue;
import nocowrace.model.extent.InodeOrderedExtents;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.extent.OrderedExtents;
import org.junit.jupiter.api.Test;

/**
 * {@link OrderedExtents} and {@link InodeOrderedExtents}, access by access: what was listed before
 * a snapshot is in it or complete, who waits for one wakes, and neither two that are listed nor two
 * that end at once lose or double another.
 *
 * <p>Exhausted: one that is listed against R5, the wait queue taken as atomic ({@link
 * WaitQueueTest} looks inside); two that are listed, that are unlisted, that complete, that are
 * created; a snapshot against an unlisting. Bounded, at {@value #BOUND} orders each: a whole life
 * against R5, and against W1. Catches: an unlocked list, an ordered extent that is unlisted or that
 * wakes before it is complete.
 */
class OrderedExtentsTest {

    private static final int BOUND = 1000;

    /** Above what any search here needs that is to end by itself. */
    private static final int NO_BOUND = 100_000;

    private static final int SECTOR = 4096;

    private static OrderedExtent orderedAt(int block) {
        return new OrderedExtent(OrderedExtent.Kind.NOCOW, block, 1, (block + 1) * SECTOR, SECTOR);
    }

    private static String blocks(List<OrderedExtent> found) {
        StringBuilder words = new StringBuilder();
        for (OrderedExtent ordered : found) {
            words.append(ordered.block());
        }
        return words.toString();
    }

    /** CPU 2 lists one, says so, completes it, unlists it and wakes; CPU 1 takes R5. */
    public static class WholeLife {

        final OrderedExtents all = new OrderedExtents();
        final InodeOrderedExtents ofInode = new InodeOrderedExtents();
        final OrderedExtent ordered = orderedAt(0);
        final Sleeper waiter = new Sleeper();

        /** W6: it is listed. */
        private volatile boolean left;

        public WholeLife() {
            ofInode.add(ordered);
        }

        /** R4, R5. */
        public String cpu1() {
            boolean listed = left;
            List<OrderedExtent> found = all.snapshot(SECTOR, SECTOR);
            if (found.isEmpty()) {
                return !listed ? "too early" : ordered.isComplete() ? "complete" : "missed";
            }
            return found.size() > 1 ? "doubled" : await(found.get(0));
        }

        final String await(OrderedExtent found) {
            found.queue().add(waiter);
            if (!found.isComplete()) {
                return "slept";
            }
            found.queue().remove(waiter);
            return "complete";
        }

        /** W5, W6, W11. */
        public String cpu2() {
            all.add(ordered);
            left = true;
            end();
            return "ended";
        }

        void end() {
            ofInode.complete(ordered);
            all.remove(ordered);
            ordered.queue().wakeAll();
        }

        public String atRest() {
            return waiter.state() + (all.isEmpty() && ofInode.lookup(0, 1) == null ? ", empty"
                    : ", not empty");
        }
    }

    private static final Set<String> WHOLE_LIFE = Set.of("too early, ended, awake, empty",
            "complete, ended, awake, empty", "slept, ended, awake, empty");

    /** The same without an end. */
    public static final class Endless extends WholeLife {
        @Override
        void end() {
        }
    }

    /** CPU 1 looks as W1 does. */
    public static final class WholeLifeInTheWay extends WholeLife {

        @Override
        public String cpu1() {
            OrderedExtent inTheWay = ofInode.lookup(0, 2);
            return inTheWay == null ? "complete" : await(inTheWay);
        }
    }

    /** Two are listed at once, beside one that is there. */
    public static class TwoListed {

        private final OrderedExtents all = new OrderedExtents();

        public TwoListed() {
            list(orderedAt(0));
        }

        void list(OrderedExtent ordered) {
            all.add(ordered);
        }

        List<OrderedExtent> listed() {
            return all.snapshot(0, 9 * SECTOR);
        }

        public String cpu1() {
            list(orderedAt(1));
            return "listed";
        }

        public String cpu2() {
            list(orderedAt(2));
            return "listed";
        }

        public String atRest() {
            return blocks(listed());
        }
    }

    private static final Set<String> TWO_LISTED = Set.of("listed, listed, 012",
            "listed, listed, 021");

    /** Two neighbours of four are unlisted at once. */
    public static final class TwoUnlisted {

        private final OrderedExtents all = new OrderedExtents();
        private final OrderedExtent one = orderedAt(1);
        private final OrderedExtent other = orderedAt(2);

        public TwoUnlisted() {
            all.add(orderedAt(0));
            all.add(one);
            all.add(other);
            all.add(orderedAt(3));
        }

        public String cpu1() {
            all.remove(one);
            return "unlisted";
        }

        public String cpu2() {
            all.remove(other);
            return "unlisted";
        }

        public String atRest() {
            return blocks(all.snapshot(0, 9 * SECTOR));
        }
    }

    /** A snapshot while the first of two is unlisted. */
    public static final class SnapshotOfTwo {

        private final OrderedExtents all = new OrderedExtents();
        private final OrderedExtent one = orderedAt(1);

        public SnapshotOfTwo() {
            all.add(one);
            all.add(orderedAt(2));
        }

        public String cpu1() {
            return blocks(all.snapshot(0, 9 * SECTOR));
        }

        public String cpu2() {
            all.remove(one);
            return "unlisted";
        }

        public String atRest() {
            return blocks(all.snapshot(0, 9 * SECTOR));
        }
    }

    /** Two neighbours of four of one inode complete at once. */
    public static final class TwoComplete {

        private final InodeOrderedExtents ofInode = new InodeOrderedExtents();
        private final OrderedExtent one = orderedAt(1);
        private final OrderedExtent other = orderedAt(2);

        public TwoComplete() {
            ofInode.add(orderedAt(0));
            ofInode.add(one);
            ofInode.add(other);
            ofInode.add(orderedAt(3));
        }

        public String cpu1() {
            ofInode.complete(one);
            return String.valueOf(one.isComplete());
        }

        public String cpu2() {
            ofInode.complete(other);
            return String.valueOf(other.isComplete());
        }

        public String atRest() {
            StringBuilder found = new StringBuilder();
            for (int block = 0; block < 4; block++) {
                found.append(ofInode.lookup(block, 1) == null ? '-' : '+');
            }
            return found.toString();
        }
    }

    /** There is no memory for one of two. */
    public static final class OneFails {

        private final OrderedExtents all = new OrderedExtents();

        public OneFails() {
            all.failNext(1);
        }

        public String cpu1() {
            return String.valueOf(all.canCreate());
        }

        public String cpu2() {
            return String.valueOf(all.canCreate());
        }

        public String atRest() {
            return String.valueOf(all.canCreate());
        }
    }

    private static void isTheTable(Class<?> scenario, Set<String> table, int bound,
            Class<?>... atomic) {
        Interleavings found = Interleavings.of(scenario, table, bound, atomic);
        assertNull(found.forbidden(), found.trace());
        assertEquals(table, found.outcomes());
        assertTrue(bound != NO_BOUND || found.exhausted(), found::toString);
    }

    @Test
    void whatWasListedBeforeASnapshotIsInItOrComplete() {
        isTheTable(Endless.class, Set.of("too early, ended, awake, not empty",
                "slept, ended, asleep, not empty"), NO_BOUND, WaitQueue.class);
        isTheTable(WholeLife.class, WHOLE_LIFE, BOUND, WaitQueue.class);
    }

    @Test
    void whatIsInTheWayOfAnotherWriteWakesIt() {
        isTheTable(WholeLifeInTheWay.class, Set.of("complete, ended, awake, empty",
                "slept, ended, awake, empty"), BOUND, WaitQueue.class);
    }

    @Test
    void twoAtOnceLoseNone() {
        isTheTable(TwoListed.class, TWO_LISTED, NO_BOUND);
        isTheTable(TwoUnlisted.class, Set.of("unlisted, unlisted, 03"), NO_BOUND);
        isTheTable(SnapshotOfTwo.class, Set.of("12, unlisted, 2", "2, unlisted, 2"), NO_BOUND);
        isTheTable(TwoComplete.class, Set.of("true, true, +--+"), NO_BOUND);
    }

    @Test
    void anInjectedFailureHitsOneOfTwo() {
        isTheTable(OneFails.class, Set.of("true, false, true", "false, true, true"), NO_BOUND);
    }

    /* What must be found. */

    /** A list without a lock. */
    public static final class UnlockedList extends TwoListed {

        private static final class Node {
            private final OrderedExtent ordered;
            private final Node next;

            Node(OrderedExtent ordered, Node next) {
                this.ordered = ordered;
                this.next = next;
            }
        }

        private Node last;

        @Override
        void list(OrderedExtent ordered) {
            last = new Node(ordered, last);
        }

        @Override
        List<OrderedExtent> listed() {
            List<OrderedExtent> found = new ArrayList<>();
            for (Node node = last; node != null; node = node.next) {
                found.add(0, node.ordered);
            }
            return found;
        }
    }

    /** Unlisted before it is complete: R5 does not see it and does not wait. */
    public static final class UnlistedTooEarly extends WholeLife {
        @Override
        void end() {
            all.remove(ordered);
            ofInode.complete(ordered);
            ordered.queue().wakeAll();
        }
    }

    /** Wakes before it is complete. */
    public static final class WakesTooEarly extends WholeLife {
        @Override
        void end() {
            ordered.queue().wakeAll();
            ofInode.complete(ordered);
            all.remove(ordered);
        }
    }

    private static String found(Class<?> scenario, Set<String> table) {
        return Interleavings.of(scenario, table, NO_BOUND, WaitQueue.class).forbidden();
    }

    @Test
    void whatIsBrokenIsFound() {
        String lost = found(UnlockedList.class, TWO_LISTED);
        assertTrue(Set.of("listed, listed, 01", "listed, listed, 02").contains(lost), lost);
        assertEquals("missed, ended, awake, empty", found(UnlistedTooEarly.class, WHOLE_LIFE));
        assertEquals("slept, ended, asleep, empty", found(WakesTooEarly.class, WHOLE_LIFE));
    }
}
