package dev.jukebox.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One finished level of a run.
 *
 * @param level 0 for the finest
 * @param audio the level decoded, one an item
 * @param alignments for each item [codes of the top level][lyric positions]: how much of each
 *     code's attention lies on each position, which is where the model hears the character before
 *     it; empty for models without lyrics
 * @param directory where it was written, if it was
 */
public record SampleLevel(
    int level, List<Audio> audio, List<float[][]> alignments, Optional<Path> directory) {

  public SampleLevel {
    audio = List.copyOf(audio);
    alignments = List.copyOf(alignments);
  }

  /** The sound of one item. */
  public Audio audio(int item) {
    return audio.get(item);
  }
}
