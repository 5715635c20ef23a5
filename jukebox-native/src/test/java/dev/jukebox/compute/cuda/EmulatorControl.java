package dev.jukebox.compute.cuda;

import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Platform;

/** What a test asks of the emulator; documented in {@code cuda/emulator/emulator_control.h}. */
@Platform(include = "emulator_control.h", link = "jukeboxcuda", library = "jnijukeboxcuda")
public final class EmulatorControl {

  private EmulatorControl() {}

  @Name("jukebox_emulator_set_order")
  public static native void setOrder(long order, long seed);

  @Name("jukebox_emulator_set_lazy")
  public static native void setLazy(long lazy);

  @Name("jukebox_emulator_set_poison")
  public static native void setPoison(long value);

  @Name("jukebox_emulator_set_memory")
  public static native void setMemory(long bytes);

  @Name("jukebox_emulator_fail_launch")
  public static native void failLaunch(long n, long error, long sticky);

  @Name("jukebox_emulator_fail_allocation")
  public static native void failAllocation(long n);

  @Name("jukebox_emulator_reset")
  public static native void reset();

  @Name("jukebox_emulator_launches")
  public static native long launches();

  @Name("jukebox_emulator_allocations")
  public static native long allocations();

  @Name("jukebox_emulator_check_memory")
  public static native long checkMemory();

  @Name("jukebox_emulator_diagnosis")
  public static native long diagnosis(@Cast("char*") byte[] text, long size);
}
