/** How fast the models and operations run, with results that are checked before they are timed. */
package dev.jukebox.benchmarks;
