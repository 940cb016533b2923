// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;

import nocowrace.engine.Task;
import nocowrace.engine.replay.Replay;
import nocowrace.model.Protocol;
import org.junit.jupiter.api.Test;

/** Orders that end badly before the fix, replayed label by label; what stress needs luck for. */
class RaceTest {

    private static String replay(Race race, String labels) {
        Replay replay = new Replay(race.tasks().toArray(Task[]::new)).run(labels);
        race.tasks().forEach(replay::finish);
        return race.outcome();
    }

    @Test
    void aLateBioDestroysTheBytesOfAnotherFile() {
        assertEquals("NOCOW/CORRUPT", replay(LateBio.start(Protocol.BEFORE_FIX),
                "W1 W2 W3  Q1 R0 R1 R2 R3 R5 R6  W5 W7 W8 W9  R7 R8 R9 R10 R9 R10 R11 Q1"
                        + " W1. W1.ordered W1.pages W2. W2.read C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11"
                        + " C12  W10 W11"));
    }

    @Test
    void aBioThatIsNotMappedYetMeetsNoChunkInstead() {
        assertEquals("NOCOW/ERROR", replay(LateBio.start(Protocol.BEFORE_FIX),
                "W1 W2 W3  Q1 R0 R1 R2 R3 R5 R6  W5 W7 W8  R7 R8 R9 R10 R9 R10 R11"));
    }

    @Test
    void directCowInLinux46() {
        String upTo = "W1 W2 C1 C2 C3 R0 R1 R2 F1 R5 R6";
        assertEquals("COW/ERROR", replay(DirectCow.start(Protocol.V4_6),
                upTo + " C5 C6 C8 C9 C10 C11 C12 R7 R8 R9"), "it meets what it never copied");
        assertEquals("COW/LOST", replay(DirectCow.start(Protocol.V4_6),
                upTo + " C5 C6 C8 C9 C10 R7 R8 R9 R10 R9 R10 R11"), "X goes with live data in it");
    }

    @Test
    void bufferedInPlaceBeforeTheFix() {
        for (Race race : new Race[] {BufferedNodatacow.start(Protocol.BEFORE_FIX),
            BufferedPrealloc.start(Protocol.BEFORE_FIX)}) {
            assertEquals("NOCOW/LOST", replay(race,
                    "B1 B2 B3 B4  R0 R1 R2 R3 R5 R6  B5 B7 B8 B9 B11 B12 B13  R7 R8 R9"));
        }
    }

    @Test
    void directPreallocBeforeTheFix() {
        assertEquals("NOCOW/LOST", replay(DirectPrealloc.start(Protocol.BEFORE_FIX),
                "W1 W2 W3  R0 R1 R2 R3 R5 R6  W5 W7 W8 W9 W10 W11  R7 R8 R9"));
    }
}
