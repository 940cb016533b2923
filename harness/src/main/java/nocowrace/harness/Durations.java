// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Durations as users write them: 500ms, 0.5s, 90s, 10m, 1h30m, 2d. */
public final class Durations implements ITypeConverter<Duration> {

    /** Longest duration that an option accepts. */
    private static final Duration LONGEST = Duration.ofDays(30);

    private static final Map<String, Long> MILLIS = Map.of("ms", 1L, "s", 1_000L, "m", 60_000L,
            "h", 3_600_000L, "d", 86_400_000L);

    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART + ")+");

    /**
     * Reads a duration.
     *
     * @param value parts such as 1h and 30m, largest unit first, without spaces
     * @return at least 1 ms, at most 30 days
     * @throws TypeConversionException if it is none
     */
    @Override
    public Duration convert(String value) {
        BigDecimal millis = BigDecimal.ZERO;
        long unit = Long.MAX_VALUE;
        boolean valid = WHOLE.matcher(value).matches();
        for (Matcher part = PART.matcher(value); valid && part.find();) {
            long smaller = MILLIS.get(part.group(2));
            valid = smaller < unit;
            unit = smaller;
            millis = millis.add(new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit)));
        }
        if (!valid || millis.compareTo(BigDecimal.valueOf(LONGEST.toMillis())) > 0
                || millis.compareTo(BigDecimal.ONE) < 0) {
            throw new TypeConversionException("'" + value
                    + "' is not a duration such as 0.5s, 30s, 10m or 1h30m, up to 30d");
        }
        return Duration.ofMillis(millis.setScale(0, RoundingMode.HALF_UP).longValueExact());
    }

    /**
     * Writes a duration as an option accepts it, rounded up to whole seconds: 45s, 10m, 1h30m.
     *
     * @param duration more than 0
     */
    public static String text(Duration duration) {
        long seconds = duration.plusSeconds(1).minusNanos(1).toSeconds();
        StringBuilder text = new StringBuilder();
        long[] sizes = {86_400, 3_600, 60, 1};
        String[] units = {"d", "h", "m", "s"};
        for (int i = 0; i < sizes.length; i++) {
            if (seconds / sizes[i] > 0) {
                text.append(seconds / sizes[i]).append(units[i]);
            }
            seconds %= sizes[i];
        }
        return text.toString();
    }
}
