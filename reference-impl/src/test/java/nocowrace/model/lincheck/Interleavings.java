// SPDX-License-Identifier: Apache-2.0
package nocowrace.model.lincheck;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.ResultWithClock;
import org.jetbrains.kotlinx.lincheck.util.LincheckResult;
import org.jetbrains.kotlinx.lincheck.util.ValueResult;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.verifier.Verifier;

/**
 * What Lincheck finds when it takes the threads of a scenario through orders of their accesses to
 * shared memory, sequentially consistent, one order after another and none twice.
 *
 * <p>A scenario is a public class with methods {@code cpu1}, {@code cpu2}, ..., each called once on
 * a thread of its own, then {@code atRest}. An object serves one order. Each method returns in
 * words what it saw, so that noting it costs no access to memory; these words, joined, are the
 * outcome. An exception is an outcome too, and no table lists it: none is lost in its thread.
 *
 * <p>Scenarios keep what they share in final fields, for Lincheck counts no reads of those.
 *
 * <p>Lincheck transforms a class when transformed code makes an object of it. A lambda in a
 * scenario is such code; a constructor reference is not, and what it makes would be left out of the
 * search in silence, or hang it.
 *
 * @param orders orders tried, a count
 * @param exhausted whether these are all: the search ended by itself below its bound, and found
 *         nothing forbidden
 * @param outcomes what happened in them
 * @param forbidden the outcome that no row of the table has, at which the search ended; or null
 * @param trace the order that leads there, as a table; or null
 */
record Interleavings(int orders, boolean exhausted, Set<String> outcomes, String forbidden,
        String trace) {

    /**
     * Counts and collects outside the model, since Lincheck takes back what happens in it. One
     * search at a time.
     */
    public static final class Tally implements Verifier {

        private static Set<String> table;
        private static int orders;
        private static Set<String> outcomes;

        /**
         * For Lincheck.
         *
         * @param scenario not used
         */
        public Tally(Class<?> scenario) {
        }

        private static void clear(Set<String> rows) {
            table = rows;
            orders = 0;
            outcomes = new TreeSet<>();
        }

        @Override
        public boolean verifyResults(ExecutionScenario scenario, ExecutionResult result) {
            String outcome = Stream.concat(
                    result.getParallelResultsWithClock().stream()
                            .flatMap(List::stream).map(ResultWithClock::getResult),
                    result.getPostResults().stream())
                    .map(Tally::words).collect(Collectors.joining(", "));
            orders++;
            outcomes.add(outcome);
            return table.contains(outcome);
        }

        private static String words(LincheckResult result) {
            return result instanceof ValueResult value ? (String) value.getValue()
                    : result.toString();
        }
    }

    /**
     * Searches.
     *
     * @param scenario whose threads
     * @param table the outcomes that may be; the search ends at another one
     * @param bound orders, a count, after which it ends in any case
     * @param atomic classes whose methods are taken as one access each. Lincheck then ignores the
     *         monitors inside: only for classes that nobody else locks
     * @return what it found
     */
    static Interleavings of(Class<?> scenario, Set<String> table, int bound,
            Class<?>... atomic) {
        ModelCheckingOptions options = new ModelCheckingOptions();
        options.addCustomScenario(new ExecutionScenario(
                List.of(),
                Arrays.stream(scenario.getMethods()).map(Method::getName)
                        .filter(name -> name.startsWith("cpu")).sorted()
                        .map(name -> List.of(actor(scenario, name))).toList(),
                List.of(actor(scenario, "atRest")), null));
        options.iterations(0).invocationsPerIteration(bound).minimizeFailedScenario(false);
        options.verifier(Tally.class);
        for (Class<?> each : atomic) {
            options.addGuarantee(ManagedStrategyGuaranteeKt.forClasses(each.getName())
                    .allMethods().treatAsAtomic());
        }
        Tally.clear(table);
        String trace = null;
        try {
            options.check(scenario);
        } catch (LincheckAssertionError failure) {
            trace = failure.getMessage();
        }
        String forbidden = Tally.outcomes.stream().filter(outcome -> !table.contains(outcome))
                .findFirst().orElse(trace == null ? null : "no outcome");
        return new Interleavings(Tally.orders, trace == null && Tally.orders < bound,
                Tally.outcomes, forbidden, trace);
    }

    private static Actor actor(Class<?> scenario, String name) {
        try {
            return new Actor(scenario.getMethod(name), List.of());
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
