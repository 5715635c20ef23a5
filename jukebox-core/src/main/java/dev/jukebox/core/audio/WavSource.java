package dev.jukebox.core.audio;

import dev.jukebox.media.MediaDecoder;
import dev.jukebox.media.MediaResampler;
import dev.jukebox.media.SourceWindow;
import java.util.OptionalDouble;

/** Audio from a WAV file, resampled by FFmpeg where it can be loaded and in Java where not. */
record WavSource(WavFile wav) implements AudioSource {

  @Override
  public AudioInfo info() {
    double seconds = (double) wav.frames() / wav.sampleRate();
    return new AudioInfo(wav.sampleRate(), wav.channels(), OptionalDouble.of(seconds));
  }

  @Override
  public Audio read(int sampleRate, long offset, long count) {
    SourceWindow window = SourceWindow.of(wav.sampleRate(), sampleRate, offset, count);
    Audio source = wav.read(window.start(), window.end() - window.start());
    if (sampleRate == wav.sampleRate()) {
      return source;
    }
    Audio resampled = resample(source, sampleRate);
    int skip = (int) Math.min(window.skip(), resampled.length());
    return resampled.slice(skip, (int) Math.min(count, resampled.length() - skip));
  }

  @Override
  public void close() {
    wav.close();
  }

  private static Audio resample(Audio source, int sampleRate) {
    float[][] channels = new float[source.channels()][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = source.channel(c);
    }
    if (MediaDecoder.availability().usable()) {
      channels = MediaResampler.resample(channels, source.sampleRate(), sampleRate);
    } else {
      SincResampler resampler = new SincResampler();
      for (int c = 0; c < channels.length; c++) {
        channels[c] = resampler.resample(channels[c], source.sampleRate(), sampleRate);
      }
    }
    return Audio.wrap(sampleRate, channels);
  }
}
