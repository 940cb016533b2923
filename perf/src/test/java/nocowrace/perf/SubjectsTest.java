// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import nocowrace.model.Protocol;
import nocowrace.model.space.candidate.Candidate;
import org.junit.jupiter.api.Test;

/** The names that the page explains. Breaks if a guard, a protocol or a row has no meaning. */
class SubjectsTest {

    private static Stream<Row> rows(Campaign campaign) {
        return campaign.cells().stream().map(cell -> new Row(cell.benchmark(), cell.method(),
                cell.params(), cell.threads(), "Parallel", "ns/op", false, new double[] {1},
                new double[0], 0, Map.of(), ""));
    }

    /** A row that JMH splits in two has a protocol too, so its method does not matter. */
    @Test
    void everyRowOfACampaignIsExplained() {
        List<Row> rows = rows(Campaign.whole()).toList();
        List<Map<String, String>> subjects = Subjects.of(Overhead.of(rows).lines());
        assertEquals(rows.stream().map(Row::subject).distinct().sorted().toList(),
                subjects.stream().map(subject -> subject.get("name")).sorted().toList());
        for (Map<String, String> subject : subjects) {
            assertTrue(subject.get("meaning").matches("[a-z].*[^.]\\."), subject::toString);
        }
    }

    @Test
    void candidatesAreExplainedInTheirOwnWords() {
        for (Candidate candidate : Candidate.values()) {
            assertEquals("the form of 2022. Its guard is " + candidate.meaning(),
                    Protocols.meaning(candidate.id()));
        }
        assertTrue(Protocols.meaning(Protocol.HELD.name()).startsWith("the form of 2022: "));
        assertEquals("a later form of the fix", Protocols.meaning("one of tomorrow"));
    }
}
