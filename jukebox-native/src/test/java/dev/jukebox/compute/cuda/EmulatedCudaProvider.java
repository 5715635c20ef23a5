package dev.jukebox.compute.cuda;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendProvider;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.library.NativeLibrary;
import dev.jukebox.error.ComputeException;

/**
 * The CUDA backend over the emulator, for machines without a device; found by tests through the
 * service loader. Where a device can be used the same suites run on it instead.
 */
public final class EmulatedCudaProvider implements BackendProvider {
  /** The name of the backend. */
  public static final String NAME = "cuda-emulated";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public BackendStatus status() {
    if (new CudaProvider().status().usable()) {
      return new BackendStatus(NAME, false, "the real device is used in this process");
    }
    return CudaProvider.status(NAME, Holder.LIBRARY);
  }

  @Override
  public Backend open(BackendOptions options) {
    BackendStatus status = status();
    if (!status.usable()) {
      throw new ComputeException("the emulator cannot be used: " + status.reason());
    }
    return CudaProvider.open(NAME, options);
  }

  private static final class Holder {
    static final NativeLibrary LIBRARY =
        CudaLibrary.load("emulated/", "rebuild with g++ and make on the PATH");
  }
}
