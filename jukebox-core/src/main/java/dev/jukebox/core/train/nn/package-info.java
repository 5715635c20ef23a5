/**
 * The layers that training is done with: parameters by the original's names, and what each computes
 * on a tape. Their inference twins are in {@link dev.jukebox.core.nn}.
 */
package dev.jukebox.core.train.nn;
