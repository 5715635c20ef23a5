/** Training: models with gradients, and the runs that train them. */
package dev.jukebox.core.train;
