package dev.jukebox.core.run;

import dev.jukebox.core.audio.AudioReader;
import dev.jukebox.core.sample.Codes;
import dev.jukebox.core.vqvae.VqVae;
import dev.jukebox.core.vqvae.VqVaeConfig;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a run begins with, as codes. */
public final class Prompts {

  private Prompts() {}

  /**
   * The codes of sounds at every level.
   *
   * @param audio mono samples of each item, all of one length, a multiple of the top level's hop
   */
  public static Codes encode(VqVae vqvae, List<float[]> audio) {
    List<List<int[]>> levels = new ArrayList<>();
    for (int level = 0; level < vqvae.config().levels(); level++) {
      List<int[]> items = new ArrayList<>();
      for (float[] samples : audio) {
        items.add(vqvae.encode(samples, level));
      }
      levels.add(items);
    }
    return Codes.of(levels);
  }

  /**
   * The codes of the beginning of recordings, each encoded once and repeated in turn.
   *
   * @param samples length of the prompt, a multiple of the top level's hop
   * @param items number of items of the run
   */
  public static Codes fromRecordings(VqVae vqvae, List<Path> files, long samples, int items) {
    if (files.isEmpty()) {
      throw new InvalidInputException("a primed run needs at least one recording");
    }
    List<Path> used = files.subList(0, Math.min(files.size(), items));
    List<float[]> audio = new ArrayList<>();
    for (Path file : used) {
      audio.add(AudioReader.load(file, vqvae.config().sampleRate(), 0, samples, true).channel(0));
    }
    return repeat(encode(vqvae, audio), items);
  }

  private static Codes repeat(Codes codes, int items) {
    List<List<int[]>> levels = new ArrayList<>();
    for (int level = 0; level < codes.levels(); level++) {
      List<int[]> repeated = new ArrayList<>();
      for (int n = 0; n < items; n++) {
        repeated.add(codes.item(level, n % codes.items()));
      }
      levels.add(repeated);
    }
    return Codes.of(levels);
  }

  /**
   * The codes of an earlier run cut to a prompt.
   *
   * @param samples length of the prompt, a multiple of the top level's hop
   * @throws InvalidInputException if the codes are shorter
   */
  public static Codes cut(Codes codes, VqVaeConfig config, long samples) {
    int top = config.levels() - 1;
    if (samples / config.topHop() > codes.length(top)) {
      throw new InvalidInputException(
          "a prompt of "
              + samples / (double) config.sampleRate()
              + " s is longer than the codes of "
              + (long) codes.length(top) * config.topHop() / (double) config.sampleRate()
              + " s");
    }
    List<Integer> lengths = new ArrayList<>();
    for (int level = 0; level <= top; level++) {
      lengths.add(Math.toIntExact(samples / config.hop(level)));
    }
    return codes.truncate(lengths);
  }
}
