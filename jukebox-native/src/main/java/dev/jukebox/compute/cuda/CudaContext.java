package dev.jukebox.compute.cuda;

import dev.jukebox.error.ComputeException;
import dev.jukebox.error.InsufficientMemoryException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One opened device: its native handle, its memory, and how its failures become exceptions. */
final class CudaContext {
  private static final int OK = 0;
  private static final int OUT_OF_MEMORY = 2;
  private static final int DEVICE_LOST = 5;
  private static final int NOT_A_NUMBER = 6;
  private static final int ID_OUT_OF_RANGE = 7;
  private static final double GIGABYTE = 1e9;

  /** Up to so many items, a decode step is one kernel: see docs/cuda.md. */
  private static final String STACK = "jukebox.cuda.stack";

  /** As many items as were measured to be faster on such a device (JKC_MEASURED_STACK). */
  private static final int MEASURED = -1;

  private final Map<Long, Long> blocks = new HashMap<>();
  private final Set<Long> graphs = new HashSet<>();
  private long handle;
  private long liveBytes;

  private CudaContext(long handle) {
    this.handle = handle;
  }

  static CudaContext open(int device) {
    long[] handle = new long[1];
    int status = CudaApi.open(device, stackItems(), handle);
    if (status != OK) {
      throw new ComputeException(
          "device "
              + device
              + " cannot be opened (status "
              + status
              + "): see nvidia-smi for its state, or use the backend cpp");
    }
    return new CudaContext(handle[0]);
  }

  private static int stackItems() {
    String items = System.getProperty(STACK);
    if (items == null) {
      return MEASURED;
    }
    if (!items.matches("[0-9]{1,3}")) {
      throw new ComputeException(
          "the property " + STACK + " is " + items + ": give a number of items, 0 to 16");
    }
    return Integer.parseInt(items);
  }

  /** The native context; throws once it is closed. */
  long handle() {
    if (handle == 0) {
      throw new ComputeException("the CUDA backend is used after it was closed");
    }
    return handle;
  }

  boolean isClosed() {
    return handle == 0;
  }

  /** Throws unless a call succeeded; the operands appear in the message. */
  void check(int status, String operation, Object... operands) {
    if (status == OK) {
      return;
    }
    String shapes = Arrays.stream(operands).map(String::valueOf).collect(Collectors.joining(", "));
    String failed = operation + (shapes.isEmpty() ? "" : " of " + shapes);
    String said = CudaApi.error(handle());
    switch (status) {
      case OUT_OF_MEMORY ->
          throw new InsufficientMemoryException(
              failed
                  + ": the device has no memory left ("
                  + memorySentence()
                  + "): use a smaller batch, f16 weights, or close other models");
      case DEVICE_LOST ->
          throw new ComputeException(
              failed
                  + ": the device is lost to this process ("
                  + said
                  + "): close the model and go on with the backend cpp, or start again, with -D"
                  + STACK
                  + "=0 if it happens twice");
      case NOT_A_NUMBER ->
          throw new ComputeException(
              "sample: a logit is NaN; the weights or the conditioning are damaged");
      case ID_OUT_OF_RANGE ->
          throw new ComputeException(
              failed + ": an operation before it was given an id outside its table");
      default -> throw new ComputeException(failed + " failed on the device: " + said);
    }
  }

  private String memorySentence() {
    long[] freeAndTotal = new long[2];
    int status = CudaApi.memory(handle, freeAndTotal);
    return status == OK
        ? String.format(
            Locale.ROOT,
            "%.2f of %.2f GB are free",
            freeAndTotal[0] / GIGABYTE,
            freeAndTotal[1] / GIGABYTE)
        : "how much is free cannot be told";
  }

  /** The address of a new block of zeros. */
  synchronized long allocate(long bytes) {
    long[] block = new long[1];
    check(CudaApi.allocate(handle(), bytes, block), "allocation", bytes + " bytes");
    blocks.put(block[0], bytes);
    liveBytes += bytes;
    return block[0];
  }

  /** Frees a block; those left when the context was closed are gone already. */
  synchronized void free(long block) {
    Long bytes = blocks.remove(block);
    if (bytes != null) {
      liveBytes -= bytes;
      CudaApi.free(handle, block);
    }
  }

  /** Takes over a graph, so that it does not outlive the context. */
  synchronized long own(long graph) {
    graphs.add(graph);
    return graph;
  }

  /** Waits for a graph and frees it, unless it is gone already. */
  synchronized void freeGraph(long graph) {
    if (graphs.remove(graph)) {
      CudaApi.graphFree(handle, graph);
    }
  }

  synchronized long liveBytes() {
    return liveBytes;
  }

  long freeBytes() {
    long[] freeAndTotal = new long[2];
    check(CudaApi.memory(handle(), freeAndTotal), "memory");
    return freeAndTotal[0];
  }

  /** Frees all graphs, all blocks and the context. */
  synchronized void close() {
    if (handle != 0) {
      graphs.forEach(graph -> CudaApi.graphFree(handle, graph));
      graphs.clear();
      blocks.keySet().forEach(block -> CudaApi.free(handle, block));
      blocks.clear();
      liveBytes = 0;
      CudaApi.close(handle);
      handle = 0;
    }
  }
}
