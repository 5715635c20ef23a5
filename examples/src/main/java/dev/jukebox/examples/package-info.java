/** Small programs against jukebox-api alone, each about one thing. */
package dev.jukebox.examples;
