// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import java.util.Locale;
import nocowrace.engine.ablate.Ablation;
import nocowrace.harness.Text;
import nocowrace.model.Protocol;
import nocowrace.stress.ablation.Ablations;
import nocowrace.stress.scenario.Race;
import nocowrace.stress.scenario.Scenario;
import picocli.CommandLine.Command;

/** Lists what there is. */
@Command(name = "list", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "Lists scenarios and protocols, ablations, and what is expected of each.")
public final class ListCommand implements Runnable {

    @Override
    public void run() {
        for (Scenario scenario : Scenario.values()) {
            for (Protocol protocol : Protocol.all()) {
                System.out.printf(Locale.ROOT, "%-32s%s%s%n", scenario.id() + "/" + protocol.name(),
                        scenario.isBroken(protocol) ? "broken" : "safe",
                        scenario.isStressed() ? "" : ", explore only");
            }
        }
        for (Ablation<Protocol, Race> ablation : Ablations.all()) {
            System.out.println(Text.wrap(String.format(Locale.ROOT, "%-8s%-12s%s", ablation.id(),
                    ablation.expected(), ablation.phrase())));
        }
    }
}
