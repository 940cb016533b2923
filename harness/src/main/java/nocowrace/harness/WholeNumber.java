// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A whole number as an option's value. */
public final class WholeNumber implements ITypeConverter<Long> {

    /**
     * Reads it.
     *
     * @param value as the user typed it
     * @throws TypeConversionException if it is none, or has more than 18 digits
     */
    @Override
    public Long convert(String value) {
        if (!value.matches("-?[0-9]{1,18}")) {
            throw new TypeConversionException("'" + value + "' is not a whole number");
        }
        return Long.valueOf(value);
    }
}
