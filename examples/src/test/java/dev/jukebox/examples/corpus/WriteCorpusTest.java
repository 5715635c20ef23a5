package dev.jukebox.examples.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.api.Audio;
import dev.jukebox.core.data.MetadataFile;
import dev.jukebox.core.data.MetadataSource;
import dev.jukebox.core.data.SongMetadata;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is what training reads. */
class WriteCorpusTest {
  private static final int SONGS = 5;

  @Test
  void trainingReadsSoundsLabelsAndLyrics(@TempDir Path directory) {
    Corpus corpus = new Corpus(21);
    int first = 3;
    WriteCorpus.write(corpus, first, SONGS, directory.resolve("songs"));
    MetadataSource metadata = MetadataFile.read(directory.resolve("songs/metadata.csv"));
    assertTrue(metadata.warnings().isEmpty(), metadata.warnings().toString());
    boolean lines = false;
    boolean commas = false;
    for (int i = first; i < first + SONGS; i++) {
      Path file = directory.resolve(String.format(Locale.ROOT, "songs/song_%05d.wav", i));
      float[] read = Audio.read(file, Score.SAMPLE_RATE).samples();
      Score score = corpus.song(i, read.length / Score.TICK);
      SongMetadata known = metadata.find(file).orElseThrow();
      assertEquals(score.artist().label(), known.artist());
      assertEquals(score.genre().label(), known.genre());
      assertEquals(score.lyrics(), known.lyrics());
      lines |= known.lyrics().contains("\n");
      commas |= known.lyrics().contains(",");
      float[] samples = new Performer().perform(score);
      assertEquals(samples.length, read.length);
      for (int t = 0; t < read.length; t++) {
        assertEquals(samples[t], read[t], 1e-4, file + " sample " + t);
      }
    }
    assertTrue(lines && commas, "lyrics with neither lines nor commas show nothing");
  }
}
