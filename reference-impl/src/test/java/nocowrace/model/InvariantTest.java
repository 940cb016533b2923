// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import nocowrace.engine.Column;
import nocowrace.engine.Step;
import nocowrace.engine.replay.Replay;
import nocowrace.model.disk.Disk;
import nocowrace.model.extent.OrderedExtent;
import nocowrace.model.file.Inode;
import nocowrace.model.task.DirectWrite;
import nocowrace.model.task.Relocation;
import nocowrace.model.task.Write;
import org.junit.jupiter.api.Test;

/**
 * Each invariant is violated where it should be, and none where nothing is wrong. Breaks if a check
 * is dropped or looks at the wrong thing. That none is violated in any state of a protocol that is
 * safe is the explorer's to say.
 */
class InvariantTest {

    /** The fix, and relocation without one of its steps. */
    private static Protocol without(Step<?> step) {
        return Protocol.AFTER_FIX.change("without " + step).remove(step).done();
    }

    private FileSystem fs;
    private Relocation relocation;

    /** Replays relocation of the first group against a direct write; what does not hold then. */
    private Set<Invariant> replay(Protocol protocol, boolean nodatacow, String labels) {
        fs = new FileSystem(protocol, 2, 2);
        Inode file = nodatacow ? fs.createNodatacow(Disk.SECTOR_SIZE, 1)
                : fs.createRegular(Disk.SECTOR_SIZE, 1);
        relocation = fs.relocation(fs.blockGroup(0));
        Write write = fs.directWrite(file, 0, Disk.SECTOR_SIZE, 2);
        new Replay(relocation, write).run(labels);
        return fs.violated(List.of(relocation, write));
    }

    @Test
    void aWriterInsideWhileExtentsAreMoved() {
        String labels = "W1 W2 W3 W4 R0 R1 R2 R3 R5";
        assertEquals(Set.of(Invariant.DRAINED), replay(without(Relocation.R4), true, labels));
        assertEquals(Set.of(), replay(Protocol.AFTER_FIX, true, labels.replace("R5", "R4")));
    }

    @Test
    void spaceReservedWhileExtentsAreMoved() {
        String labels = "W1 W2 C1 C2 C3 C4 C5 R0 R1 R2 R4 R5";
        assertEquals(Set.of(Invariant.UNRESERVED), replay(without(Relocation.R3), false, labels));
    }

    @Test
    void anOrderedExtentOverWhatIsMoved() {
        String upToR5 = "W1 W2 W3 R0 R1 R2 R3 R5 ";
        assertEquals(Set.of(), replay(Protocol.BEFORE_FIX, true, upToR5), "not yet");
        assertEquals(Set.of(Invariant.COMPLETE),
                replay(Protocol.BEFORE_FIX, true, upToR5 + "W5"));
        assertEquals(Set.of(Invariant.COMPLETE),
                replay(Protocol.BEFORE_FIX, true, upToR5 + "W5 R6 R7 R8"));
    }

    @Test
    void anOrderedExtentOfARemovedGroup() {
        assertEquals(Set.of(Invariant.PRESENT), replay(Protocol.BEFORE_FIX, true,
                "W1 W2 W3 R0 R1 R2 R3 R5 R6 W5 W7 W8 R7 R8 R9 R10 R9 R10 R11"));
    }

    @Test
    void aFileBlockInARemovedGroup() {
        assertEquals(Set.of(Invariant.KNOWN), replay(Protocol.V4_6, false,
                "W1 W2 C1 C2 C3 R0 R1 R2 F1 R5 R6 C5 C6 C8 C9 C10 R7 R8 R9 R10 R9 R10 R11"
                        + " C11 C12"));
    }

    @Test
    void anAddressInTwoHands() {
        replay(Protocol.AFTER_FIX, true, "R0");
        long bytenr = fs.blockGroup(0).start();
        for (int i = 0; i < 2; i++) {
            assertEquals(Set.of(), fs.violated(List.of(relocation)));
            fs.createSparse(Disk.SECTOR_SIZE, true).ordered().add(new OrderedExtent(
                    OrderedExtent.Kind.NOCOW, 0, 1, bytenr, Disk.SECTOR_SIZE));
        }
        assertEquals(Set.of(Invariant.UNSHARED), fs.violated(List.of(relocation)));
    }

    @Test
    void newSpaceThatSomebodyHas() {
        replay(Protocol.AFTER_FIX, true, "R0");
        OrderedExtent ordered = new OrderedExtent(OrderedExtent.Kind.REGULAR, 0, 1,
                fs.blockGroup(0).start(), Disk.SECTOR_SIZE);
        Inode other = fs.createSparse(Disk.SECTOR_SIZE, true);
        other.ordered().add(ordered);
        assertEquals(Set.of(Invariant.UNSHARED), fs.violated(List.of(relocation)),
                "the first sector belongs to the first file");
    }

    @Test
    void aGroupThatIsFreedAndCanBeFound() {
        replay(Protocol.AFTER_FIX, true, "R0");
        fs.blockGroup(0).put();
        assertEquals(Set.of(Invariant.REFERRED), fs.violated(List.of(relocation)));
    }

    @Test
    void nothingIsWrongAtAnyStepOfAQuietRun() {
        for (boolean booked : new boolean[] {true, false}) {
            fs = new FileSystem(Protocol.AFTER_FIX, 2, 4);
            Inode file = booked ? fs.createPreallocated(2 * Disk.SECTOR_SIZE)
                    : fs.createRegular(2 * Disk.SECTOR_SIZE, 1);
            DirectWrite write = fs.directWrite(file, 0, 2 * Disk.SECTOR_SIZE, 2);
            relocation = fs.relocation(fs.blockGroup(0));
            for (var task : List.of(write, relocation)) {
                while (task.isRunnable()) {
                    task.takeStep();
                    assertEquals(Set.of(), fs.violated(List.of(write, relocation)),
                            task.toString());
                }
            }
        }
    }

    @Test
    void eachSaysInItsOwnWordsWhatIsWrong() {
        Set<String> words = new HashSet<>();
        for (Invariant invariant : Invariant.values()) {
            assertFalse(invariant.violation().isBlank());
            assertTrue(words.add(invariant.violation()), invariant.violation());
        }
    }
}
