// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import org.apache.commons.text.WordUtils;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Text for a terminal of the usual width. */
public final class Text {

    /** Columns of a terminal that has not been resized. */
    public static final int WIDTH = 80;

    /** Starts all lines of a paragraph but the first. */
    private static final String INDENT = "  ";

    private Text() {
    }

    /**
     * Breaks a line between words, or within a word that is longer than a line.
     *
     * @param line any text without line ends; may be empty
     * @return lines of at most {@link #WIDTH} characters, without a line end after the last
     */
    public static String wrap(String line) {
        return wrap(line, WIDTH);
    }

    /**
     * Breaks a line as {@link #wrap(String)} does.
     *
     * @param line any text without line ends; may be empty
     * @param width most characters of a line, at least 10
     */
    public static String wrap(String line, int width) {
        return line.length() <= width ? line : WordUtils.wrap(line, width - INDENT.length(),
                System.lineSeparator() + INDENT, true);
    }

    /**
     * The word that a user may have meant.
     *
     * @param word as it was typed
     * @param known words that would have been understood
     * @return the nearest one; empty if none differs in at most a third of its letters
     */
    public static Optional<String> nearest(String word, Collection<String> known) {
        return known.stream().filter(other -> distance(word, other) <= other.length() / 3)
                .min(Comparator.comparingInt(other -> distance(word, other)));
    }

    private static int distance(String word, String other) {
        return LevenshteinDistance.getDefaultInstance().apply(word, other);
    }

    /**
     * A count with its noun.
     *
     * @param count at least 0
     * @param singular form of the noun
     * @return "1 cell", "2 cells"
     */
    public static String count(long count, String singular) {
        return count + " " + singular + (count == 1 ? "" : "s");
    }
}
