// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine.ablate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import nocowrace.engine.Model;
import nocowrace.engine.ablate.Ablation.Verdict;
import org.junit.jupiter.api.Test;

/** What is said of an ablation. Breaks if one that was not looked at whole counts as harmless. */
class AblationTest {

    private static Verdict verdict(String expected, boolean complete, String... outcomes) {
        return new Ablation<String, Model>("m1", "phrase", expected, "", List.of(), "why")
                .verdict(Set.of(outcomes), complete, outcome -> !outcome.endsWith("KEPT"));
    }

    @Test
    void verdicts() {
        assertEquals(Verdict.KILLED, verdict("LOST", true, "X/KEPT", "X/LOST"));
        assertEquals(Verdict.KILLED, verdict("LOST", false, "X/HUNG", "X/LOST"));
        assertEquals(Verdict.WRONG, verdict("LOST", true, "X/KEPT", "X/HUNG"));
        assertEquals(Verdict.SURVIVED, verdict("LOST", true, "X/KEPT"));
        assertEquals(Verdict.WRONG, verdict("KEPT", true, "X/KEPT", "X/LOST"));
        assertEquals(Verdict.EQUIVALENT, verdict(Ablation.EQUIVALENT, true, "X/KEPT"));
        assertEquals(Verdict.SURVIVED, verdict(Ablation.EQUIVALENT, false, "X/KEPT"));
        assertEquals(Verdict.WRONG, verdict(Ablation.EQUIVALENT, true, "X/KEPT", "X/LOST"));
    }

    @Test
    void theEndOfAnOutcomeCounts() {
        Ablation<String, Model> ablation = new Ablation<>("m1", "one thing", "LOST", "",
                List.of(), "why");
        assertTrue(ablation.isExpected("X/LOST"));
        assertTrue(ablation.isExpected("LOST"));
        assertFalse(ablation.isExpected("LOST/KEPT"));
        assertFalse(ablation.isExpected("NOT_LOST"));
        assertEquals("m1 one thing", ablation.toString());
        assertEquals("killed", Verdict.KILLED.toString());
    }
}
