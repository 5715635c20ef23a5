package dev.jukebox.core.weights;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.weights.safetensors.SafetensorsWriter;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and mislabelled files are refused in a sentence, and never believed. */
@Timeout(60)
class HostileFilesTest {
  @TempDir Path directory;

  static List<Path> files() throws IOException {
    try (Stream<Path> top = Files.walk(Golden.directory())) {
      List<Path> files =
          top.filter(file -> file.toString().matches(".*(\\.pth\\.tar|\\.bin)")).sorted().toList();
      assertTrue(files.size() >= 10);
      return files;
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void cutAnywhere(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(17);
    int[] lengths = {0, 1, 4, 5, 30, 100, whole.length / 2, whole.length - 22, whole.length - 1};
    for (int length : lengths) {
      refused(Arrays.copyOf(whole, length));
    }
    for (int i = 0; i < 6; i++) {
      refused(Arrays.copyOf(whole, random.nextInt(whole.length)));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void bytesChangedAnywhere(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(18);
    int refused = 0;
    for (int i = 0; i < 24; i++) {
      byte[] changed = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        // Half of the changes near either end, where the structure is.
        int near = random.nextInt(Math.min(whole.length, 4000));
        int[] places = {near, whole.length - 1 - near, random.nextInt(whole.length)};
        changed[places[random.nextInt(3)]] ^= (byte) (1 << random.nextInt(8));
      }
      refused += isRead(changed, ".pth.tar") ? 0 : 1;
    }
    assertTrue(refused > 0, "no change was noticed");
  }

  @Test
  void safetensorsCutOrChanged() throws IOException {
    Path file = directory.resolve("whole.safetensors");
    try (Checkpoint golden = Checkpoint.open(Golden.file("small_prior.pth.tar"))) {
      SafetensorsWriter.write(file, golden.tensors(), Map.of("format", "pt"));
    }
    byte[] whole = Files.readAllBytes(file);
    assertTrue(isRead(whole, ".safetensors"));
    Random random = new Random(19);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(8000)] ^= (byte) (1 << random.nextInt(8));
      refused += isRead(changed, ".safetensors") ? 0 : 1;
      assertFalse(isRead(Arrays.copyOf(whole, random.nextInt(whole.length)), ".safetensors"));
    }
    assertTrue(refused > 50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RIFF....WAVEfmt |a WAV audio file",
        "ID3..|an audio file",
        "|empty",
        "<!DOCTYPE html>|a web page",
        "version https://git-lfs.github.com/spec/v1|Git LFS pointer",
        "\u001f\u008b\b|gzip",
        "just some text|not a PyTorch file"
      })
  void mislabelledFiles(String contentAndWords) throws IOException {
    int bar = contentAndWords.indexOf('|');
    byte[] content = contentAndWords.substring(0, bar).getBytes(StandardCharsets.ISO_8859_1);
    checkSentence(content, contentAndWords.substring(bar + 1));
  }

  @Test
  void aTarArchive() throws IOException {
    byte[] tar = new byte[1024];
    byte[] magic = "ustar".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, tar, 257, magic.length);
    checkSentence(tar, "a tar archive");
  }

  private void checkSentence(byte[] content, String words) throws IOException {
    for (String name : List.of("model.pth.tar", "model.safetensors")) {
      Path file = directory.resolve(name);
      Files.write(file, content);
      CheckpointException refusal =
          assertThrows(CheckpointException.class, () -> WeightSource.vqvae(file));
      String message = refusal.getMessage();
      assertTrue(message.startsWith(file.toString()), message);
      assertTrue(message.contains(words) || message.contains("not a safetensors file"), message);
      assertFalse(message.contains("\n"), message);
    }
  }

  @Test
  void filesThatAreNotThere() {
    Path file = directory.resolve("missing.pth.tar");
    FileAccessException missing =
        assertThrows(FileAccessException.class, () -> WeightSource.vqvae(file));
    assertTrue(missing.getMessage().contains(file.toString()), missing.getMessage());
    FileAccessException empty =
        assertThrows(FileAccessException.class, () -> WeightSource.vqvae(directory));
    assertTrue(empty.getMessage().contains("pytorch_model.bin"), empty.getMessage());
  }

  private void refused(byte[] content) throws IOException {
    assertFalse(isRead(content, ".pth.tar"), "a file cut to " + content.length + " was read");
  }

  /** Whether the content is read to the last tensor; anything but a sentence fails the test. */
  private boolean isRead(byte[] content, String suffix) throws IOException {
    Path file = directory.resolve("damaged" + suffix);
    Files.write(file, content);
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Map<String, float[]> values = new LinkedHashMap<>();
      for (Map.Entry<String, FileTensor> entry : checkpoint.tensors().entrySet()) {
        values.put(entry.getKey(), entry.getValue().toFloats());
      }
      return !values.isEmpty();
    } catch (CheckpointException e) {
      assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
      return false;
    }
  }
}
