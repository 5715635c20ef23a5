package dev.jukebox.examples.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the labels of songs promise, their scores and sounds keep. */
class CorpusTest {
  private static final int PAIRS = Genre.count() * EnumSet.allOf(Artist.class).size();

  private static List<Score> songs() {
    Corpus corpus = new Corpus(11);
    return IntStream.range(0, 2 * PAIRS).mapToObj(corpus::song).toList();
  }

  @Test
  void theSeedDecidesEverySong() {
    assertEquals(new Corpus(3).song(7), new Corpus(3).song(7));
    assertNotEquals(new Corpus(3).song(7).lyrics(), new Corpus(4).song(7).lyrics());
    assertNotEquals(new Corpus(3).song(7).lyrics(), new Corpus(3).song(7 + PAIRS).lyrics());
    Score score = new Corpus(3).song(6);
    float[] first = new Performer().perform(score);
    Performer warm = new Performer();
    warm.perform(new Corpus(3).song(2));
    assertArrayEquals(first, warm.perform(score), "whatever was played before");
  }

  @Test
  void everyGenreMeetsEveryArtist() {
    Set<String> pairs = new HashSet<>();
    for (Score song : songs().subList(0, PAIRS)) {
      pairs.add(song.genre() + " " + song.artist());
    }
    assertEquals(PAIRS, pairs.size());
  }

  @Test
  void soundsStayWithinFullScaleAndAreHeard() {
    Performer performer = new Performer();
    for (Score song : songs().subList(0, PAIRS)) {
      float[] samples = performer.perform(song);
      assertEquals(Corpus.TICKS * Score.TICK, samples.length);
      assertEquals(samples.length / (double) Score.SAMPLE_RATE, song.seconds(), 1e-9);
      float loudest = 0;
      for (float sample : samples) {
        assertTrue(Math.abs(sample) <= 1, song.genre() + " " + song.artist() + ": " + sample);
        loudest = Math.max(loudest, Math.abs(sample));
      }
      assertTrue(loudest > 0.2, song.genre() + " " + song.artist() + " is too soft");
    }
  }

  @Test
  void everyNoteIsInTheScaleAndTheRegister() {
    int notes = 0;
    for (Score song : songs()) {
      int lowest = song.artist().lowestNote();
      for (Score.Sung sung : song.syllables()) {
        assertTrue(song.genre().pitchClasses().contains(sung.midi() % 12), sung + " " + song);
        assertTrue(sung.midi() >= lowest && sung.midi() < lowest + Composer.RANGE, sung + "");
        notes++;
      }
    }
    assertTrue(notes > 50 * PAIRS, notes + " notes");
  }

  @Test
  void everyVoiceSingsSeveralNotesOfEveryScale() {
    Map<String, Set<Integer>> notes = new HashMap<>();
    for (Score song : songs()) {
      Set<Integer> sung =
          notes.computeIfAbsent(song.genre() + " " + song.artist(), pair -> new HashSet<>());
      song.syllables().forEach(each -> sung.add(each.midi()));
    }
    assertEquals(PAIRS, notes.size());
    notes.forEach((pair, sung) -> assertTrue(sung.size() >= 5, pair + " sings " + sung));
  }

  @Test
  void everyLetterHasItsSlot() {
    for (Score song : songs()) {
      int slots = Score.slots(song.genre(), song.ticks());
      for (int i = 0; i < song.lyrics().length(); i++) {
        assertEquals(i, song.characterAt(song.slotOf(i)));
        assertEquals((double) i / song.lyrics().length(), (double) song.slotOf(i) / slots, 0.01);
      }
      long letters = song.lyrics().chars().filter(Character::isLetter).count();
      assertEquals(letters, song.syllables().size());
      for (Score.Sung sung : song.syllables()) {
        assertEquals(song.slotOf(sung.index()), sung.slot());
        assertTrue(Character.isLetter(song.lyrics().charAt(sung.index())));
        assertTrue((sung.slot() + 1) * song.genre().slotTicks() <= song.ticks());
      }
    }
  }

  @Test
  void theVoiceIsHeardInItsSlotsAlone() {
    Performer performer = new Performer();
    for (Score song : songs().subList(0, PAIRS)) {
      float[] voice = performer.sing(song);
      int slot = song.genre().slotTicks() * Score.TICK;
      Set<Integer> sung = new HashSet<>();
      song.syllables().forEach(each -> sung.add(each.slot()));
      for (int i = 0; (i + 1) * slot <= voice.length; i++) {
        double energy = 0;
        for (int t = i * slot; t < (i + 1) * slot; t++) {
          energy += voice[t] * voice[t];
        }
        assertEquals(sung.contains(i), energy > 0, "slot " + i);
      }
    }
  }

  @Test
  void lyricsAreOfKnownCharactersAndFit() {
    for (Score song : songs()) {
      int capacity = Score.slots(song.genre(), song.ticks());
      assertTrue(song.lyrics().matches("[A-Za-z ,.\n]+"), song.lyrics());
      assertTrue(song.lyrics().length() >= 8 && song.lyrics().length() <= capacity);
    }
    for (int length : new int[] {0, 1, 7, 300}) {
      assertEquals(length, Words.lyrics(length, 5).length());
    }
  }

  @ParameterizedTest
  @EnumSource
  void tempoFollowsFromTheTicks(Genre genre) {
    double beat = 4.0 * genre.slotTicks() * Score.TICK / Score.SAMPLE_RATE;
    assertEquals(60, genre.tempo() * beat, 1e-9);
    assertEquals(0, genre.slotsPerBar() % 4);
  }

  @ParameterizedTest
  @EnumSource
  void scalesDiffer(Genre genre) {
    assertEquals(5, new HashSet<>(genre.pitchClasses()).size());
    for (Genre other : EnumSet.allOf(Genre.class)) {
      Set<Integer> common = new HashSet<>(genre.pitchClasses());
      common.retainAll(other.pitchClasses());
      assertTrue(other == genre || common.size() <= 3, genre + " and " + other + ": " + common);
    }
  }

  @Test
  void whatIsNoLetterIsSilent() {
    assertFalse(Sound.of('a').isEmpty());
    assertEquals(Sound.of('q'), Sound.of('Q'));
    for (char character : " ,.\n0é".toCharArray()) {
      assertTrue(Sound.of(character).isEmpty(), "'" + character + "'");
    }
  }
}
