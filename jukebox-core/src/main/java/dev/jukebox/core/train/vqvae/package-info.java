/** Training of the VQ-VAE (Jukebox paper, section 3). */
package dev.jukebox.core.train.vqvae;
