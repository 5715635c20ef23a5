package dev.jukebox.compute;

/** A function applied to each element after a linear layer. */
public enum Activation {
  /** x. */
  NONE,
  /** x·σ(1.702x), the quick GELU of the priors' MLPs. */
  QUICK_GELU
}
