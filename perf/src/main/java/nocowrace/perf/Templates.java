// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Text files that are part of the program. */
final class Templates {

    private Templates() {
    }

    static String text(String name) {
        try (InputStream in = Templates.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
