// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Edits of several columns at once. Breaks if one reaches too many columns or too few. */
class ColumnsTest {

    private static final Step<Task> A = Step.step("A1", "-", Task::next);
    private static final Step<Task> B = Step.step("B1", "-", Task::next);
    private static final Step<Task> C = Step.step("C1", "-", Task::next);
    private static final Step<Task> D = Step.step("D1", "-", Task::next);
    private static final Step<Task> NOWHERE = Step.step("N1", "-", Task::next);

    private static final Columns START = Columns.NONE.with("one", Column.of(A, B))
            .with("two", Column.of(B, C)).with("three", Column.of(C));

    private static String text(Columns columns) {
        return String.join(" | ", columns.names().stream()
                .map(name -> columns.get(name).entries().toString()).toList());
    }

    private static void refused(Executable edit) {
        assertThrows(IllegalArgumentException.class, edit);
    }

    @Test
    void eachEditReachesTheColumnsThatListTheStep() {
        assertEquals("[A1, B1] | [B1, C1] | [C1]", text(START));
        assertEquals("[A1, B1, D1] | [B1, D1, C1] | [C1]",
                text(START.change().insert(D).after(B).columns()));
        assertEquals("[A1, B1] | [B1, D1, C1] | [D1, C1]",
                text(START.change().insert(D).before(C).columns()));
        assertEquals("[A1] | [C1] | [C1]", text(START.change().remove(B).columns()));
        assertEquals("[A1, D1] | [D1, C1] | [C1]",
                text(START.change().replace(B, D).columns()));
        Columns moved = Columns.NONE.with("one", Column.of(A, B, C)).change().move(A).after(C)
                .columns();
        assertEquals("[B1, C1, A1]", text(moved));
        assertEquals("[B1, A1] | [C1]", text(Columns.NONE.with("one", Column.of(A, B))
                .with("two", Column.of(C)).change().move(A).after(B).columns()));
        Columns branched = START.change().branch("three", D).columns();
        assertEquals("[A1, B1] | [B1, C1] | [C1, D1]", text(branched));
        Columns redirected = START.change().redirect(B, D).columns();
        assertSame(D, redirected.get("one").resolve(A, B));
        assertSame(D, redirected.get("two").first());
        assertEquals("[A1, B1] | [B1, C1] | [C1]", text(START), "nothing changes what was");
    }

    @Test
    void anEditWithoutEffectIsRefused() {
        refused(() -> START.change().remove(NOWHERE));
        refused(() -> START.change().remove(C).insert(D).after(C));
        refused(() -> START.change().insert(D).after(NOWHERE));
        refused(() -> START.change().insert(A).after(B));
        refused(() -> START.change().replace(NOWHERE, D));
        refused(() -> START.change().replace(B, B));
        refused(() -> START.change().redirect(B, B));
        refused(() -> START.change().redirect(NOWHERE, B));
        refused(() -> START.change().move(NOWHERE).after(B));
        Columns one = Columns.NONE.with("one", Column.of(A, B, C));
        refused(() -> one.change().move(B).after(A));
        refused(() -> one.change().move(B).before(C));
        refused(() -> one.change().redirect(A, D).redirect(A, D));
        refused(() -> START.change().branch("four", D));
        refused(() -> START.change().remove(A, B));
        refused(() -> START.change().replace(B));
        refused(() -> Columns.NONE.with("one", Column.of(A, B)).with("two", Column.of(A, C))
                .change().move(A).after(B));
        assertThrows(IllegalStateException.class, () -> {
            Columns.Change change = START.change();
            change.insert(D);
            change.columns();
        });
        Table<Task> unresolved = new Table<>();
        Step<Task> entry = unresolved.entry("X1", Row.does("", "-", task -> { }));
        refused(() -> START.change().redirect(B, entry));
    }

    @Test
    void columnsHaveNames() {
        refused(() -> START.with("one", Column.of(D)));
        String message = assertThrows(IllegalArgumentException.class, () -> START.get("four"))
                .getMessage();
        assertTrue(message.contains("four") && message.contains("three"), message);
    }
}
