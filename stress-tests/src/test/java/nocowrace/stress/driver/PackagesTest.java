// SPDX-License-Identifier: Apache-2.0
package nocowrace.stress.driver;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Which package may use which. Breaks if a package of the driver uses one above it, if two of them
 * use each other, or if a stress test needs the driver that runs it.
 */
@AnalyzeClasses(packages = "nocowrace.stress", importOptions = ImportOption.DoNotIncludeTests.class)
class PackagesTest {

    private static final String DRIVER = "nocowrace.stress.driver";

    /** The layers from top to bottom; each may use the layers below it. */
    @ArchTest
    private static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("main").definedBy(DRIVER)
            .layer("command").definedBy(DRIVER + ".command..")
            .layer("report").definedBy(DRIVER + ".report..")
            .layer("verdict").definedBy(DRIVER + ".verdict..")
            .layer("fork").definedBy(DRIVER + ".fork..")
            .whereLayer("main").mayNotBeAccessedByAnyLayer()
            .whereLayer("command").mayOnlyBeAccessedByLayers("main")
            .whereLayer("report").mayOnlyBeAccessedByLayers("main", "command")
            .whereLayer("verdict").mayOnlyBeAccessedByLayers("main", "command", "report")
            .ensureAllClassesAreContainedInArchitectureIgnoring(
                    resideOutsideOfPackage(DRIVER + ".."));

    @ArchTest
    private static final ArchRule NO_CYCLES = slices().matching(DRIVER + ".(*)..")
            .should().beFreeOfCycles();

    @ArchTest
    private static final ArchRule STRESS_TESTS_KNOW_NO_DRIVER = noClasses()
            .that().resideOutsideOfPackage(DRIVER + "..")
            .should().dependOnClassesThat().resideInAPackage(DRIVER + "..");

    /** The driver knows the ablations, these the scenarios; parts alone know none of them. */
    @ArchTest
    private static final ArchRule ROOMS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("driver").definedBy(DRIVER + "..")
            .layer("ablation").definedBy("nocowrace.stress.ablation..")
            .layer("scenario").definedBy("nocowrace.stress.scenario..")
            .layer("part").definedBy("nocowrace.stress.part..")
            .whereLayer("driver").mayNotBeAccessedByAnyLayer()
            .whereLayer("ablation").mayOnlyBeAccessedByLayers("driver")
            .whereLayer("scenario").mayOnlyBeAccessedByLayers("driver", "ablation")
            .whereLayer("part").mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitecture();
}
