package dev.jukebox.compute.host;

import dev.jukebox.compute.Graph;

/** Operations of a host backend, which has run them when a launch returns. */
final class HostGraph implements Graph {
  private final Runnable body;
  private long launches;

  HostGraph(Runnable body) {
    this.body = body;
  }

  @Override
  public void launch() {
    body.run();
    launches++;
  }

  @Override
  public long finished() {
    return launches;
  }

  @Override
  public void await(long count) {}

  @Override
  public void close() {}
}
