package dev.jukebox.examples.corpus;

import dev.jukebox.api.Audio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Writes songs as WAV files, with the metadata.csv that training reads. */
public final class WriteCorpus {

  private static final int SHORTEST = 1792;
  private static final int STEP = 128;
  private static final int LENGTHS = 7;

  private WriteCorpus() {}

  /**
   * Writes the songs of a corpus.
   *
   * @param args the directory, the number of songs (default 16), the seed (default 1)
   */
  public static void main(String[] args) {
    int songs = args.length > 1 ? Integer.parseInt(args[1]) : 16;
    long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
    write(new Corpus(seed), 0, songs, Path.of(args[0]));
  }

  /** Songs last from 20.8 to 29.7 s, so that a model learns what the length of a song means. */
  static Score song(Corpus corpus, int index) {
    return corpus.song(index, SHORTEST + STEP * (index * 5 % LENGTHS));
  }

  /**
   * Writes some of the songs of a corpus, and metadata that name them.
   *
   * @param first the number of the first song
   * @param count how many
   * @param directory made if it is not there
   */
  public static void write(Corpus corpus, int first, int count, Path directory) {
    Performer performer = new Performer();
    StringBuilder metadata = new StringBuilder("file,artist,genre,lyrics\n");
    try {
      Files.createDirectories(directory);
      for (int i = first; i < first + count; i++) {
        Score score = song(corpus, i);
        String file = String.format(Locale.ROOT, "song_%05d.wav", i);
        Audio.of(performer.perform(score), Score.SAMPLE_RATE).writeWav(directory.resolve(file));
        metadata.append(file).append(',').append(score.artist().label()).append(',');
        metadata.append(score.genre().label()).append(",\"").append(score.lyrics()).append("\"\n");
      }
      Files.writeString(directory.resolve("metadata.csv"), metadata, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
