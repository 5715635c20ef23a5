/** The {@code jukebox} command: flags to requests, progress and errors to words. */
package dev.jukebox.examples.cli;
