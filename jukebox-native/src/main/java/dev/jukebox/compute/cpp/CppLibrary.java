package dev.jukebox.compute.cpp;

import dev.jukebox.compute.library.NativeLibrary;

/** The library of {@link NativeApi} in this process; loaded when it is first asked for. */
final class CppLibrary {

  private CppLibrary() {}

  static NativeLibrary get() {
    return Holder.LIBRARY;
  }

  /** A JVM loads a library once; this class's initialisation is that once. */
  private static final class Holder {
    static final NativeLibrary LIBRARY =
        NativeLibrary.load(
            new NativeLibrary.Origin(
                NativeApi.class,
                "",
                "jnijukebox",
                NativeApi::abiVersion,
                NativeApi.ABI_VERSION,
                "rebuild with g++ and make on the PATH, or use the java backend"));
  }
}
