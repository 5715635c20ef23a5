package dev.jukebox.core.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A few chunks of music, as a model takes them: mono samples and labels.
 *
 * <pre>{@code
 * float[] x = batch.samples(); // [size][sampleLength], and one channel
 * long[] y = batch.labels(); // [size][yLength], nothing for a model without labels
 * }</pre>
 */
public final class Batch {

  /**
   * Where a row of a batch is from.
   *
   * @param file the song
   * @param offset its first sample there, at the rate of the model
   */
  public record Origin(Path file, long offset) {}

  private final int epoch;
  private final int index;
  private final int sampleLength;
  private final int yLength;
  private final float[] samples;
  private final long[] labels;
  private final List<Origin> origins;

  Batch(int epoch, int index, int sampleLength, int yLength, List<ReadyChunk> chunks) {
    this.epoch = epoch;
    this.index = index;
    this.sampleLength = sampleLength;
    this.yLength = yLength;
    this.samples = new float[Math.multiplyExact(chunks.size(), sampleLength)];
    this.labels = new long[chunks.size() * yLength];
    this.origins = chunks.stream().map(ReadyChunk::origin).toList();
    for (int i = 0; i < chunks.size(); i++) {
      System.arraycopy(chunks.get(i).samples(), 0, samples, i * sampleLength, sampleLength);
      System.arraycopy(chunks.get(i).y(), 0, labels, i * yLength, yLength);
    }
  }

  /** The epoch, from 0. */
  public int epoch() {
    return epoch;
  }

  /** The batch's number in its epoch, from 0. */
  public int index() {
    return index;
  }

  /** The number of chunks. */
  public int size() {
    return origins.size();
  }

  /** Samples of a chunk. */
  public int sampleLength() {
    return sampleLength;
  }

  /** Entries of a chunk's label; 0 for a model without labels. */
  public int yLength() {
    return yLength;
  }

  /** Mono samples, {@code [size][sampleLength]}, row after row; not a copy. */
  public float[] samples() {
    return samples;
  }

  /** Labels as of {@code Labeller}, {@code [size][yLength]}, row after row; not a copy. */
  public long[] labels() {
    return labels;
  }

  /** Where each chunk is from. */
  public List<Origin> origins() {
    return origins;
  }
}
