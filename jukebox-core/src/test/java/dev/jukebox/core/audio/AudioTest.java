package dev.jukebox.core.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.error.InvalidInputException;
import org.junit.jupiter.api.Test;

class AudioTest {

  private final Audio stereo = Audio.of(4, new float[][] {{1, 2, 3, 4}, {0, 0, 1, -4}});

  @Test
  void mixesByTheMean() {
    assertEquals(Audio.mono(4, new float[] {0.5f, 1, 2, 0}), stereo.mono());
  }

  @Test
  void cutsEveryChannel() {
    assertEquals(Audio.of(4, new float[][] {{2, 3}, {0, 1}}), stereo.slice(1, 2));
    assertEquals(0, stereo.slice(4, 0).length());
    assertEquals(1.0, stereo.seconds());
  }

  @Test
  void cannotBeChangedFromOutside() {
    float[] samples = {1, 2};
    Audio audio = Audio.mono(8, samples);
    samples[0] = 9;
    audio.channel(0)[1] = 9;
    assertArrayEquals(new float[] {1, 2}, audio.channel(0));
  }

  @Test
  void comparesByContent() {
    assertEquals(stereo, stereo.slice(0, 4));
    assertEquals(stereo.hashCode(), stereo.slice(0, 4).hashCode());
    assertNotEquals(stereo, stereo.mono());
  }

  @Test
  void refusesWhatIsNotAudio() {
    assertThrows(InvalidInputException.class, () -> Audio.mono(0, new float[1]));
    assertThrows(InvalidInputException.class, () -> Audio.of(8, new float[0][]));
    assertThrows(InvalidInputException.class, () -> Audio.of(8, new float[][] {{1}, {1, 2}}));
    assertThrows(InvalidInputException.class, () -> stereo.slice(3, 2));
    assertThrows(InvalidInputException.class, () -> stereo.slice(-1, 2));
    assertThrows(InvalidInputException.class, () -> stereo.slice(1, Integer.MAX_VALUE));
  }
}
