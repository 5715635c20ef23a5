package dev.jukebox.core.weights.pytorch;

import dev.jukebox.core.files.StagedFiles;
import dev.jukebox.core.weights.pickle.None;
import dev.jukebox.core.weights.pickle.PickleWriter;
import dev.jukebox.core.weights.pickle.PyOrderedDict;
import dev.jukebox.core.weights.pickle.PyTuple;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes files that {@code torch.load} reads, in PyTorch's zip format.
 *
 * <pre>{@code
 * Map<String, Object> root = new LinkedHashMap<>();
 * root.put("step", 1000L);
 * root.put("model", Map.of("bias", FileTensor.ofFloats(values, 64)));
 * PyTorchWriter.write(Path.of("checkpoint_latest.pth.tar"), root);
 * }</pre>
 */
public final class PyTorchWriter {
  private static final long WIDE_FROM = 0xffffffffL;

  /** The directory within the archive, which PyTorch calls after the file or this. */
  private static final String PREFIX = "archive/";

  private PyTorchWriter() {}

  /**
   * Writes a value whole or not at all; a file of that name is replaced at the end.
   *
   * @param path the file
   * @param root Map, {@link PyOrderedDict}, List, {@link PyTuple}, Set, String, whole and
   *     floating-point numbers, Boolean, byte[], {@link None} and {@link FileTensor}; a tensor that
   *     occurs several times is stored once
   * @throws InvalidInputException if there is anything else in it
   * @throws FileAccessException if it cannot be written, e.g. on a full disk
   */
  public static void write(Path path, Object root) {
    write(path, root, WIDE_FROM);
  }

  static void write(Path path, Object root, long wideFrom) {
    List<FileTensor> storages = new ArrayList<>();
    byte[] object = PickleWriter.write(root, (value, out) -> tensor(value, out, storages));
    StagedFiles.write(path, out -> archive(out, object, storages, wideFrom));
  }

  private static void archive(
      OutputStream out, byte[] object, List<FileTensor> storages, long wideFrom)
      throws IOException {
    ZipStream zip = new ZipStream(out, wideFrom);
    bytes(zip, "data.pkl", object);
    bytes(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    for (int key = 0; key < storages.size(); key++) {
      FileTensor storage = storages.get(key);
      zip.entry(PREFIX + "data/" + key, storage.byteSize(), storage::writeTo);
    }
    bytes(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    zip.finish();
  }

  private static void bytes(ZipStream zip, String name, byte[] content) throws IOException {
    zip.entry(PREFIX + name, content.length, out -> out.write(content, 0, content.length));
  }

  private static boolean tensor(Object value, PickleWriter out, List<FileTensor> storages) {
    if (!(value instanceof FileTensor tensor)) {
      return false;
    }
    out.global("torch._utils", "_rebuild_tensor_v2");
    out.beginTuple();
    out.beginTuple();
    out.value("storage");
    out.global("torch", tensor.type().torchStorage());
    out.value(Integer.toString(storages.size()));
    out.value("cpu");
    out.value(tensor.size());
    out.endTuple();
    out.persistent();
    out.value(0);
    long[] shape = tensor.shape();
    out.tuple(Arrays.stream(shape).boxed().toArray());
    out.tuple(Arrays.stream(strides(shape)).boxed().toArray());
    out.value(false);
    out.global("collections", "OrderedDict");
    out.tuple();
    out.call();
    out.endTuple();
    out.call();
    storages.add(tensor);
    return true;
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = step;
      step *= Math.max(1, shape[axis]);
    }
    return strides;
  }
}
