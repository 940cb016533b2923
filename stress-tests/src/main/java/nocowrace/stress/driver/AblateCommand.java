// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import nocowrace.model.Protocol;
import nocowrace.stress.ablation.Ablated;
import nocowrace.stress.ablation.Ablations;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Takes one thing out of the fix at a time and shows what that costs. */
@Command(name = "ablate", mixinStandardHelpOptions = true, versionProvider = Main.Version.class,
        sortOptions = false,
        description = {"Takes one thing out of the fix, or misplaces it, and looks what comes of "
                + "it: in every order of the steps, which decides, and on real CPUs, which bear "
                + "witness.", "",
            "killed      fails, and as the matrix says",
            "equivalent  cannot fail, as the matrix says",
            "survived    should fail, and cannot",
            "wrong       fails, but not as the matrix says",
            "not seen    only stressed, and not seen to fail, which proves nothing", ""})
final class AblateCommand implements Callable<Integer> {

    /** Which engines are asked. */
    enum Engine {
        EXPLORE, STRESS, BOTH
    }

    /** Far more than any of them has. */
    private static final int MAX_STATES = 1_000_000;

    @Option(names = "--only", paramLabel = "REGEX",
            description = "Ablations to look at: those whose id and phrase have a match. "
                    + "Default: all.")
    private Pattern only;

    @Option(names = "--form", paramLabel = "FORM", defaultValue = "after-fix",
            converter = FormConverter.class,
            description = "What is ablated: after-fix, and in addition the guards of no kernel (P, "
                    + "S, W); or a later form of the fix, its columns and its guard: held (2022: "
                    + "W4 hands the group out), single-word or writer-slots. Default: "
                    + "${DEFAULT-VALUE}.")
    private Protocol form;

    @Option(names = "--engine", paramLabel = "ENGINE", defaultValue = "both",
            description = "explore, stress or both. Default: ${DEFAULT-VALUE}.")
    private Engine engine;

    @Option(names = "--budget", paramLabel = "DURATION", defaultValue = "4s",
            converter = CompareCommand.DurationConverter.class,
            description = "Time for the forks of each, until it fails; at least one. Default: "
                    + "${DEFAULT-VALUE}.")
    private Duration budget;

    @Option(names = "--diagram",
            description = "Draws the shortest order in which each of them fails.")
    private boolean diagram;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Writes the JSON there; - for standard output instead of the table.")
    private String json;

    @Override
    public Integer call() throws IOException {
        Path file = json == null || json.equals("-") ? null : Output.writable(Path.of(json));
        List<AblatedCell> cells = Ablations.of(form).stream()
                .filter(ablation -> only == null || only.matcher(ablation.toString()).find())
                .map(AblatedCell::new).toList();
        if (cells.isEmpty()) {
            throw new Main.UsageException("--only " + only + " matches no ablation of " + form
                    + "; the list command shows them");
        }
        if (engine != Engine.STRESS) {
            System.err.println("exploring");
            cells.parallelStream().forEach(cell -> cell.explore(MAX_STATES));
        }
        if (engine != Engine.EXPLORE) {
            stress(cells);
        }
        if (file != null) {
            Output.replace(file, json(form, cells));
        }
        Output.print("-".equals(json) ? json(form, cells) : text(cells));
        return exitCode(cells);
    }

    private void stress(List<AblatedCell> cells) throws IOException {
        System.err.println("probing the JVM");
        Forks forks = Forks.prepare(Configuration.SPREAD, true, Forks.WATCHDOG);
        for (AblatedCell cell : cells) {
            System.err.println("stressing " + cell.ablation());
            cell.stress(budget, (ablation, race) -> forks.run(Ablated.class.getName(),
                    List.of("-D" + Ablated.FORM + "=" + form.name(),
                            "-D" + Ablated.ABLATION + "=" + ablation.id(),
                            "-D" + Ablated.RACE + "=" + race)));
            cell.troubles().forEach(trouble -> System.err.println(cell.ablation().id()
                    + ": fork " + trouble));
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
            return Main.HARNESS_FAILED;
        }
        return cells.stream().allMatch(AblatedCell::isAsExpected) ? 0 : Main.VERDICT_FAILED;
    }

    private String text(List<AblatedCell> cells) {
        String nl = System.lineSeparator();
        Object[][] rows = cells.stream().map(cell -> new Object[] {
            cell.ablation().id(), cell.ablation().phrase(), cell.ablation().expected(),
            String.join(" ", cell.explored()), stressed(cell), cell.words()})
                .toArray(Object[][]::new);
        StringBuilder text = new StringBuilder("ablated: ").append(form).append(nl)
                .append(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
                        new Column[] {left("id", 6), left("what is changed", 30),
                            left("expected", 12), left("explored", 24),
                            new Column().header("bad/stressed"), left("verdict", 12)},
                        rows)).append(nl);
        if (diagram) {
            cells.forEach(cell -> cell.diagram().ifPresent(order -> text.append(nl)
                    .append(cell.ablation()).append(". ").append(cell.ablation().why()).append(nl)
                    .append(nl).append(order.text())));
            text.append(nl);
        }
        summary(cells, text);
        return text.append(switch (exitCode(cells)) {
            case 0 -> "pass: what should fail does, what should not cannot";
            case Main.VERDICT_FAILED -> "fail: not as expected";
            default -> "fail: something did not run";
        }).append(nl).toString();
    }

    private static Column left(String head, int width) {
        return new Column().header(head).maxWidth(width).dataAlign(HorizontalAlign.LEFT);
    }

    private static String stressed(AblatedCell cell) {
        return cell.isStressed()
                ? String.format(Locale.ROOT, "%,d/%,d", cell.bad(), cell.samples()) : "-";
    }

    private static void summary(List<AblatedCell> cells, StringBuilder text) {
        text.append(String.format(Locale.ROOT, "%d ablations: %d killed, %d equivalent",
                cells.size(), count(cells, "killed"), count(cells, "equivalent")));
        if (cells.stream().anyMatch(AblatedCell::isStressed)) {
            text.append(String.format(Locale.ROOT, "; %d seen to fail on real CPUs",
                    cells.stream().filter(cell -> cell.bad() > 0).count()));
        }
        text.append(System.lineSeparator());
    }

    private static long count(List<AblatedCell> cells, String words) {
        return cells.stream().filter(cell -> cell.words().equals(words)).count();
    }

    static String json(Protocol form, List<AblatedCell> cells) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("command", "ablate");
        root.put("form", form.name());
        root.put("verdict", exitCode(cells) == 0 ? "pass" : "fail");
        ArrayNode array = root.putArray("ablations");
        for (AblatedCell cell : cells) {
            ObjectNode node = array.addObject();
            node.put("id", cell.ablation().id());
            node.put("phrase", cell.ablation().phrase());
            node.put("expected", cell.ablation().expected().toString());
            node.set("explored", mapper.valueToTree(cell.explored()));
            if (cell.isStressed()) {
                node.putObject("stressed").put("samples", cell.samples()).put("bad", cell.bad());
            } else {
                node.putNull("stressed");
            }
            node.put("verdict", cell.verdict().toString());
        }
        return mapper.writeValueAsString(root) + System.lineSeparator();
    }
}
