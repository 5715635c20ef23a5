package dev.jukebox.core.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.weights.store.FileTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same model in every format gives the same tensors under the same names. */
class GoldenWeightsTest {
  private static final String LEGACY = ".pth.tar";
  private static final String ZIP = ".zip.pth.tar";

  static List<String> checkpoints() throws IOException {
    try (Stream<Path> files = Files.list(Golden.directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ZIP))
          .map(name -> name.substring(0, name.length() - ZIP.length()))
          .sorted()
          .toList();
    }
  }

  static List<Path> shardedModels() throws IOException {
    try (Stream<Path> files = Files.list(Golden.directory())) {
      List<Path> directories =
          files.filter(file -> file.getFileName().toString().startsWith("hf_")).sorted().toList();
      assertTrue(!directories.isEmpty(), "no sharded models among the golden files");
      return directories;
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void legacyAndZipAreTheSame(String name) {
    try (Checkpoint legacy = Checkpoint.open(Golden.file(name + LEGACY));
        Checkpoint zip = Checkpoint.open(Golden.file(name + ZIP))) {
      assertEquals(
          new ArrayList<>(legacy.tensors().keySet()), new ArrayList<>(zip.tensors().keySet()));
      assertTrue(legacy.tensors().size() > 10);
      legacy.tensors().forEach((key, tensor) -> assertSame(key, tensor, zip.tensors().get(key)));
      assertEquals(1234, legacy.step().orElseThrow());
      assertEquals(legacy.hyperparameters(), zip.hyperparameters());
      assertInstanceOf(Long.class, legacy.hyperparameters().get("levels"));
      assertTrue(legacy.optimizer().isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("shardedModels")
  void shardsHoldTheOriginalTensors(Path directory) {
    String top = directory.getFileName().toString().substring("hf_".length());
    compare(WeightSource.vqvae(Golden.file("vqvae.pth.tar")), WeightSource.vqvae(directory));
    for (int level = 0; level < 3; level++) {
      String name = level == 2 ? top : "upsampler_level_" + level;
      Path index = directory.resolve("pytorch_model.bin.index.json");
      compare(
          WeightSource.prior(Golden.file(name + ".pth.tar"), level, 3),
          WeightSource.prior(level == 1 ? index : directory, level, 3));
    }
  }

  private static void compare(WeightSource original, WeightSource sharded) {
    try (original;
        sharded) {
      assertEquals(original.names(), sharded.names());
      for (String name : original.names()) {
        FileTensor expected = original.get(name);
        FileTensor actual = sharded.get(name);
        assertArrayEquals(expected.shape(), actual.shape(), name);
        assertArrayEquals(expected.toFloats(), actual.toFloats(), name);
      }
    }
  }

  private static void assertSame(String name, FileTensor expected, FileTensor actual) {
    assertEquals(expected.type(), actual.type(), name);
    assertArrayEquals(expected.shape(), actual.shape(), name);
    ByteBuffer bytes = expected.bytes(0, (int) expected.size());
    assertTrue(bytes.hasRemaining(), name);
    assertEquals(bytes, actual.bytes(0, (int) actual.size()), name);
  }
}
