/** Verified loading of native libraries. */
package dev.jukebox.compute.library;
