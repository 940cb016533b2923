// SPDX-License-Identifier: Apache-2.0
package nocowrace.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The build of this program.
 *
 * @param version of the project
 * @param revision abbreviated hash of the git commit, with "-dirty" if files differed from it;
 *        "unknown" if it was built outside a git repository
 */
public record Build(String version, String revision) {

    private static final Build THIS = read();

    /** The build that is running. */
    public static Build current() {
        return THIS;
    }

    /** Name and version, as results files carry it. */
    public String program() {
        return "nocowrace " + version;
    }

    private static Build read() {
        Properties properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String revision = properties.getProperty("revision");
        if (revision.isEmpty() || revision.contains("$")) { // not filled in: no repository
            revision = "unknown";
        } else if (properties.getProperty("dirty").equals("true")) {
            revision += "-dirty";
        }
        return new Build(properties.getProperty("version"), revision);
    }

    @Override
    public String toString() {
        return program() + " (revision " + revision + ")";
    }
}
