package dev.jukebox.core.train.run;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.tensorboard.EventWriter;
import dev.jukebox.error.FileAccessException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The event files of a run, for one step. Where they cannot be written, such as on a full disk, the
 * run goes on without.
 */
final class RunLog {
  private final EventWriter events;
  private final int sampleRate;
  private final int maxSeconds;
  private final int maxItems;
  private final Consumer<String> warnings;
  private long step;
  private boolean broken;

  /**
   * A log of a run.
   *
   * @param maxSeconds seconds of audio that are kept of an item; 0 for all
   * @param maxItems items of audio that are kept of a batch
   * @param warnings told if the log cannot be written
   */
  RunLog(
      EventWriter events, int sampleRate, int maxSeconds, int maxItems, Consumer<String> warnings) {
    this.events = events;
    this.sampleRate = sampleRate;
    this.maxSeconds = maxSeconds;
    this.maxItems = maxItems;
    this.warnings = warnings;
  }

  void step(long now) {
    step = now;
  }

  void scalars(Map<String, Double> values) {
    values.forEach((name, value) -> write(() -> events.scalar(name, step, value)));
  }

  void text(String tag, String text) {
    write(() -> events.text(tag, step, text));
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
      String name = i + "/" + tag;
      write(() -> events.audio(name, step, Audio.mono(sampleRate, kept)));
    }
  }

  void flush() {
    write(events::flush);
  }

  private void write(Runnable entry) {
    if (broken) {
      return;
    }
    try {
      entry.run();
    } catch (FileAccessException e) {
      broken = true;
      warnings.accept(e.getMessage() + "; the run goes on without a log");
    }
  }
}
