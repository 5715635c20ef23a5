package dev.jukebox.core.sample;

import dev.jukebox.core.labels.Label;
import java.util.List;

/**
 * What a run knows when a level is finished.
 *
 * @param level the level
 * @param codes the codes of this and the higher levels
 * @param audio the level decoded, mono samples of each item, not clipped
 * @param labels the labels of each item for each level, bottom first
 * @param alignments for each item [codes of the top level][lyric characters]: how much of each
 *     code's attention lies on each character; empty without lyrics or alignment head
 * @param settings the run
 */
public record LevelResult(
    int level,
    Codes codes,
    List<float[]> audio,
    List<List<Label>> labels,
    List<float[][]> alignments,
    SampleSettings settings) {

  public LevelResult {
    audio = List.copyOf(audio);
    labels = List.copyOf(labels);
    alignments = List.copyOf(alignments);
  }
}
