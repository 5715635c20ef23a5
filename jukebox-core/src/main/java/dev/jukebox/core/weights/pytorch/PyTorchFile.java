package dev.jukebox.core.weights.pytorch;

import dev.jukebox.core.weights.pickle.PickleFormatException;
import dev.jukebox.core.weights.store.FileKind;
import dev.jukebox.core.weights.store.MappedFile;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.FileAccessException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code torch.save} wrote: a tree of plain values whose tensors stay in the mapped file until
 * they are asked for. Nothing in the file is executed.
 *
 * <pre>{@code
 * try (PyTorchFile file = PyTorchFile.open(Path.of("prior_level_2.pth.tar"))) {
 *   Map<?, ?> checkpoint = (Map<?, ?>) file.root();
 * }
 * }</pre>
 */
public final class PyTorchFile implements AutoCloseable {
  private final MappedFile file;
  private final Object root;

  private PyTorchFile(MappedFile file, Object root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Opens a file in the legacy or the zip format.
   *
   * @throws FileAccessException if it cannot be read
   * @throws CheckpointException if it is damaged, incomplete or something else
   */
  public static PyTorchFile open(Path path) {
    MappedFile file = MappedFile.open(path);
    try {
      return new PyTorchFile(file, read(file));
    } catch (RuntimeException e) {
      file.close();
      if (e instanceof PickleFormatException) {
        throw new CheckpointException(path + " " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private static Object read(MappedFile file) {
    if (ZipFormat.matches(file)) {
      return ZipFormat.read(file);
    }
    if (LegacyFormat.matches(file)) {
      return LegacyFormat.read(file);
    }
    Optional<String> kind = FileKind.of(file);
    throw new PickleFormatException(
        "is not a PyTorch file" + kind.map(words -> ": it is " + words).orElse(""));
  }

  /**
   * The saved value: Map (insertion order), List, {@code PyTuple}, Set, String, Long or BigInteger,
   * Double, Boolean, byte[], {@code None}, {@code PyObject} for anything unknown, and {@code
   * FileTensor}.
   */
  public Object root() {
    return root;
  }

  /** The path the file was opened by. */
  public Path path() {
    return file.path();
  }

  /** Ends access to tensors that were not looked at yet. */
  @Override
  public void close() {
    file.close();
  }
}
