// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the steps of some rows. */
final class Rows<T extends Task> {
    private final Step<T> of;
    private final boolean entry;
    private final Map<String, Step<?>> names;
    private final List<Step.Unresolved<T>> made = new ArrayList<>();

    /** For the rows of an entry, or for further ones, each of which has a word. */
    Rows(Step<T> of, boolean entry, Map<String, Step<?>> names) {
        this.of = of;
        this.entry = entry;
        this.names = names;
    }

    List<Step.Unresolved<T>> make(List<Row<T>> rows) {
        List<Step<T>> steps = new ArrayList<>();
        for (Row<T> row : rows) {
            boolean first = entry && steps.isEmpty();
            if (row.word.equals(Row.FIRST) != first) {
                throw new IllegalArgumentException(first ? of + " has no first row"
                        : "a row of " + of + " has no word");
            }
            steps.add(first ? of : part(row.word, row.function));
        }
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("no row of " + of);
        }
        for (int i = 0; i < rows.size(); i++) {
            Row.Exit<T> below = i + 1 < rows.size() ? Row.Exit.to(steps.get(i + 1))
                    : Row.Exit.to(Row.NEXT);
            set(steps.get(i), rows.get(i), rows.get(i).exits.stream()
                    .map(exit -> exit.isBelow() ? below : exit).toList());
        }
        return made;
    }

    private Step<T> part(String word, String function) {
        if (!word.matches("[a-z]+")) {
            throw new IllegalArgumentException("the word '" + word + "' of a row of " + of
                    + " is not of small letters");
        }
        if (of.find(word) != null) {
            throw new IllegalArgumentException("two rows " + of.entry() + "." + word);
        }
        return put(word, new Step<>(of.label() + "." + word, function, false, of.entry(), null));
    }

    private Step<T> put(String word, Step<T> step) {
        if (names.putIfAbsent(word, step) != null) {
            throw new IllegalArgumentException("two rows " + step.label());
        }
        return step;
    }

    private void set(Step<T> step, Row<T> row, List<Row.Exit<T>> exits) {
        if (row.work instanceof Work.Awaits<T> wait) {
            setWait(step, row, wait, exits.get(0));
            return;
        }
        if (row.work instanceof Work.Goes<T> goes) {
            step.action = goes.action();
        } else if (row.work instanceof Work.Does<T> does) {
            step.work = does.work();
        } else if (row.work instanceof Work.Asks<T> asks) {
            step.question = asks.question();
        } else if (row.work instanceof Work.Picks<T> picks) {
            step.choice = picks.choice();
        }
        made.add(new Step.Unresolved<>(step, exits));
    }

    /** A wait: this look; then enqueue, look again, sleep until woken, and so on. */
    private void setWait(Step<T> step, Row<T> row, Work.Awaits<T> wait, Row.Exit<T> then) {
        String words = row.word.equals(Row.FIRST) ? "" : row.word + ".";
        Step<T> enqueue = waiting(step, words + "enqueue", "prepare_to_wait", false);
        Step<T> look = waiting(step, words + "look", step.function(), false);
        Step<T> sleep = waiting(step, words + "sleep", "schedule", true);
        step.question = wait.done();
        enqueue.work = task -> wait.queue().apply(task).add(task);
        look.question = task -> {
            if (!wait.done().test(task)) {
                return false;
            }
            wait.queue().apply(task).remove(task);
            return true;
        };
        sleep.question = Task::sleep;
        made.add(new Step.Unresolved<>(step, List.of(then, Row.Exit.to(enqueue))));
        made.add(new Step.Unresolved<>(enqueue, List.of(Row.Exit.to(look))));
        made.add(new Step.Unresolved<>(look, List.of(then, Row.Exit.to(sleep))));
        made.add(new Step.Unresolved<>(sleep, List.of(Row.Exit.to(enqueue), Row.Exit.to(sleep))));
    }

    private Step<T> waiting(Step<T> first, String words, String function, boolean asleep) {
        return put(words, new Step<>(of.label() + "." + words, function, asleep, of.entry(),
                first));
    }
}
