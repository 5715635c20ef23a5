package dev.jukebox.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.jukebox.api.Audio;
import dev.jukebox.examples.cli.CommandLines;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example programs work, and need nothing but the API. */
class ProgramsTest {
  private static final String MODEL =
      "../jukebox-core/src/test/resources/golden/model_prior_1b_lyrics.json";

  @TempDir private Path directory;

  @Test
  void programsUseTheApiAlone() {
    classes()
        .that()
        .resideInAPackage("dev.jukebox.examples")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "dev.jukebox.api", "dev.jukebox.examples")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.jukebox.examples"));
  }

  @Test
  void everyCommandHasHelp() {
    for (String command :
        new String[] {
          "sample", "train", "hps", "align", "join", "pack", "encode", "decode", "models", "doctor"
        }) {
      assertEquals(0, CommandLines.run(command, "--help"), command);
    }
  }

  @Test
  void encodeAndDecodeGoRoundARecording() {
    Path codes = directory.resolve("codes.pth.tar");
    assertEquals(
        0,
        CommandLines.run(
            "encode",
            "--model=" + MODEL,
            "--audio_file=audio/recording.wav",
            "--seconds=1",
            "--codes_file=" + codes));
    assertEquals(
        0,
        CommandLines.run(
            "decode",
            "--model=" + MODEL,
            "--codes_file=" + codes,
            "--level=1",
            "--name=" + directory));
    Audio sound = Audio.read(directory.resolve("item_0.wav"), 44100);
    assertEquals(44100 / 128 * 128, sound.length());
  }

  @Test
  void packedModelsAreDecodedWith() {
    Path packed = directory.resolve("packed");
    assertEquals(0, CommandLines.run("pack", "--model=" + MODEL, "--output=" + packed));
    String model = "--model=" + packed.resolve("model.json");
    Path codes = directory.resolve("codes.pth.tar");
    String recording = "--audio_file=audio/recording.wav";
    assertEquals(0, CommandLines.run("encode", model, recording, "--codes_file=" + codes));
    assertEquals(2, CommandLines.run("pack", "--model=" + MODEL, "--output=x", "--weights=bf16"));
  }

  @Test
  void misuseHasItsOwnExitCode() {
    assertEquals(2, CommandLines.run("sample", "--modle=x"));
    assertEquals(2, CommandLines.run("sample", "--model=6b"));
    assertEquals(1, CommandLines.run("sample", "--model=" + MODEL + ".json"));
  }
}
