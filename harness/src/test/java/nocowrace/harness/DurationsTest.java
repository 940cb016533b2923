// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

/** Durations on the command line. Breaks if a common way to write one is refused or misread. */
class DurationsTest {

    private final Durations durations = new Durations();

    @Test
    void commonFormsAreRead() {
        Map.of("500ms", 500L, "0.5s", 500L, "30s", 30_000L, "90s", 90_000L, "10m", 600_000L,
                "1h30m", 5_400_000L, "1m0.25s", 60_250L, "2d", 172_800_000L, "30d", 2_592_000_000L,
                "1.0004s", 1_000L).forEach((text, millis)
                -> assertEquals(Duration.ofMillis(millis), durations.convert(text), text));
    }

    @Test
    void anythingElseIsRefusedInOneLine() {
        for (String text : List.of("", "0s", "0.0001s", "5", "s", "1x", "-1s", "1s1s", "30m1h",
                "1 h", "1,5s", "31d", "29d25h", "9999999999s", "1e3s", "\u0661s", "1h\n")) {
            String refusal = assertThrows(TypeConversionException.class,
                    () -> durations.convert(text), text).getMessage();
            assertTrue(refusal.contains("is not a duration such as 0.5s"), refusal);
        }
    }

    @Test
    void aDurationIsWrittenSoThatItCanBeRead() {
        Map.of(1L, "1s", 59_001L, "1m", 70_000L, "1m10s", 5_400_000L, "1h30m", 86_400_000L, "1d")
                .forEach((millis, text) -> {
                    assertEquals(text, Durations.text(Duration.ofMillis(millis)));
                    assertTrue(durations.convert(text).toMillis() >= millis);
                });
    }
}
