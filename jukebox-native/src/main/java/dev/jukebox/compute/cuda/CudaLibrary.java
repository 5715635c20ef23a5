package dev.jukebox.compute.cuda;

import dev.jukebox.compute.library.NativeLibrary;

/** The library of {@link CudaApi} in this process; loaded when it is first asked for. */
final class CudaLibrary {

  private CudaLibrary() {}

  static NativeLibrary get() {
    return Holder.LIBRARY;
  }

  /**
   * Loads a library of the same functions from another place.
   *
   * @param directory where it lies, relative to {@link CudaApi}
   */
  static NativeLibrary load(String directory, String mend) {
    return NativeLibrary.load(
        new NativeLibrary.Origin(
            CudaApi.class,
            directory,
            "jnijukeboxcuda",
            CudaApi::abiVersion,
            CudaApi.ABI_VERSION,
            mend));
  }

  /** A JVM loads a library once; this class's initialisation is that once. */
  private static final class Holder {
    static final NativeLibrary LIBRARY =
        load("", "put the jar of jukebox-native with the classifier for CUDA on the class path");
  }
}
