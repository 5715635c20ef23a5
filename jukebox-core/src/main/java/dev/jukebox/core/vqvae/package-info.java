/** The hierarchical VQ-VAE between raw audio and codes (Jukebox paper, section 3). */
package dev.jukebox.core.vqvae;
