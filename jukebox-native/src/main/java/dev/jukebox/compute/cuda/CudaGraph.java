package dev.jukebox.compute.cuda;

import dev.jukebox.compute.Graph;
import java.util.concurrent.locks.LockSupport;

/** Operations that the device runs as one list. */
final class CudaGraph implements Graph {
  private static final int SPINS = 64;
  private static final long NAP_NANOS = 20_000;

  private final CudaContext context;
  private long handle;

  private CudaGraph(CudaContext context, long handle) {
    this.context = context;
    this.handle = handle;
  }

  static CudaGraph capture(CudaContext context, Runnable body) {
    context.check(CudaApi.captureBegin(context.handle()), "capture");
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      CudaApi.captureAbandon(context.handle());
      throw e;
    }
    long[] graph = new long[1];
    context.check(CudaApi.captureEnd(context.handle(), graph), "capture");
    return new CudaGraph(context, context.own(graph[0]));
  }

  @Override
  public void launch() {
    context.check(CudaApi.graphLaunch(context.handle(), handle), "launch of a graph");
  }

  @Override
  public long finished() {
    long[] launches = new long[1];
    context.check(CudaApi.graphFinished(context.handle(), handle, launches), "graph");
    return launches[0];
  }

  @Override
  public void await(long launches) {
    for (int spin = 0; finished() < launches; spin++) {
      if (spin < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(NAP_NANOS);
      }
    }
  }

  @Override
  public void close() {
    context.freeGraph(handle);
    handle = 0;
  }
}
