/** What happens between two gradients: learning rate, loss scale, Adam, moving averages. */
package dev.jukebox.core.optim;
