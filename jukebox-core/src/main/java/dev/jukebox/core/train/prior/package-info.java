/** Training of priors and upsamplers (Jukebox paper, section 4). */
package dev.jukebox.core.train.prior;
