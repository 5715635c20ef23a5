package dev.jukebox.core.train.run;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.tensorboard.EventWriter;
import java.util.List;
import java.util.Map;

/** The event files of a run, for one step. */
final class RunLog {
  private final EventWriter events;
  private final int sampleRate;
  private final int maxSeconds;
  private final int maxItems;
  private long step;

  /**
   * A log of a run.
   *
   * @param maxSeconds seconds of audio that are kept of an item; 0 for all
   * @param maxItems items of audio that are kept of a batch
   */
  RunLog(EventWriter events, int sampleRate, int maxSeconds, int maxItems) {
    this.events = events;
    this.sampleRate = sampleRate;
    this.maxSeconds = maxSeconds;
    this.maxItems = maxItems;
  }

  void step(long now) {
    step = now;
  }

  void scalars(Map<String, Double> values) {
    values.forEach((name, value) -> events.scalar(name, step, value));
  }

  void text(String tag, String text) {
    events.text(tag, step, text);
  }

  /** Mono items, limited to what a sound can be. */
  void audio(String tag, List<float[]> items) {
    for (int i = 0; i < Math.min(items.size(), maxItems); i++) {
      float[] item = items.get(i);
      int length =
          maxSeconds == 0
              ? item.length
              : (int) Math.min(item.length, (long) maxSeconds * sampleRate);
      float[] kept = new float[length];
      for (int t = 0; t < length; t++) {
        kept[t] = Math.max(-1, Math.min(1, item[t]));
      }
      events.audio(i + "/" + tag, step, Audio.mono(sampleRate, kept));
    }
  }

  void flush() {
    events.flush();
  }
}
