package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.examples.corpus.Artist;
import dev.jukebox.examples.corpus.Composer;
import dev.jukebox.examples.corpus.Corpus;
import dev.jukebox.examples.corpus.Genre;
import dev.jukebox.examples.corpus.Performer;
import dev.jukebox.examples.corpus.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Songs of the corpus score near 1 by each measure; other labels and noise near chance. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListenerTest {
  private static final int SONGS = 4;

  private Listener listener;
  private final List<Score> scores = new ArrayList<>();
  private final List<float[]> sounds = new ArrayList<>();

  @BeforeAll
  void listen() {
    listener = Listener.learn(77, 12, 1);
    Performer performer = new Performer();
    for (int i = 0; i < SONGS; i++) {
      // Each genre once, and each artist.
      Score score = new Corpus(2).song(5 * i);
      scores.add(score);
      sounds.add(performer.perform(score));
    }
  }

  @Test
  void songsOfTheCorpusAreWhatTheyShouldBe() {
    Listener.Figures figures = figures(scores, sounds);
    assertTrue(figures.notes() > 50 * SONGS, figures + "");
    assertTrue(figures.inScale() > 0.97, figures + "");
    assertTrue(figures.inOtherScales() < 0.45, figures + "");
    assertEquals(1, figures.tempo(), figures + "");
    assertEquals(1, figures.artist(), figures + "");
    assertTrue(figures.letters() > 50 * SONGS, figures + "");
    assertTrue(figures.recognised() > 0.9, figures + "");
    assertTrue(figures.otherWords() < 0.15, figures + "");
    assertTrue(figures.commonest() < 0.2, figures + "");
  }

  @Test
  void songsUnderOtherLabelsAreNot() {
    List<Score> others = new ArrayList<>();
    for (int i = 0; i < SONGS; i++) {
      Genre genre = Genre.of(5 * i + 1);
      Artist artist = Artist.of(5 * i / Genre.count() + 1);
      String words = scores.get((i + 1) % SONGS).lyrics();
      others.add(Composer.compose(genre, artist, words, Corpus.TICKS, i));
    }
    Listener.Figures figures = figures(others, sounds);
    assertTrue(figures.inScale() < 0.6, figures + "");
    assertEquals(0, figures.tempo(), figures + "");
    assertEquals(0, figures.artist(), figures + "");
    assertTrue(figures.recognised() < 0.15, figures + "");
  }

  @Test
  void noiseIsNothing() {
    Random random = new Random(6);
    List<float[]> noise = new ArrayList<>();
    for (int i = 0; i < SONGS; i++) {
      float[] samples = new float[Corpus.TICKS * Score.TICK];
      for (int t = 0; t < samples.length; t++) {
        samples[t] = (float) (0.2 * random.nextGaussian());
      }
      noise.add(samples);
    }
    Listener.Figures figures = figures(scores, noise);
    assertTrue(figures.notes() < 10 * SONGS, figures + "");
    assertTrue(figures.artist() <= 0.5, figures + "");
    assertTrue(figures.recognised() < 0.15, figures + "");
  }

  /** Silence has no notes, whose share is then no number, and breaks nothing. */
  @Test
  void silenceIsNothing() {
    List<float[]> silence = new ArrayList<>();
    scores.forEach(score -> silence.add(new float[Corpus.TICKS * Score.TICK]));
    Listener.Figures figures = figures(scores, silence);
    assertEquals(0, figures.notes());
    assertTrue(figures.recognised() < 0.15, figures + "");
  }

  private Listener.Figures figures(List<Score> wanted, List<float[]> samples) {
    List<Take> takes = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      takes.add(new Take(wanted.get(i), samples.get(i)));
    }
    return listener.listen(takes);
  }
}
