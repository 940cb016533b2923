// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

/** Small texts. Breaks if a line is longer than a terminal is wide, or a text is lost in it. */
class TextTest {

    @Test
    void linesFitATerminal() {
        for (String line : List.of("", "short", "word ".repeat(100), "x".repeat(500),
                "on Linux " + "release".repeat(30) + ", amd64, " + "A CPU ".repeat(30))) {
            String wrapped = Text.wrap(line);
            assertTrue(wrapped.lines().allMatch(part -> part.length() <= Text.WIDTH), wrapped);
            assertEquals(line.replace(" ", ""), wrapped.replaceAll("\\s", ""));
        }
    }

    @Test
    void singularAndPlural() {
        assertEquals("0 cells", Text.count(0, "cell"));
        assertEquals("1 cell", Text.count(1, "cell"));
        assertEquals("2 cells", Text.count(2, "cell"));
    }

    @Test
    void aMisspeltWordIsRecognised() {
        List<String> known = List.of("--budget", "--only", "--out", "-q");
        assertEquals(Optional.of("--budget"), Text.nearest("--budgt", known));
        assertEquals(Optional.of("--only"), Text.nearest("--onyl", known));
        assertEquals(Optional.empty(), Text.nearest("--something", known));
        assertEquals(Optional.empty(), Text.nearest("-t", known));
    }

    @Test
    void valuesThatDoNotParseAreRefusedWithoutJava() {
        assertEquals("a|b", new Regex().convert("a|b").pattern());
        assertEquals(-7L, new WholeNumber().convert("-7"));
        for (String refusal : List.of(
                assertThrows(TypeConversionException.class, () -> new Regex().convert("("))
                        .getMessage(),
                assertThrows(TypeConversionException.class, () -> new WholeNumber().convert("1.5"))
                        .getMessage(),
                assertThrows(TypeConversionException.class,
                        () -> new WholeNumber().convert("9".repeat(19))).getMessage())) {
            assertEquals(1, refusal.lines().count(), refusal);
            assertTrue(!refusal.contains("java") && !refusal.contains("long"), refusal);
        }
    }
}
