// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import nocowrace.stress.driver.fork.Configuration.Jit;
import nocowrace.stress.driver.fork.Configuration;
import nocowrace.stress.driver.fork.Fork;
import nocowrace.stress.scenario.Scenario;
import org.junit.jupiter.api.Test;

/**
 * In which order cells get their forks, and in which configurations. Breaks if the seed does not
 * decide the order, if cells of one scenario are compared in different configurations, or if a fork
 * that was cut short counts.
 */
class RunOrderTest {

    private static final Map<String, Long> KEEPING = Map.of("NOCOW/KEPT", 1L);

    private static List<String> order(long seed, int rounds) throws IOException {
        List<String> order = new ArrayList<>();
        new Comparison(Scenario.TABLE, name -> true).run(
                new Comparison.Plan(Duration.ZERO, seed, rounds), (test, turn) -> {
                    order.add(test.name());
                    return MadeUp.ok(KEEPING);
                }, new MadeUp.Deaf());
        return order;
    }

    @Test
    void theSeedDecidesTheOrder() throws IOException {
        assertEquals(order(1, 1), order(1, 1));
        assertNotEquals(order(1, 1), order(2, 1));
        assertEquals(Set.copyOf(order(1, 1)), Set.copyOf(order(2, 1)));
    }

    @Test
    void everyCellGetsItsRoundsWhateverTheBudget() throws IOException {
        Map<String, Long> forks = order(1, 3).stream()
                .collect(Collectors.groupingBy(test -> test, Collectors.counting()));
        assertEquals(19, forks.size(), "with the calibration");
        assertEquals(Set.of(3L), Set.copyOf(forks.values()));
    }

    @Test
    void cellsOfAScenarioTakeTheSameConfigurationsInTheSameOrder() throws IOException {
        Map<String, List<Integer>> turns = new HashMap<>();
        new Comparison(Scenario.TABLE, name -> true).run(
                new Comparison.Plan(Duration.ZERO, 1, 3), (test, turn) -> {
                    turns.computeIfAbsent(test.name(), t -> new ArrayList<>()).add(turn);
                    return MadeUp.ok(KEEPING);
                }, new MadeUp.Deaf());
        for (Scenario scenario : Scenario.TABLE) {
            Set<List<Integer>> ofScenario = turns.entrySet().stream()
                    .filter(e -> e.getKey().startsWith(
                            scenario.test(scenario.calibration()).name().replaceAll("\\w+$", "")))
                    .map(Map.Entry::getValue).collect(Collectors.toSet());
            assertEquals(1, ofScenario.size(), scenario + " " + ofScenario);
        }
        assertTrue(turns.values().stream().map(list -> list.get(0)).distinct().count() > 1,
                "and those of different scenarios begin with different ones");
    }

    @Test
    void theSpreadHasBothCompilersTheInterpreterRandomAndBothAffinities() {
        Set<Jit> jits = Configuration.SPREAD.stream().map(Configuration::jit)
                .collect(Collectors.toSet());
        assertTrue(jits.containsAll(Set.of(Jit.TIERED, Jit.C1, Jit.C2_C2, Jit.STRESSED,
                Jit.INTERPRETER_C1)), jits.toString());
        assertEquals(2, Configuration.SPREAD.stream().map(Configuration::pinned).distinct()
                .count());
        assertEquals(Jit.values().length * 4, new TreeSet<>(Configuration.all().stream()
                .map(Configuration::toString).toList()).size());
        assertTrue(Configuration.all().containsAll(Configuration.SPREAD));
    }

    @Test
    void aForkThatWasCutShortDoesNotCount() throws IOException {
        Comparison comparison = new Comparison(Scenario.TABLE, name -> true);
        List<String> begun = new ArrayList<>();
        List<String> ended = new ArrayList<>();
        comparison.run(new Comparison.Plan(Duration.ofMinutes(1), 1, 1), (test, turn) -> {
            begun.add(test.name());
            return begun.size() < 3 ? MadeUp.ok(KEEPING)
                    : new Fork(Fork.Status.FAILED, Map.of(), 1, "killed");
        }, new MadeUp.Deaf() {
            @Override
            public void after(CellRun cell, Fork fork) {
                ended.add(cell.name());
            }

            @Override
            public boolean isStopped() {
                return begun.size() >= 3;
            }
        });
        assertEquals(3, begun.size());
        assertEquals(2, ended.size());
        assertEquals(0, comparison.all().stream().mapToInt(CellRun::failedForks).sum());
    }
}
