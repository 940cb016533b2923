// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A regular expression as an option's value. */
public final class Regex implements ITypeConverter<Pattern> {

    /**
     * Compiles it.
     *
     * @param value as the user typed it
     * @throws TypeConversionException if it is none; says why in one line
     */
    @Override
    public Pattern convert(String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new TypeConversionException("'" + value + "' is not a regular expression: "
                    + e.getDescription());
        }
    }
}
