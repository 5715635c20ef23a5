package dev.jukebox.api;

import dev.jukebox.core.run.LevelWriter;
import dev.jukebox.core.sample.LevelResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Passes what the sampler tells on to files and to the application. */
final class RunListener implements dev.jukebox.core.sample.SampleListener {
  private final SampleListener listener;
  private final Optional<LevelWriter> writer;
  private final int sampleRate;
  private final List<SampleLevel> levels = new ArrayList<>();
  private long levelBegan;

  RunListener(SampleListener listener, Optional<LevelWriter> writer, int sampleRate) {
    this.listener = listener;
    this.writer = writer;
    this.sampleRate = sampleRate;
  }

  /** The finished levels, finest first. */
  List<SampleLevel> levels() {
    return List.copyOf(levels);
  }

  @Override
  public void progress(int level, long done, long total) {
    if (done == 0) {
      levelBegan = System.nanoTime();
    }
    double seconds = (System.nanoTime() - levelBegan) / 1e9;
    double speed = done == 0 ? 0 : done / Math.max(seconds, 1e-9);
    double left = done == 0 ? 0 : (total - done) / speed;
    listener.progress(new SampleProgress(level, done, total, speed, left));
  }

  @Override
  public void windowFinished(dev.jukebox.core.sample.Codes codes) {
    writer.ifPresent(files -> files.windowFinished(codes));
  }

  @Override
  public void levelDrawn(dev.jukebox.core.sample.Codes codes) {
    writer.ifPresent(files -> files.keep(codes));
  }

  @Override
  public void levelFinished(LevelResult result) {
    Optional<Path> directory = writer.map(files -> files.write(result));
    SampleLevel level =
        new SampleLevel(
            result.level(),
            result.audio().stream().map(samples -> Audio.of(samples, sampleRate)).toList(),
            result.alignments(),
            directory);
    levels.add(0, level);
    listener.levelFinished(level);
  }

  @Override
  public void cancelled(dev.jukebox.core.sample.Codes codes) {
    writer.ifPresent(files -> files.keep(codes));
  }

  @Override
  public void warning(String message) {
    listener.warning(message);
  }

  @Override
  public boolean isCancelled() {
    return listener.isCancelled();
  }
}
