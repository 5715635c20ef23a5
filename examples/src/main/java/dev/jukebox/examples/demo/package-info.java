/** Trains the model that the library carries, from songs that the corpus composes. */
package dev.jukebox.examples.demo;
