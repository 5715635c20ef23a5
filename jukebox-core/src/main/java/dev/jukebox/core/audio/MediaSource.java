package dev.jukebox.core.audio;

import dev.jukebox.media.MediaDecoder;
import dev.jukebox.media.MediaInfo;

/** Audio from a file that FFmpeg decodes. */
record MediaSource(MediaDecoder decoder) implements AudioSource {

  @Override
  public AudioInfo info() {
    MediaInfo info = decoder.info();
    return new AudioInfo(info.sampleRate(), info.channels(), info.seconds());
  }

  @Override
  public Audio read(int sampleRate, long offset, long count) {
    return Audio.wrap(sampleRate, decoder.decode(sampleRate, offset, count));
  }

  @Override
  public void close() {
    decoder.close();
  }
}
