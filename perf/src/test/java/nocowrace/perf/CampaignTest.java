// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

/**
 * What is run in which order. Breaks if a row is left out of a round, is there twice, or if those
 * that a target with two threads speaks of have no more forks than all.
 */
class CampaignTest {

    static {
        System.setProperty("jmh.ignoreLock", "true"); // somebody else may measure meanwhile
    }

    @Test
    void everyOtherRoundRunsBackwards() {
        Campaign campaign = Campaign.quick();
        List<Campaign.Cell> backwards = new ArrayList<>(campaign.order(2));
        Collections.reverse(backwards);
        assertEquals(campaign.order(1), backwards);
    }

    @Test
    void noRowIsThereTwice() {
        List<Campaign.Cell> rows = Campaign.whole().order(1);
        assertEquals(rows.size(), new HashSet<>(rows).size());
        assertTrue(rows.containsAll(Campaign.quick().order(1)));
    }

    @Test
    void aRowThatFailsTakesNoOtherAlong() throws RunnerException {
        Campaign campaign = new Campaign(2, 0, 1, 10);
        campaign.add("Guard_01_EnterLeave", "floor", 1, Map.of());
        campaign.add("Guard_01_EnterLeave", "missing", 1, Map.of());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        List<Row> rows = Row.of(campaign.run(new Noise(), new PrintStream(said)));
        assertEquals(List.of("floor"), rows.stream().map(Row::method).toList());
        assertEquals(2, rows.get(0).forks().length);
        assertEquals(1, campaign.lost().size());
        assertEquals(1, said.toString().lines().filter(line -> line.startsWith("lost: ")
                && line.contains("missing")).count(), said::toString);
    }

    @Test
    void whereTheFirstForkFailsNothingIsTried() {
        Campaign campaign = new Campaign(1, 0, 1, 10);
        campaign.add("Guard_01_EnterLeave", "missing", 1, Map.of());
        campaign.add("Guard_01_EnterLeave", "floor", 1, Map.of());
        assertThrows(RunnerException.class, () -> campaign.run(new Noise(), System.err));
    }

    @Test
    void contendedRowsHaveMoreForks() {
        assertEquals(3, Campaign.quick().order(Campaign.quick().rounds()).size());
        List<Campaign.Cell> last = Campaign.whole().order(Campaign.whole().rounds());
        assertEquals(6, last.size(), "three with each collector");
        assertTrue(last.stream().allMatch(cell -> cell.threads() == 2
                && cell.params().get("groups").equals("SAME")));
        assertTrue(Campaign.whole().order(1).containsAll(last));
    }
}
