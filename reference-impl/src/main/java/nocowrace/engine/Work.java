// SPDX-License-Identifier: Apache-2.0
package nocowrace.engine;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import nocowrace.engine.wait.WaitQueue;

/** What the step of a row does; where it leads is told by the row's exits. */
sealed interface Work<T extends Task> {
    record Goes<T extends Task>(Step.Action<? super T> action) implements Work<T> {
    }

    record Does<T extends Task>(Consumer<? super T> work) implements Work<T> {
    }

    record Asks<T extends Task>(Predicate<? super T> question) implements Work<T> {
    }

    record Picks<T extends Task>(Function<? super T, String> choice) implements Work<T> {
    }

    record Awaits<T extends Task>(Function<? super T, WaitQueue> queue,
            Predicate<? super T> done) implements Work<T> {
    }
}
