/**
 * Decoding of music files of any common format, and resampling, by FFmpeg where it can be loaded.
 */
package dev.jukebox.media;
