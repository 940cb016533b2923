// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One of several parts of the work, each on a machine of its own.
 *
 * @param index which, from 1
 * @param count of how many; at least index
 */
public record Shard(int index, int count) {

    /** All of it. */
    public static final Shard WHOLE = new Shard(1, 1);

    /** Which part, from 0: Kubernetes sets it for the pods of an Indexed Job. */
    public static final String VARIABLE = "JOB_COMPLETION_INDEX";

    private static final Pattern FORM = Pattern.compile("(auto|\\d{1,6})/(\\d{1,6})");

    /**
     * Reads 2/3, or auto/3, where the engine says which.
     *
     * @param text what the user said
     * @param variables the environment's
     * @return the part
     * @throws TypeConversionException if there is no such shard
     */
    public static Shard parse(String text, Map<String, String> variables) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + text
                    + "' is not a shard such as 2/3 or auto/3");
        }
        int count = Integer.parseInt(matcher.group(2));
        int index;
        if (matcher.group(1).equals("auto")) {
            String value = variables.getOrDefault(VARIABLE, "");
            if (!value.matches("\\d{1,6}")) {
                throw new TypeConversionException("'" + text + "' needs a number from 0 in "
                        + VARIABLE + ", which is '" + value + "'");
            }
            index = Integer.parseInt(value) + 1;
        } else {
            index = Integer.parseInt(matcher.group(1));
        }
        if (index < 1 || index > count) {
            throw new TypeConversionException("'" + text + "' is no shard: " + index
                    + " is not within 1 to " + count);
        }
        return new Shard(index, count);
    }

    /** Whether a results file can have this as its shard, which is a number in any case. */
    static boolean isValid(String text) {
        try {
            return text != null && !text.startsWith("auto") && parse(text, Map.of()).index() > 0;
        } catch (TypeConversionException e) {
            return false;
        }
    }

    /**
     * The part's share: neighbours stay together, and every element is in one part.
     *
     * @param <T> type of the elements
     * @param all in an order on which all parts agree
     * @return a view of some of them; may be empty
     */
    public <T> List<T> of(List<T> all) {
        return all.subList(start(index - 1, all.size()), start(index, all.size()));
    }

    private int start(int part, int size) {
        return (int) ((long) part * size / count);
    }

    @Override
    public String toString() {
        return index + "/" + count;
    }

    /** As an option's value. */
    public static final class Converter implements ITypeConverter<Shard> {
        @Override
        public Shard convert(String value) {
            return parse(value, System.getenv());
        }
    }
}
