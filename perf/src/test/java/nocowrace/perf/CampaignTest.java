// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What is run in which order. Breaks if a row is left out of a round, is there twice, or if those
 * that a target with two threads speaks of have no more forks than all.
 */
class CampaignTest {

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
    void onlyTheWholeCampaignMeasuresSteps() {
        assertEquals(List.of("straight", "steps"), steps(Campaign.whole()));
        assertEquals(List.of(), steps(Campaign.quick()));
    }

    private static List<String> steps(Campaign campaign) {
        return campaign.cells().stream().filter(cell
                -> cell.benchmark().equals(Steps_01_WhatTheyCost.class.getSimpleName()))
                .map(Campaign.Cell::method).toList();
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
