package dev.jukebox.core.data;

/**
 * Where a chunk of music is.
 *
 * @param song index of the song
 * @param offset its first sample, counted from the start of the song
 */
public record ChunkPlace(int song, long offset) {}
