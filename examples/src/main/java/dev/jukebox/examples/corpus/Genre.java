package dev.jukebox.examples.corpus;

import java.util.EnumSet;
import java.util.List;

/**
 * A genre: scale, tempo, chords and accompaniment that all its songs share.
 *
 * <p>Time is counted in ticks of {@value Score#TICK} samples, of which a slot, a sixteenth note, is
 * a whole number, so that music and codes share one clock. No two scales have more than three of
 * their five pitch classes in common.
 */
public enum Genre {
  MARCH(
      "March",
      0,
      List.of(0, 2, 4, 7, 9),
      11,
      16,
      List.of(List.of(0, 3, 4, 0), List.of(0, 4, 3, 4))),
  BALLAD(
      "Ballad",
      3,
      List.of(0, 3, 5, 7, 10),
      16,
      16,
      List.of(List.of(0, 2, 4, 3), List.of(0, 3, 1, 4))),
  DANCE(
      "Dance",
      7,
      List.of(0, 3, 5, 7, 10),
      10,
      16,
      List.of(List.of(0, 0, 3, 4), List.of(4, 3, 0, 0))),
  WALTZ(
      "Waltz",
      8,
      List.of(0, 2, 3, 7, 8),
      13,
      12,
      List.of(List.of(0, 3, 0, 2), List.of(0, 1, 3, 0)));

  private final String label;
  private final int tonic;
  private final List<Integer> scale;
  private final int slotTicks;
  private final int slotsPerBar;
  private final List<List<Integer>> progressions;

  Genre(
      String label,
      int tonic,
      List<Integer> scale,
      int slotTicks,
      int slotsPerBar,
      List<List<Integer>> progressions) {
    this.label = label;
    this.tonic = tonic;
    this.scale = scale;
    this.slotTicks = slotTicks;
    this.slotsPerBar = slotsPerBar;
    this.progressions = progressions;
  }

  /** The genre of a number from 0 on, which begins anew after the last. */
  public static Genre of(int number) {
    return List.copyOf(EnumSet.allOf(Genre.class)).get(Math.floorMod(number, count()));
  }

  /** How many genres there are. */
  public static int count() {
    return EnumSet.allOf(Genre.class).size();
  }

  /** The name that the model is told. */
  public String label() {
    return label;
  }

  /** The pitch classes of the scale, 0 for C to 11 for B, from the tonic up. */
  public List<Integer> pitchClasses() {
    return scale.stream().map(step -> (tonic + step) % 12).toList();
  }

  /** Ticks of a slot, which is a sixteenth note and the time of one sung character. */
  public int slotTicks() {
    return slotTicks;
  }

  /** Slots of a bar: 16, or 12 in three-four time. */
  public int slotsPerBar() {
    return slotsPerBar;
  }

  /** Quarter notes a minute. */
  public double tempo() {
    return 60.0 * Score.SAMPLE_RATE / (4.0 * slotTicks * Score.TICK);
  }

  /** How many progressions of chords there are to choose from. */
  int progressions() {
    return progressions.size();
  }

  /** The degree of the scale that a bar's chord is built on. */
  int chord(int progression, int bar) {
    List<Integer> degrees = progressions.get(progression);
    return degrees.get(bar % degrees.size());
  }

  /**
   * The MIDI note of a degree of the scale.
   *
   * @param degree 0 is the first tonic at or above {@code lowest}; any integer
   */
  int note(int degree, int lowest) {
    int first = lowest + Math.floorMod(tonic - lowest, 12);
    return first
        + 12 * Math.floorDiv(degree, scale.size())
        + scale.get(Math.floorMod(degree, scale.size()));
  }
}
