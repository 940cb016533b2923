// SPDX-License-Identifier: Apache-2.0
package nocowrace.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The protocols are changes of one another; here is what comes of them, step by step. Breaks if a
 * change reaches one column too many or too few, or if the README no longer quotes the fix.
 */
class ProtocolTest {

    private static void columns(Protocol protocol, String relocation, String direct,
            String buffered) {
        assertEquals(relocation, entries(protocol, Protocol.RELOCATION));
        assertEquals(direct, entries(protocol, Protocol.DIRECT_WRITE));
        assertEquals("B1 " + buffered, entries(protocol, Protocol.BUFFERED_WRITE));
        assertEquals(buffered, entries(protocol, Protocol.WRITEBACK));
    }

    private static String entries(Protocol protocol, String task) {
        return String.join(" ", protocol.column(task).entries().stream().map(String::valueOf)
                .toList());
    }

    @Test
    void whatEachProtocolLists() {
        columns(Protocol.V4_6, "R0 R1 R2 F1 R5 R6 R7 R8 R9 R10 R11",
                "W1 W2 W3 W5 W7 W8 W9 W10 W11 C1 C2 C3 C5 C6 C8 C9 C10 C11 C12",
                "B2 B3 B4 B5 B7 B8 B9 B11 B12 B13 C2 C3 C5 C6 C8");
        columns(Protocol.BEFORE_FIX, "R0 R1 R2 R3 R5 R6 R7 R8 R9 R10 R11",
                "W1 W2 W3 W5 W7 W8 W9 W10 W11 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12",
                "B2 B3 B4 B5 B7 B8 B9 B11 B12 B13 C2 C3 C4 C5 C6 C7 C8");
        columns(Protocol.AFTER_FIX, "R0 R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11",
                "W1 W2 W3 W4 W5 W6 W7 W8 W9 W10 W11 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12",
                "B2 B3 B4 B5 B6 B7 B8 B9 B10 B11 B12 B13 C2 C3 C4 C5 C6 C7 C8");
        for (Protocol form : Protocol.laterForms()) {
            columns(form, "R0 R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11",
                    "W1 W2 W3 W4 W5 W6h W7 W8 W9 W10 W11 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12",
                    "B2 B3 B4 B5 B6 B7 B8 B9 B10h B11 B12 B13 C2 C3 C4 C5 C6 C7 C8");
        }
    }

    @Test
    void theReadmeQuotesTheFix() throws IOException {
        String code = Files.readString(Path.of("src/main/java/nocowrace/model/Protocol.java"));
        Matcher fix = Pattern.compile("public static final (Protocol AFTER_FIX = .*?\\.done\\(\\);)",
                Pattern.DOTALL).matcher(code);
        assertTrue(fix.find());
        String quotation = fix.group(1).replaceAll("\\n {8}", "\n");
        assertEquals(7, quotation.lines().count(), "five lines, and one before and behind");
        assertEquals(5, quotation.lines().filter(line -> line.contains(".insert(")).count());
        String readme = Files.readString(Path.of("..", "README.md"));
        assertTrue(readme.contains("```java\n" + quotation + "\n```"), "as in Protocol:\n"
                + quotation);
    }

    /** Labels of entries and of their smaller steps, in all protocols. */
    @Test
    void aLabelNamesOneStep() {
        List<?> steps = Stream.concat(Protocol.all().stream(), Protocol.laterForms().stream())
                .flatMap(protocol -> protocol.columns().names().stream().map(protocol::column))
                .flatMap(column -> column.steps().stream()).distinct().toList();
        assertEquals(steps.size(), new TreeSet<>(steps.stream().map(String::valueOf).toList())
                .size());
        assertTrue(steps.size() > 100);
    }

    @Test
    void aChangeThatChangesNothingIsRefused() {
        Class<IllegalArgumentException> type = IllegalArgumentException.class;
        assertThrows(type, () -> Protocol.AFTER_FIX.change("same").done());
        assertThrows(type, () -> Protocol.AFTER_FIX.change("same")
                .guard(Protocol.AFTER_FIX.guard()));
        String message = assertThrows(type, () -> Protocol.AFTER_FIX.column("scrub"))
                .getMessage();
        assertTrue(message.contains("scrub") && message.contains("relocation"), message);
    }
}
