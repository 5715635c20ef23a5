package dev.jukebox.core.train.vqvae;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * The codebook of one level while it is learnt: moving averages of the vectors that each code
 * stands for, with random restarts of codes that are hardly used (Jukebox paper, section 3.1; spec:
 * k, k_sum, k_elem).
 */
public final class Codebook {
  private static final double TILE_NOISE = 0.01;

  private final Backend backend;
  private final Tensor vectors;
  private final int bins;
  private final int width;
  private final double mu;
  private float[] kSum;
  private float[] kElem;
  private double threshold = 1;
  private boolean started;

  /**
   * A codebook that begins with vectors of the first batch.
   *
   * @param mu decay of the moving averages
   * @param arena owns the vectors
   */
  Codebook(Backend backend, int bins, int width, double mu, Arena arena) {
    this.backend = backend;
    this.bins = bins;
    this.width = width;
    this.mu = mu;
    this.vectors = arena.tensor(DType.F32, bins, width);
    this.kSum = new float[bins * width];
    this.kElem = new float[bins];
  }

  /** The vectors, F32 [bins, width]. */
  public Tensor vectors() {
    return vectors;
  }

  /** Whether the vectors mean something yet. */
  boolean started() {
    return started;
  }

  /** The numbers, for a checkpoint. */
  public CodebookState state() {
    return new CodebookState(backend.downloadFloats(vectors), kSum, kElem, threshold);
  }

  /** Continues from a checkpoint's numbers. */
  public void restore(CodebookState state) {
    backend.upload(vectors, state.k());
    kSum = state.kSum();
    kElem = state.kElem();
    threshold = state.threshold();
    started = true;
  }

  /**
   * Continues from vectors alone, as if every code had been used equally often.
   *
   * @param tokens how many vectors of this level a step quantises
   * @param restartThreshold a code with a lower moving count is restarted
   */
  public void restore(float[] k, long tokens, double restartThreshold) {
    double usage = (double) tokens / bins;
    float[] sums = new float[k.length];
    float[] counts = new float[bins];
    for (int i = 0; i < k.length; i++) {
      sums[i] = (float) (k[i] * usage);
    }
    for (int i = 0; i < bins; i++) {
      counts[i] = (float) usage;
    }
    restore(new CodebookState(k, sums, counts, restartThreshold));
  }

  /** Begins with random vectors of a batch, [..., width]. */
  void start(Tensor x, Random random) {
    float[] k = randomRows(x, bins, random);
    kSum = k.clone();
    kElem = new float[bins];
    Arrays.fill(kElem, 1);
    backend.upload(vectors, k);
    started = true;
  }

  /**
   * One step of the moving averages.
   *
   * @param x the vectors that were quantised, [..., width]
   * @param codes their codes, I32
   * @return entropy, used_curr, usage and dk of the step
   */
  Map<String, Double> update(Tensor x, Tensor codes, Random random) {
    float[] counts;
    float[] sums;
    try (Arena arena = backend.arena()) {
      Tensor count = arena.tensor(DType.F32, bins);
      Tensor sum = arena.tensor(DType.F32, bins, width);
      backend.codebook().accumulate(x, codes, count, sum);
      counts = backend.downloadFloats(count);
      sums = backend.downloadFloats(sum);
    }
    float[] old = backend.downloadFloats(vectors);
    float[] k = old.clone();
    int usage = 0;
    for (int bin = 0; bin < bins; bin++) {
      kElem[bin] = (float) (mu * kElem[bin] + (1 - mu) * counts[bin]);
      boolean used = kElem[bin] >= threshold;
      usage += used ? 1 : 0;
      for (int i = bin * width; i < (bin + 1) * width; i++) {
        kSum[i] = (float) (mu * kSum[i] + (1 - mu) * sums[i]);
        k[i] = used ? kSum[i] / kElem[bin] : k[i];
      }
    }
    restart(k, bins - usage, x, random);
    backend.upload(vectors, k);
    return metrics(counts, usage, old, k);
  }

  /** Gives every code that is hardly used a random vector of the batch. */
  private void restart(float[] k, int unused, Tensor x, Random random) {
    if (unused == 0) {
      return;
    }
    float[] fresh = randomRows(x, unused, random);
    int next = 0;
    for (int bin = 0; bin < bins; bin++) {
      if (kElem[bin] < threshold) {
        System.arraycopy(fresh, next * width, k, bin * width, width);
        next++;
      }
    }
  }

  private Map<String, Double> metrics(float[] counts, int usage, float[] old, float[] k) {
    double total = 0;
    int usedNow = 0;
    for (float count : counts) {
      total += count;
      usedNow += count >= threshold ? 1 : 0;
    }
    double entropy = 0;
    for (float count : counts) {
      double p = count / total;
      entropy -= p * Math.log(p + 1e-8);
    }
    double change = 0;
    for (int i = 0; i < k.length; i++) {
      change += ((double) k[i] - old[i]) * ((double) k[i] - old[i]);
    }
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("entropy", entropy);
    metrics.put("used_curr", (double) usedNow);
    metrics.put("usage", (double) usage);
    metrics.put("dk", Math.sqrt(change / k.length));
    return metrics;
  }

  /** Random rows, none twice while there are enough; else repeated with a little noise. */
  private float[] randomRows(Tensor x, int count, Random random) {
    int rows = Math.toIntExact(x.shape().rows());
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      int place = i % rows;
      int other = place + random.nextInt(rows - place);
      int row = order[other];
      order[other] = order[place];
      order[place] = row;
      chosen[i] = row;
    }
    float[] values;
    try (Arena arena = backend.arena()) {
      Tensor ids = arena.tensor(DType.I32, count);
      Tensor out = arena.tensor(DType.F32, count, width);
      backend.upload(ids, chosen);
      backend.embedding().gather(x.reshape(rows, width), ids, out);
      values = backend.downloadFloats(out);
    }
    if (rows < count) {
      double std = TILE_NOISE / Math.sqrt(width);
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (std * random.nextGaussian());
      }
    }
    return values;
  }
}
