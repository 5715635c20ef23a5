package dev.jukebox.compute.cuda;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.BackendOptions;
import dev.jukebox.compute.BackendProvider;
import dev.jukebox.compute.BackendStatus;
import dev.jukebox.compute.library.NativeLibrary;
import dev.jukebox.error.ComputeException;
import java.util.Optional;

/** Opens the CUDA backend on one of the machine's NVIDIA devices. */
public final class CudaProvider implements BackendProvider {
  private static final String OWN_KERNELS =
      "; own kernels throughout: cuBLAS and cuDNN are not used, as a song would not have the same bits"
          + " alone and in a batch";

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public BackendStatus status() {
    Optional<String> missing = CudaDriver.missing();
    if (missing.isPresent()) {
      return new BackendStatus(name(), false, missing.get());
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
    byte[] reason = new byte[CudaDevice.TEXT_BYTES];
    CudaApi.deviceCount(count, reason);
    if (count[0] == 0) {
      return new BackendStatus(name, false, withoutDevice(CudaDevice.text(reason)));
    }
    CudaDevice first = CudaDevice.of(0);
    String others = count[0] > 1 ? ", and " + (count[0] - 1) + " more" : "";
    return first.isSupported()
        ? new BackendStatus(name, true, first + others + OWN_KERNELS)
        : new BackendStatus(name, false, first.unsupported() + others);
  }

  private static String withoutDevice(String reason) {
    return "the driver finds no device that can be used"
        + (reason.isEmpty() ? "" : " (" + reason + ")")
        + ": see nvidia-smi, and update the driver if it is too old";
  }

  static Backend open(String name, BackendOptions options) {
    CudaDevice device = CudaDevice.of(options.device());
    if (!device.isSupported()) {
      throw new ComputeException("backend " + name + " cannot be used: " + device.unsupported());
    }
    return new CudaBackend(name, device.toString(), CudaContext.open(options.device()));
  }
}
