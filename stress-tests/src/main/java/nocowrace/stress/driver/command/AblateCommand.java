// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import nocowrace.harness.Durations;
import nocowrace.harness.Environment;
import nocowrace.harness.ExitCode;
import nocowrace.harness.Interruption;
import nocowrace.harness.Output;
import nocowrace.harness.Regex;
import nocowrace.harness.RunFolder;
import nocowrace.harness.Text;
import nocowrace.harness.UsageException;
import nocowrace.model.Protocol;
import nocowrace.stress.ablation.Ablated;
import nocowrace.stress.ablation.Ablations;
import nocowrace.stress.driver.fork.Configuration;
import nocowrace.stress.driver.fork.Forks;
import nocowrace.stress.driver.report.Drawing;
import nocowrace.stress.driver.report.Json;
import nocowrace.stress.driver.verdict.AblatedCell;
import nocowrace.stress.driver.verdict.Tally;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Takes one thing out of the fix at a time and shows what that costs. */
@Command(name = "ablate", mixinStandardHelpOptions = true, versionProvider = Version.class,
        sortOptions = false,
        description = {"Takes one thing out of the fix, or misplaces it, and looks what comes of "
                + "it: in every order of the steps, which decides, and on real CPUs, which bear "
                + "witness.", "",
            "killed      fails, and as the matrix says",
            "equivalent  cannot fail, as the matrix says",
            "survived    should fail, and cannot",
            "wrong       fails, but not as the matrix says",
            "not seen    only stressed, and not seen to fail, which proves nothing", ""})
public final class AblateCommand implements Callable<Integer> {

    /** Which engines are asked. */
    enum Engine {
        EXPLORE, STRESS, BOTH
    }

    /** Far more than any of them has. */
    private static final int MAX_STATES = 1_000_000;

    @Option(names = "--only", paramLabel = "REGEX", converter = Regex.class,
            description = "Ablations to look at: those whose id and phrase have a match. "
                    + "Default: all.")
    private Pattern only;

