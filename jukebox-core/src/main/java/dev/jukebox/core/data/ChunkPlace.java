package dev.jukebox.core.data;

/**
 * Where a chunk of music is.
 *
 * @param song index of the song
 * @param offset its first sample, counted from the start of the song
 */
public record ChunkPlace(int song, long offset) {

  /** The nearest place at or before this one that is a multiple of so many samples of its song. */
  public ChunkPlace alignedTo(int unit) {
    return new ChunkPlace(song, offset - offset % unit);
  }
}
