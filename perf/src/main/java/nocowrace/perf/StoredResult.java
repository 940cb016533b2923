// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.Aggregator;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.util.ListStatistics;
import org.openjdk.jmh.util.SingletonStatistics;
import org.openjdk.jmh.util.Statistics;

/**
 * The score of one iteration that was read back from a file. JMH aggregates it as it aggregates
 * the one that was written: the score of a fork is made from those of its iterations.
 */
final class StoredResult extends Result<StoredResult> {
    private static final long serialVersionUID = 1;

    /** Events of a whole fork; every other score is a mean. */
    private static final Collection<String> SUMMED = List.of("gc.count", "gc.time");

    /**
     * A score.
     *
     * @param score in the unit
     * @param unit such as ns/op
     */
    StoredResult(ResultRole role, String label, double score, String unit) {
        this(role, label, new SingletonStatistics(score), unit);
    }

    private StoredResult(ResultRole role, String label, Statistics scores, String unit) {
        super(role, label, scores, unit,
                SUMMED.contains(label) ? AggregationPolicy.SUM : AggregationPolicy.AVG);
    }

    @Override
    protected Aggregator<StoredResult> getThreadAggregator() {
        return StoredResult::aggregate;
    }

    @Override
    protected Aggregator<StoredResult> getIterationAggregator() {
        return StoredResult::aggregate;
    }

    private static StoredResult aggregate(Collection<StoredResult> results) {
        StoredResult any = results.iterator().next();
        return new StoredResult(any.role, any.label, new ListStatistics(
                results.stream().mapToDouble(StoredResult::getScore).toArray()), any.unit);
    }

    /** Stands for an iteration that has no such score. */
    @Override
    protected StoredResult getZeroResult() {
        return new StoredResult(role, label, 0, unit);
    }
}