    @Option(names = "--form", paramLabel = "FORM", defaultValue = "after-fix",
            converter = FormConverter.class, completionCandidates = FormNames.class,
            description = "What is ablated: the fix, and in addition the guards of no kernel; or a "
                    + "later form of the fix, its columns and its guard. One of: "
                    + "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Protocol form;

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = "both",
            description = "explore, stress or both. Default: ${DEFAULT-VALUE}.")
    private Engine engine;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = "4s",
            converter = Durations.class,
            description = "Time for the forks of each, until it fails; at least one. Default: "
                    + "${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(names = "--diagram",
            description = "Draws the shortest order in which each of them fails.")
    private boolean diagram;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws IOException {
        List<AblatedCell> cells = Ablations.of(form).stream()
                .filter(ablation -> only == null || only.matcher(ablation.toString()).find())
                .map(AblatedCell::new).toList();
        if (cells.isEmpty()) {
            throw new UsageException("--only " + only + " matches no ablation of " + form
                    + "; the list command shows them");
        }
        common.check(List.of());
        try (RunFolder folder = common.open("ablate");
                Interruption interruption = Interruption.install()) {
            return new Session(folder, cells, interruption).run();
        }
    }

    /** The work of a run in its folder. */
    private final class Session {
        private final RunFolder folder;
        private final List<AblatedCell> cells;
        private final Interruption interruption;
        private final String date = Json.now();

        Session(RunFolder folder, List<AblatedCell> cells, Interruption interruption) {
            this.folder = folder;
            this.cells = cells;
            this.interruption = interruption;
        }

        int run() throws IOException {
            String trouble = null;
            try (Display display = Display.on(System.err, common.isQuiet())) {
                if (engine != Engine.STRESS) {
                    Work.run(cells, Runtime.getRuntime().availableProcessors(),
                            cell -> "exploring " + cell.ablation(),
                            cell -> cell.explore(MAX_STATES), cell -> write(), display,
                            interruption);
                }
                if (engine != Engine.EXPLORE && !interruption.isRequested()) {
                    stress(display);
                }
                write();
            } catch (IOException e) { // such as a full disk: print what there is
                trouble = e.getMessage();
            }
            if (trouble == null && !isComplete(cells, engine)) {
                trouble = "stopped before its time: of " + Text.count(cells.size(), "ablation")
                        + " " + cells.stream().filter(AblatedCell::isExplored).count()
                        + " were explored, "
                        + cells.stream().filter(AblatedCell::isStressed).count() + " stressed";
            }
            Output.print(common.isJsonPrinted() ? json(form, cells, engine, date)
                    : text(begun(cells), trouble));
            return trouble != null ? ExitCode.HARNESS_FAILED : exitCode(cells);
        }

        /** Replaces the file by what has been found so far. */
        private void write() throws IOException {
            common.write(folder, Map.of("ablate.json", () -> json(form, cells, engine, date)));
        }

        private void stress(Display display) throws IOException {
            display.probing(budget.multipliedBy(cells.size()), "results in " + folder.path());
            Forks forks = Forks.prepare(Configuration.SPREAD, true, false, Forks.WATCHDOG);
            for (AblatedCell cell : cells) {
                display.show("stressing " + cell.ablation());
                cell.stress(budget, interruption::isRequested, (ablation, race) -> forks.run(
                        Ablated.class.getName(), List.of("-D" + Ablated.FORM + "=" + form.name(),
                                "-D" + Ablated.ABLATION + "=" + ablation.id(),
                                "-D" + Ablated.RACE + "=" + race)));
                if (interruption.isRequested()) {
                    return;
                }
                cell.troubles().forEach(trouble -> display.say(cell.ablation().id()
                        + ": fork " + trouble));
                write();
            }
        }
    }

    /** The ablations that at least one engine has looked at. */
    static List<AblatedCell> begun(List<AblatedCell> cells) {
        return cells.stream().filter(cell -> cell.isExplored() || cell.isStressed()).toList();
    }

    /** Whether each chosen engine has looked at all of them. */
    static boolean isComplete(List<AblatedCell> cells, Engine engine) {
        return cells.stream().allMatch(cell -> (engine == Engine.STRESS || cell.isExplored())
                && (engine == Engine.EXPLORE || cell.isStressed()));
    }

    /** The names of all forms. */
    static final class FormNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Ablations.forms().stream().map(Protocol::name).iterator();
        }
    }

    /** Reads the name of a form. */
    static final class FormConverter implements ITypeConverter<Protocol> {
        @Override
        public Protocol convert(String value) {
            try {
                return Ablations.form(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    static int exitCode(List<AblatedCell> cells) {
        if (cells.stream().anyMatch(cell -> !cell.troubles().isEmpty())) {
            return ExitCode.HARNESS_FAILED;
        }
        return cells.stream().allMatch(AblatedCell::isAsExpected) ? 0 : ExitCode.VERDICT_FAILED;
    }

    private String text(List<AblatedCell> cells, String trouble) {
        String nl = System.lineSeparator();
        StringBuilder text = new StringBuilder("ablated: ").append(form).append(nl)
                .append(table(cells)).append(nl);
        if (diagram) {
            cells.forEach(cell -> Drawing.of(cell).ifPresent(order -> text.append(nl)
                    .append(cell.ablation()).append(". ").append(cell.ablation().why()).append(nl)
                    .append(nl).append(order.text())));
            text.append(nl);
        }
        summary(cells, text);
        String verdict = switch (exitCode(cells)) {
            case ExitCode.OK -> "pass: every ablation is as expected";
            case ExitCode.VERDICT_FAILED -> "fail: an ablation is not as expected";
            default -> "fail: something did not run";
        };
        return text.append(trouble == null ? verdict : Text.wrap("fail: " + trouble)).append(nl)
                .toString();
    }

    /** Fits 80 columns, with or without the column of the stress runs. */
    private static String table(List<AblatedCell> cells) {
        boolean stressed = cells.stream().anyMatch(AblatedCell::isStressed);
        List<Column> columns = new ArrayList<>(List.of(left("id", 7),
                left("what is changed", stressed ? 23 : 38), left("explored", 15)));
        if (stressed) {
            columns.add(left("stressed", 14));
        }
        columns.add(left("verdict", 15));
        Object[][] rows = cells.stream().map(cell -> {
            List<Object> row = new ArrayList<>(List.of(cell.ablation().id(),
                    cell.ablation().phrase(), String.join(" ", cell.explored())));
            if (stressed) {
                row.add(stressed(cell));
            }
            row.add(cell.words() + expected(cell));
            return row.toArray();
        }).toArray(Object[][]::new);
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII, columns.toArray(Column[]::new), rows);
    }

    private static Column left(String head, int width) {
        return new Column().header(head).maxWidth(width).minWidth(width)
                .dataAlign(HorizontalAlign.LEFT);
    }

    private static String expected(AblatedCell cell) {
        String expected = cell.ablation().expected();
        return cell.words().equals(expected) ? "" : System.lineSeparator() + "expected " + expected;
    }

    private static String stressed(AblatedCell cell) {
        return cell.isStressed() ? Tally.number(cell.bad()) + " bad" + System.lineSeparator()
                + "of " + Tally.number(cell.samples()) : "-";
    }

    private static void summary(List<AblatedCell> cells, StringBuilder text) {
        text.append(String.format(Locale.ROOT, "%s: %d killed, %d equivalent",
                Text.count(cells.size(), "ablation"), count(cells, "killed"),
                count(cells, "equivalent")));
        if (cells.stream().anyMatch(AblatedCell::isStressed)) {
            text.append(String.format(Locale.ROOT, "; %d seen to fail on real CPUs",
                    cells.stream().filter(cell -> cell.bad() > 0).count()));
        }
        text.append(System.lineSeparator());
    }

    private static long count(List<AblatedCell> cells, String words) {
        return cells.stream().filter(cell -> cell.words().equals(words)).count();
    }

    /** Ablations that no engine has looked at yet are omitted. */
    static String json(Protocol form, List<AblatedCell> cells, Engine engine, String date)
            throws IOException {
        boolean complete = isComplete(cells, engine);
        ObjectNode root = Json.root("ablate", date, Environment.here());
        root.put("form", form.name());
        root.put("verdict", complete && exitCode(cells) == 0 ? "pass" : "fail");
        root.put("complete", complete);
        ArrayNode array = root.putArray("ablations");
        for (AblatedCell cell : begun(cells)) {
            ObjectNode node = array.addObject();
            node.put("id", cell.ablation().id());
            node.put("phrase", cell.ablation().phrase());
            node.put("expected", cell.ablation().expected());
            node.set("explored", Json.MAPPER.valueToTree(cell.explored()));
            if (cell.isStressed()) {
                node.putObject("stressed").put("samples", cell.samples()).put("bad", cell.bad());
            } else {
                node.putNull("stressed");
            }
            node.put("verdict", cell.verdict().toString());
        }
        return Json.text(root);
    }
}
