package dev.jukebox.core.audio;

/** An open file of audio. */
interface AudioSource extends AutoCloseable {

  AudioInfo info();

  /**
   * The samples {@code [offset, offset + count)} at a rate, or those of them that the file holds.
   *
   * @param count the number of samples; {@link Long#MAX_VALUE} for all to the end
   */
  Audio read(int sampleRate, long offset, long count);

  @Override
  void close();
}
