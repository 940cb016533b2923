// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The table after a run. Breaks if it is wider than a terminal, or leaves a row out. */
class OverheadTableTest {

    @Test
    void everyLineFitsEightyColumns() {
        List<Row> rows = new ArrayList<>();
        double cost = 1;
        for (Guard guard : Guard.all()) {
            cost *= 1.5;
            rows.add(Samples.guard(guard, 1, 8.12 * cost, 9 * cost, 10 * cost * cost));
            rows.add(Samples.guard(guard, 2, 3, 4, 5));
        }
        rows.add(Samples.row("storeLoad", Map.of(), 1, 2, 2, 2));
        rows.add(Samples.row("m", Map.of("protocol", "g".repeat(100), "p", "v ".repeat(90)), 9, 1));
        String table = OverheadTable.render(Overhead.of(rows), false);
        table.lines().forEach(line -> assertTrue(line.length() <= 80, line));
        assertEquals(100, table.lines().filter(line -> line.matches(" g{17,}( .*)?| g{1,19}"))
                .mapToLong(line -> line.chars().filter(c -> c == 'g').count()).sum(), table);
        for (Guard guard : Guard.all()) {
            assertEquals(2, table.lines().filter(line ->
                    line.startsWith(" " + guard.name() + " ")).count(), table);
        }
        assertTrue(table.contains("one word costs at most 0.75 x"), table);
    }

    @Test
    void missingTargetsAreExplained() {
        String table = OverheadTable.render(Overhead.of(List.of(
                Samples.row("floor", Map.of(), 1, 1, 1, 1))), false);
        assertTrue(table.contains("No targets: the rows that they compare were not run."), table);
    }
}
