package dev.jukebox.compute.cuda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether an NVIDIA driver is installed, so that nothing of CUDA is loaded where none is. */
final class CudaDriver {
  private static final String LIBRARY = "libcuda.so.1";
  private static final Path LOADER_CACHE = Path.of("/etc/ld.so.cache");
  private static final List<String> USUAL =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib64",
          "/usr/lib",
          "/lib/x86_64-linux-gnu",
          "/lib64",
          "/usr/lib/wsl/lib",
          "/usr/local/nvidia/lib64",
          "/run/opengl-driver/lib");

  /** Of a driver on Linux, in a container, or in Windows' subsystem for it. */
  private static final List<String> KERNEL_SIDE =
      List.of("/dev/nvidiactl", "/dev/dxg", "/proc/driver/nvidia", "/sys/module/nvidia");

  private CudaDriver() {}

  /** Why nothing of CUDA can run here, or empty where a driver is installed and at work. */
  static Optional<String> missing() {
    if (!hasLibrary()) {
      return Optional.of("no NVIDIA driver is installed (" + LIBRARY + " was not found)");
    }
    if (KERNEL_SIDE.stream().noneMatch(path -> Files.exists(Path.of(path)))) {
      return Optional.of(
          LIBRARY
              + " is here, but no NVIDIA kernel driver is at work (no "
              + String.join(", ", KERNEL_SIDE)
              + "): load it, or give the container its GPU");
    }
    return Optional.empty();
  }

  /** Looks where the system's loader would: its path, its cache, the usual directories. */
  private static boolean hasLibrary() {
    String path = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
    return Stream.concat(Stream.of(path.split(":")), USUAL.stream())
            .anyMatch(CudaDriver::holdsDriver)
        || cacheNamesDriver();
  }

  private static boolean holdsDriver(String directory) {
    try {
      return !directory.isEmpty() && Files.exists(Path.of(directory, LIBRARY));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean cacheNamesDriver() {
    try {
      return Files.isReadable(LOADER_CACHE)
          && new String(Files.readAllBytes(LOADER_CACHE), StandardCharsets.ISO_8859_1)
              .contains(LIBRARY);
    } catch (IOException e) {
      return false;
    }
  }
}
