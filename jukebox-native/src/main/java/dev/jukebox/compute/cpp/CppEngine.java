package dev.jukebox.compute.cpp;

import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InsufficientMemoryException;
import java.util.Optional;

/** A native engine: threads and the kernels of one instruction set. */
final class CppEngine implements AutoCloseable {
  private static final int OUT_OF_MEMORY = 2;
  private static final int BUSY = 4;

  private Optional<Long> handle;

  private CppEngine(long handle) {
    this.handle = Optional.of(handle);
  }

  static CppEngine create(CppTier tier, int threads) {
    long[] engine = new long[1];
    int status = NativeApi.engineCreate(tier.code(), threads, engine);
    if (status != 0) {
      throw new ComputeException(
          "cannot start "
              + threads
              + " threads with "
              + tier.needs()
              + " (native status "
              + status
              + "): use fewer threads");
    }
    return new CppEngine(engine[0]);
  }

  /** The native handle; throws if the backend is closed. */
  long handle() {
    return handle.orElseThrow(
        () -> new ComputeException("the cpp backend is used after its close"));
  }

  /**
   * Turns a native status into an exception.
   *
   * @param operands what the operation was given, joined for the message
   */
  static void check(int status, String operation, Object... operands) {
    if (status != 0) {
      throw failure(status, operation, operands);
    }
  }

  private static RuntimeException failure(int status, String operation, Object... operands) {
    StringBuilder given = new StringBuilder(operation).append(" of ");
    for (int i = 0; i < operands.length; i++) {
      given.append(i == 0 ? "" : ", ").append(operands[i]);
    }
    return switch (status) {
      case OUT_OF_MEMORY ->
          new InsufficientMemoryException(given + ": no memory for scratch: use a smaller batch");
      case BUSY ->
          new ComputeException(
              given + ": the backend is in use by another thread: open one for each thread");
      default -> new ComputeException(given + ": refused by the kernel (status " + status + ")");
    };
  }

  @Override
  public void close() {
    Optional<Long> open = handle;
    handle = Optional.empty();
    open.ifPresent(engine -> check(NativeApi.engineDestroy(engine), "close", "backend"));
  }
}
