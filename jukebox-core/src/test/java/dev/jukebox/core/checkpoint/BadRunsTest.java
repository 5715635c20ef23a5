package dev.jukebox.core.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.weights.pytorch.PyTorchFile;
import dev.jukebox.core.weights.pytorch.PyTorchWriter;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadRunsTest {
  @TempDir Path directory;

  private Path saved(String name) {
    Path path = directory.resolve(name);
    try (Run run = new Run("java", ResumeTest.hps("all_fp16"), 1)) {
      run.train(1, 2);
      run.state(Map.of()).write(path);
    }
    return path;
  }

  private static String refusal(Path path) {
    try (Run run = new Run("java", ResumeTest.hps("all_fp16"), 2)) {
      run.train(1, 1);
      List<float[]> before = run.model.values();
      String message = assertThrows(CheckpointException.class, () -> run.resume(path)).getMessage();
      Run.assertSame(before, run.model.values());
      assertEquals(1, run.optimizer.adam().steps());
      assertFalse(message.contains("\n"));
      assertTrue(message.contains(path.toString()), message);
      return message;
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.5, 0.99})
  void refusesATruncatedFile(double part) throws IOException {
    Path path = saved("whole.pth.tar");
    byte[] bytes = Files.readAllBytes(path);
    Path half = directory.resolve("half.pth.tar");
    Files.write(half, Arrays.copyOf(bytes, (int) (part * bytes.length)));
    refusal(half);
  }

  @Test
  void refusesAnotherModel() {
    Path path = Golden.file("small_prior.pth.tar");
    assertEquals(
        path
            + " has no tensor 'y_emb.artist_emb.emb.weight': the checkpoint may be of another"
            + " model",
        refusal(path));
  }

  private interface Change extends Consumer<Map<Object, Object>> {}

  static Stream<Arguments> changes() {
    return Stream.of(
        change(
            ": its optimizer has 2 parameters where the model has 6: it may be of another model",
            root ->
                map(list(map(root, "opt"), "param_groups").get(0)).put("params", List.of(0, 1))),
        change(
            ": its optimizer's 'exp_avg' of 'prior.x_emb.weight' has shape [3], [7, 5] was expected",
            root -> state(root, 1).put("exp_avg", FileTensor.ofFloats(new float[3], 3))),
        change(
            ": its optimizer took 9 steps with 'prior.x_emb.weight' and 2 with others, so it cannot"
                + " be resumed",
            root -> state(root, 1).put("step", 9L)),
        change(
            ": its optimizer has no number 'step' of 'prior.x_emb.weight'",
            root -> state(root, 1).put("step", "two")),
        change(
            ": its optimizer has no 'exp_avg_sq' of 'prior.tail.w'",
            root -> state(root, 5).remove("exp_avg_sq")),
        change(
            ": its optimizer's 'state' is not a dict", root -> map(root, "opt").put("state", 3L)),
        change(
            ": tensor 'prior.tail.w' has shape [2], [1, 1] was expected: the checkpoint may be of"
                + " another model",
            root ->
                map(map(root, "jukebox_java"), "weights")
                    .put("prior.tail.w", FileTensor.ofFloats(new float[2], 2))),
        change(
            " has no tensor 'prior.tail.w'; the nearest name is 'prior.x_emb.weight': the checkpoint"
                + " may be of another model",
            root -> map(map(root, "jukebox_java"), "averages").remove("prior.tail.w")),
        change(
            " has 1 tensors the model has no place for, such as 'more': it may be of another model",
            root ->
                map(map(root, "jukebox_java"), "weights")
                    .put("more", FileTensor.ofFloats(new float[2], 2))),
        change(
            " has no tensor 'bottleneck.k'; the nearest name is 'prior.tail.w': the checkpoint may be"
                + " of another model",
            root -> map(root, "model").remove("bottleneck.k")));
  }

  private static Arguments change(String message, Change change) {
    return Arguments.of(message, change);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void refusesWhatDoesNotFitInOneSentence(String message, Change change) {
    Path path = saved("good.pth.tar");
    Path bad = directory.resolve("bad.pth.tar");
    try (PyTorchFile file = PyTorchFile.open(path)) {
      Map<Object, Object> root = new LinkedHashMap<>((Map<?, ?>) file.root());
      change.accept(root);
      PyTorchWriter.write(bad, root);
    }
    assertEquals(bad + message, refusal(bad));
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> map(Object value) {
    return (Map<Object, Object>) value;
  }

  private static Map<Object, Object> map(Map<Object, Object> parent, Object key) {
    return map(parent.get(key));
  }

  private static List<?> list(Map<Object, Object> parent, String key) {
    return (List<?>) parent.get(key);
  }

  private static Map<Object, Object> state(Map<Object, Object> root, long index) {
    return map(map(map(root, "opt"), "state"), index);
  }

  /** Elements that cannot be read to their end. */
  private static final class Failing implements ElementSource {

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public long size() {
      return 1 << 21;
    }

    @Override
    public ByteBuffer elements(long start, int count) {
      if (start > 0) {
        throw new ComputeException("the device is gone");
      }
      return ByteBuffer.allocate(4 * count);
    }
  }

  @Test
  void aFailureWhileWritingLosesNothing() throws IOException {
    Path path = saved("checkpoint_latest.pth.tar");
    byte[] before = Files.readAllBytes(path);
    try (Run run = new Run("java", ResumeTest.hps("easy"), 3)) {
      TrainingState state =
          run.state(Map.of("last", FileTensor.ofElements(new Failing(), 1 << 21)));
      assertEquals(
          "the device is gone",
          assertThrows(ComputeException.class, () -> state.write(path)).getMessage());
    }
    assertArrayEquals(before, Files.readAllBytes(path));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(path), files.toList());
    }
  }

  @Test
  void saysWhereItCannotWrite() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    try (Run run = new Run("java", ResumeTest.hps("easy"), 3)) {
      String message =
          assertThrows(
                  FileAccessException.class,
                  () -> run.state(Map.of()).write(file.resolve("checkpoint.pth.tar")))
              .getMessage();
      assertTrue(message.startsWith("Cannot write " + file), message);
    }
  }
}
