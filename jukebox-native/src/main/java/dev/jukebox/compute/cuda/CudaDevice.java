package dev.jukebox.compute.cuda;

import dev.jukebox.error.ComputeException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a device is.
 *
 * @param name the maker's name
 * @param capability compute capability times 10
 * @param multiprocessors number of multiprocessors
 * @param bytes memory
 */
record CudaDevice(String name, int capability, int multiprocessors, long bytes) {
  /** The room for a text that the C ABI writes. */
  static final int TEXT_BYTES = 256;

  /** Ampere: the first with the matrix operations and copies that the kernels are made of. */
  private static final int LEAST_CAPABILITY = 80;

  private static final int FACTS = 6;
  private static final double GIGABYTE = 1e9;

  static CudaDevice of(int device) {
    byte[] name = new byte[TEXT_BYTES];
    long[] facts = new long[FACTS];
    if (CudaApi.device(device, name, facts) != 0) {
      throw new ComputeException("there is no CUDA device " + device + ": see nvidia-smi");
    }
    return new CudaDevice(text(name), (int) facts[0], (int) facts[1], facts[2]);
  }

  /** The text before the first zero. */
  static String text(byte[] written) {
    String whole = new String(written, StandardCharsets.UTF_8);
    return whole.substring(0, whole.indexOf('\0'));
  }

  /** Whether the kernels run on it. */
  boolean isSupported() {
    return capability >= LEAST_CAPABILITY;
  }

  /** Why not, as one sentence. */
  String unsupported() {
    return this + " is older than compute capability 8.0: use the backend cpp";
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, %.0f GB, compute capability %d.%d",
        name,
        bytes / GIGABYTE,
        capability / 10,
        capability % 10);
  }
}
