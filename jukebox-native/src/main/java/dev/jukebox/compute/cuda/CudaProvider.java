package dev.jukebox.compute.cuda;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendProvider;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.library.NativeLibrary;
import dev.jukebox.error.ComputeException;

/** Opens the CUDA backend on one of the machine's NVIDIA devices. */
public final class CudaProvider implements BackendProvider {

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public BackendStatus status() {
    if (!CudaDriver.isInstalled()) {
      return new BackendStatus(
          name(), false, "no NVIDIA driver is installed (libcuda.so.1 was not found)");
    }
    return status(name(), CudaLibrary.get());
  }

  @Override
  public Backend open(BackendOptions options) {
    BackendStatus status = status();
    if (!status.usable()) {
      throw new ComputeException("backend cuda cannot be used: " + status.reason());
    }
    return open(name(), options);
  }

  /** What the devices are, once a library is loaded. */
  static BackendStatus status(String name, NativeLibrary library) {
    if (!library.loaded()) {
      return new BackendStatus(name, false, library.reason());
    }
    int[] count = new int[1];
    CudaApi.deviceCount(count);
    if (count[0] == 0) {
      return new BackendStatus(
          name, false, "the driver finds no device that can be used: see nvidia-smi");
    }
    String first = CudaDevice.of(0).toString();
    return new BackendStatus(
        name, true, first + (count[0] > 1 ? ", and " + (count[0] - 1) + " more" : ""));
  }

  static Backend open(String name, BackendOptions options) {
    CudaContext context = CudaContext.open(options.device());
    return new CudaBackend(name, CudaDevice.of(options.device()).toString(), context);
  }
}
