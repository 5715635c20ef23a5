package dev.jukebox.examples.measure;

import java.util.ArrayList;
import java.util.List;

/**
 * The pitch classes that are heard clearly in a song: one a slot where the voice is at least half
 * as strong as in its strong fifth of slots and is no noise. Slots and the register of the voice
 * are those of the labels, the scale is not looked at.
 */
final class Notes {
  private static final double STRONG = 0.8;
  private static final double LEAST = 0.5;
  private static final double CLEAR = 0.3;

  private Notes() {}

  /** The pitch classes, in the order of time. */
  static List<Integer> of(Take take) {
    PitchDetector detector = new PitchDetector();
    float[] samples = take.samples();
    int slot = take.slotSamples();
    List<PitchDetector.Heard> heard = new ArrayList<>();
    for (int at = 0; at + slot <= samples.length; at += slot) {
      heard.add(detector.hear(samples, at, slot, take.wanted().artist().lowestNote()));
    }
    double[] strengths =
        heard.stream().mapToDouble(PitchDetector.Heard::strength).sorted().toArray();
    if (strengths.length == 0) {
      return List.of();
    }
    double strong = strengths[(int) (STRONG * (strengths.length - 1))];
    return heard.stream()
        .filter(note -> note.strength() >= LEAST * strong && note.clarity() >= CLEAR)
        .map(PitchDetector.Heard::pitchClass)
        .toList();
  }
}
