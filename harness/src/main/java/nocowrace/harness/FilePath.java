// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The path of a file or folder as an option's value. */
public final class FilePath implements ITypeConverter<Path> {

    /**
     * Reads it.
     *
     * @param value as the user typed it
     * @throws TypeConversionException if it is empty, or has characters that the JVM cannot write
     *         in this locale
     */
    @Override
    public Path convert(String value) {
        try {
            if (!value.isEmpty()) {
                return Path.of(value);
            }
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + value + "' is not a path in this locale; "
                    + "LC_ALL=C.UTF-8 may help");
        }
        throw new TypeConversionException("an empty path is given");
    }
}
