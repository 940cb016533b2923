// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import nocowrace.harness.Build;
import picocli.CommandLine.IVersionProvider;

/** Name, version, revision, and what it runs on. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {Build.current() + ", JCStress 0.16, Java " + Runtime.version()};
    }
}
