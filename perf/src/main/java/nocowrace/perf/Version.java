// SPDX-License-Identifier: Apache-2.0
package nocowrace.perf;

import nocowrace.harness.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {Build.current().toString(),
            "JMH " + org.openjdk.jmh.util.Version.getPlainVersion(),
            "Java " + System.getProperty("java.vendor") + " "
                    + System.getProperty("java.runtime.version")};
    }
}
