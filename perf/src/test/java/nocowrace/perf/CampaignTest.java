// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import nocowrace.model.space.candidate.Candidate;
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

    @Test
    void bothCampaignsMeasureEveryCandidate() {
        for (Campaign campaign : List.of(Campaign.quick(), Campaign.whole())) {
            for (Candidate candidate : Candidate.values()) {
                assertEquals(List.of("1 SAME", "2 SAME", "2 OWN"), guards(campaign,
                        cell -> cell.params().get("guard").equals(candidate.name())
                                && cell.collector().equals("-XX:+UseParallelGC")).map(cell ->
                                cell.threads() + " " + cell.params().get("groups")).toList());
            }
        }
    }

    @Test
    void onlyTheWholeCampaignMeasuresPeers() {
        assertEquals(Guard.names(Guard.portable()), names(guards(Campaign.whole(), any -> true)));
        assertEquals(Guard.names(Guard.of(Guard.Kind.FLOOR, Guard.Kind.OURS)),
                names(guards(Campaign.quick(), any -> true)));
    }

    @Test
    void onlyTheWholeCampaignDrainsAllGuardsThatCanBeDrained() {
        assertEquals(Guard.names(Guard.drained()), names(rows(Campaign.whole(),
                Drain_01_HowLong.class)));
        assertEquals(List.of("KERNEL", "WORD", "SLOTS_POLLED"), names(rows(Campaign.quick(),
                Drain_01_HowLong.class)));
    }

    @Test
    void bothCampaignsMeasureEveryProtocol() {
        for (Campaign campaign : List.of(Campaign.quick(), Campaign.whole())) {
            assertEquals(Protocols.NAMES, rows(campaign, Write_02_WhatTheFixCosts.class)
                    .map(cell -> cell.params().get("protocol")).distinct().toList());
        }
        assertEquals(Protocols.NAMES, rows(Campaign.whole(), Relocation_02_AgainstWriters.class)
                .map(cell -> cell.params().get("protocol")).toList());
    }

    private static Stream<Campaign.Cell> rows(Campaign campaign, Class<?> benchmark) {
        return campaign.cells().stream()
                .filter(cell -> cell.benchmark().equals(benchmark.getSimpleName()));
    }

    private static Stream<Campaign.Cell> guards(Campaign campaign,
            Predicate<Campaign.Cell> condition) {
        return rows(campaign, Guard_01_EnterLeave.class)
                .filter(cell -> cell.method().equals("guard")).filter(condition);
    }

    private static List<String> names(Stream<Campaign.Cell> rows) {
        return rows.map(cell -> cell.params().get("guard")).distinct().toList();
    }

    private static List<String> steps(Campaign campaign) {
        return rows(campaign, Steps_01_WhatTheyCost.class).map(Campaign.Cell::method).toList();
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
