package dev.jukebox.compute;

/** How the difference of two signals is measured. */
public enum Distance {
  /** Mean of the absolute differences. */
  L1,
  /** Mean of the squared differences. */
  L2,
  /** Mean of the k largest squared differences. */
  LINF
}
