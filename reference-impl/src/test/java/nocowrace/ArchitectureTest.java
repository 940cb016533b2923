// SPDX-License-Identifier: Apache-2.0
package nocowrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which. The engine knows no file system; the model knows the engine. */
@AnalyzeClasses(packages = "nocowrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule THE_ENGINE_KNOWS_THE_JDK_ALONE = classes()
            .that().resideInAPackage("nocowrace.engine..")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "nocowrace.engine..");

    @ArchTest
    static final ArchRule THE_MODEL_KNOWS_THE_ENGINE_AND_THE_JDK = classes()
            .that().resideInAPackage("nocowrace.model..")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "nocowrace.engine..", "nocowrace.model..");

    /** What is done with steps is built on steps, never the other way round. */
    @ArchTest
    static final ArchRule STEPS_KNOW_NO_ENGINE = noClasses()
            .that().resideInAnyPackage("nocowrace.engine", "nocowrace.engine.wait")
            .should().dependOnClassesThat().resideInAnyPackage("nocowrace.engine.run..",
                    "nocowrace.engine.replay..", "nocowrace.engine.explore..",
                    "nocowrace.engine.diagram..", "nocowrace.engine.ablate..");

    @ArchTest
    static final ArchRule WAITS_KNOW_NOTHING_ELSE = classes()
            .that().resideInAPackage("nocowrace.engine.wait")
            .should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "nocowrace.engine.wait");

    @ArchTest
    static final ArchRule NO_CYCLES_IN_THE_ENGINE
            = slices().matching("nocowrace.engine.(*)..").should().beFreeOfCycles();

    /** Of the model's parts, tasks use the others; nothing but {@code FileSystem} uses tasks. */
    @ArchTest
    static final ArchRule PARTS_KNOW_NO_TASKS = noClasses()
            .that().resideInAnyPackage("nocowrace.model.space..", "nocowrace.model.extent..",
                    "nocowrace.model.file..", "nocowrace.model.disk..")
            .should().dependOnClassesThat().resideInAnyPackage("nocowrace.model",
                    "nocowrace.model.task..");

    @ArchTest
    static final ArchRule TASKS_KNOW_NO_PROTOCOL = noClasses()
            .that().resideInAPackage("nocowrace.model.task..")
            .should().dependOnClassesThat().resideInAPackage("nocowrace.model");

    /** The guards that no kernel has are named in the list of protocols only. */
    @ArchTest
    static final ArchRule CANDIDATES_ARE_NO_PART_OF_THE_MACHINERY = noClasses()
            .that().resideInAPackage("nocowrace.model..")
            .and().resideOutsideOfPackages("nocowrace.model.space.candidate", "nocowrace.model")
            .should().dependOnClassesThat().resideInAPackage("nocowrace.model.space.candidate");
}
