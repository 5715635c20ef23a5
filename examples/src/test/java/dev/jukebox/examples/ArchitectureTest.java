package dev.jukebox.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of the design, over every module: api, core, compute layer, downwards only. */
class ArchitectureTest {
  private static final int LEAST_CLASSES = 200;

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.jukebox");

  @Test
  void everyModuleIsSeen() {
    assertTrue(classes.size() >= LEAST_CLASSES, classes.size() + " classes seen");
    for (String name : new String[] {"api", "core", "compute", "media", "examples", "error"}) {
      assertTrue(
          classes.stream().anyMatch(c -> c.getPackageName().startsWith("dev.jukebox." + name)),
          "no class of " + name);
    }
  }

  @Test
  void dependenciesPointDown() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.jukebox.compute..", "dev.jukebox.media..", "dev.jukebox.error..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.jukebox.core..", "dev.jukebox.api..", "dev.jukebox.examples..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("dev.jukebox.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.jukebox.api..", "dev.jukebox.examples..")
        .check(classes);
    noClasses()
        .that()
        .resideInAPackage("dev.jukebox.api..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.jukebox.examples..")
        .check(classes);
  }

  @Test
  void coreKnowsNoBackend() {
    noClasses()
        .that()
        .resideInAPackage("dev.jukebox.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.jukebox.compute.host..",
            "dev.jukebox.compute.cpp..",
            "dev.jukebox.compute.cuda..",
            "dev.jukebox.compute.library..",
            "dev.jukebox.compute.provider..")
        .check(classes);
  }

  @Test
  void onlyTheComputeLayerKnowsNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.jukebox.compute.cpp..",
            "dev.jukebox.compute.cuda..",
            "dev.jukebox.compute.library..",
            "dev.jukebox.media..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco..")
        .check(classes);
  }

  @Test
  void theApiHasNoThirdParty() {
    noClasses()
        .that()
        .resideInAPackage("dev.jukebox.api..")
        .should()
        .dependOnClassesThat(
            new DescribedPredicate<JavaClass>("come from elsewhere") {
              @Override
              public boolean test(JavaClass type) {
                String name = type.getPackageName();
                return !name.startsWith("java")
                    && !name.startsWith("dev.jukebox")
                    && !name.isEmpty();
              }
            })
        .check(classes);
  }

  @Test
  void packagesFormNoCycles() {
    slices().matching("dev.jukebox.(**)").should().beFreeOfCycles().check(classes);
  }

  @Test
  void noStaticStateChanges() {
    fields()
        .that()
        .areStatic()
        .and()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.jukebox..")
        .should()
        .beFinal()
        .check(classes);
  }

  @Test
  void librariesDoNotPrintOrExit() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.jukebox.examples..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(classes);
  }
}
