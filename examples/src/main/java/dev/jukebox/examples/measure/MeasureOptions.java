package dev.jukebox.examples.measure;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link MeasureModel} is asked for.
 *
 * @param model name or path of the model
 * @param output directory of the table and the songs
 * @param songs number of songs that are generated
 * @param heldOut number of songs of the corpus that are measured
 * @param seed of the corpus whose labels and lyrics are asked for, and of the draws
 * @param heldOutSeed of the corpus that is measured
 * @param temp temperatures, one or one for each level, finest first
 * @param alphabets songs of each artist in each genre from which letters are learnt
 */
record MeasureOptions(
    String model,
    Path output,
    int songs,
    int heldOut,
    long seed,
    long heldOutSeed,
    List<Double> temp,
    int alphabets) {

  private static final String USAGE =
      "MODEL OUTPUT_DIR [--songs=30] [--heldout=16] [--seed=3] [--heldout_seed=2] [--temp=0.99]"
          + " [--alphabets=4]";

  MeasureOptions {
    temp = List.copyOf(temp);
  }

  /**
   * Reads the words of a command line.
   *
   * @throws IllegalArgumentException with one sentence if they are not understood
   */
  static MeasureOptions parse(String[] words) {
    Map<String, String> flags =
        new HashMap<>(
            Map.of(
                "songs",
                "30",
                "heldout",
                "16",
                "seed",
                "3",
                "heldout_seed",
                "2",
                "temp",
                "0.99",
                "alphabets",
                "4"));
    List<String> places = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (!word.startsWith("--")) {
        places.add(word);
      } else if (equals < 0 || !flags.containsKey(word.substring(2, equals))) {
        throw new IllegalArgumentException(word + " is not understood; give " + USAGE);
      } else {
        flags.put(word.substring(2, equals), word.substring(equals + 1));
      }
    }
    if (places.size() != 2) {
      throw new IllegalArgumentException(places + " is not a model and a directory: give " + USAGE);
    }
    return new MeasureOptions(
        places.get(0),
        Path.of(places.get(1)),
        Integer.parseInt(flags.get("songs")),
        Integer.parseInt(flags.get("heldout")),
        Long.parseLong(flags.get("seed")),
        Long.parseLong(flags.get("heldout_seed")),
        Arrays.stream(flags.get("temp").split(",")).map(Double::valueOf).toList(),
        Integer.parseInt(flags.get("alphabets")));
  }
}
