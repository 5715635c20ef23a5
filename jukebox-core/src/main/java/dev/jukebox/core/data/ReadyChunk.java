package dev.jukebox.core.data;

/** A row of a batch: samples, y, and where they are from. */
final class ReadyChunk {

  private final Batch.Origin origin;
  private final float[] samples;
  private final long[] y;

  ReadyChunk(Batch.Origin origin, float[] samples, long[] y) {
    this.origin = origin;
    this.samples = samples;
    this.y = y;
  }

  Batch.Origin origin() {
    return origin;
  }

  float[] samples() {
    return samples;
  }

  long[] y() {
    return y;
  }
}
