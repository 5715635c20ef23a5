/**
 * The autoregressive priors: sparse transformers over codes, conditioned on the level above, on
 * labels and on lyrics (Jukebox paper, section 4).
 */
package dev.jukebox.core.prior;
