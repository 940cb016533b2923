// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.fork;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the threads of a hung fork were doing, as jcmd tells it. */
final class StackDump {

    /** Longer than any dump; the rest is cut off. */
    private static final int MAX_CHARS = 50_000;

    private static final long SECONDS = 10;

    /** Null until it is taken; written by the watchdog, read once the fork has ended. */
    private volatile String text;

    /** Asks every JVM that this one has started; bounded in time. */
    void take() {
        text = "";
        StringBuilder all = new StringBuilder();
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            all.append(ask(child.pid()));
        }
        text = all.substring(0, Math.min(all.length(), MAX_CHARS));
    }

    boolean isTaken() {
        return text != null;
    }

    /** The dump; says why there is none if so. */
    String text() {
        return text;
    }

    private static String ask(long pid) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        File file = null;
        try {
            file = File.createTempFile("stack", ".txt");
            Process process = new ProcessBuilder(List.of(jcmd.toString(), Long.toString(pid),
                    "Thread.print")).redirectErrorStream(true).redirectOutput(file).start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return Files.readString(file.toPath());
        } catch (IOException e) {
            return "no stack dump: " + e.getMessage() + System.lineSeparator();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "no stack dump: interrupted" + System.lineSeparator();
        } finally {
            if (file != null && !file.delete()) {
                file.deleteOnExit();
            }
        }
    }
}
