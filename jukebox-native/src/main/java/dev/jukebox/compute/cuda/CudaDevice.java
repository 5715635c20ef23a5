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
  private static final int NAME_BYTES = 256;
  private static final int FACTS = 6;
  private static final double GIGABYTE = 1e9;

  static CudaDevice of(int device) {
    byte[] name = new byte[NAME_BYTES];
    long[] facts = new long[FACTS];
    if (CudaApi.device(device, name, facts) != 0) {
      throw new ComputeException("there is no CUDA device " + device + ": see nvidia-smi");
    }
    String whole = new String(name, StandardCharsets.UTF_8);
    return new CudaDevice(
        whole.substring(0, whole.indexOf('\0')), (int) facts[0], (int) facts[1], facts[2]);
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
