package dev.jukebox.examples.corpus;

import java.util.Arrays;
import java.util.List;

/**
 * A genre: scale, tempo, chords and accompaniment that all its songs share.
 *
 * <p>Time is counted in ticks of {@value Score#TICK} samples, of which a slot, a sixteenth note, is
 * a whole number, so that music and codes share one clock. No two scales have more than three of
 * their five pitch classes in common.
 */
public enum Genre {
  MARCH("March", 0, new int[] {0, 2, 4, 7, 9}, 11, 16, new int[][] {{0, 3, 4, 0}, {0, 4, 3, 4}}),
  BALLAD("Ballad", 3, new int[] {0, 3, 5, 7, 10}, 16, 16, new int[][] {{0, 2, 4, 3}, {0, 3, 1, 4}}),
  DANCE("Dance", 7, new int[] {0, 3, 5, 7, 10}, 10, 16, new int[][] {{0, 0, 3, 4}, {4, 3, 0, 0}}),
  WALTZ("Waltz", 8, new int[] {0, 2, 3, 7, 8}, 13, 12, new int[][] {{0, 3, 0, 2}, {0, 1, 3, 0}});

  private final String label;
  private final int tonic;
  private final int[] scale;
  private final int slotTicks;
  private final int slotsPerBar;
  private final int[][] progressions;

  Genre(
      String label, int tonic, int[] scale, int slotTicks, int slotsPerBar, int[][] progressions) {
    this.label = label;
    this.tonic = tonic;
    this.scale = scale;
    this.slotTicks = slotTicks;
    this.slotsPerBar = slotsPerBar;
    this.progressions = progressions;
  }

  /** The name that the model is told. */
  public String label() {
    return label;
  }

  /** The pitch classes of the scale, 0 for C to 11 for B, from the tonic up. */
  public List<Integer> pitchClasses() {
    return Arrays.stream(scale).mapToObj(step -> (tonic + step) % 12).toList();
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
    return progressions.length;
  }

  /** The degree of the scale that a bar's chord is built on. */
  int chord(int progression, int bar) {
    int[] degrees = progressions[progression];
    return degrees[bar % degrees.length];
  }

  /**
   * The MIDI note of a degree of the scale.
   *
   * @param degree 0 is the first tonic at or above {@code lowest}; any integer
   */
  int note(int degree, int lowest) {
    int first = lowest + Math.floorMod(tonic - lowest, 12);
    return first
        + 12 * Math.floorDiv(degree, scale.length)
        + scale[Math.floorMod(degree, scale.length)];
  }
}
