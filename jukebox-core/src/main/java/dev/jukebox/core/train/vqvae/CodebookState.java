package dev.jukebox.core.train.vqvae;

/** The numbers that a codebook is. */
public final class CodebookState {
  private final float[] k;
  private final float[] kSum;
  private final float[] kElem;
  private final double threshold;

  /** A state of these numbers, which are copied. */
  public CodebookState(float[] k, float[] kSum, float[] kElem, double threshold) {
    this.k = k.clone();
    this.kSum = kSum.clone();
    this.kElem = kElem.clone();
    this.threshold = threshold;
  }

  /** Vectors [bins·width]. */
  public float[] k() {
    return k.clone();
  }

  /** Moving sums [bins·width]. */
  public float[] kSum() {
    return kSum.clone();
  }

  /** Moving counts [bins]. */
  public float[] kElem() {
    return kElem.clone();
  }

  /** A code with a lower count is restarted. */
  public double threshold() {
    return threshold;
  }
}
