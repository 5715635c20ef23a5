package dev.jukebox.api;

import dev.jukebox.core.run.CodesFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Music as codes: for each level, finest first, the codes of each item; immutable.
 *
 * <pre>{@code
 * Codes codes = Codes.read(Path.of("sample_5b/level_2/data.pth.tar"));
 * int[] top = codes.item(2, 0);
 * }</pre>
 */
public final class Codes {
  private final dev.jukebox.core.sample.Codes codes;

  Codes(dev.jukebox.core.sample.Codes codes) {
    this.codes = codes;
  }

  /**
   * Codes of these levels, finest first, each a list of items; the arrays are copied.
   *
   * @throws dev.jukebox.error.InvalidInputException if levels or items do not fit together
   */
  public static Codes of(List<List<int[]>> levels) {
    return new Codes(dev.jukebox.core.sample.Codes.of(levels));
  }

  /**
   * The codes of a {@code data.pth.tar} that this library or the original wrote.
   *
   * @throws dev.jukebox.error.CheckpointException if the file holds no codes or is damaged
   */
  public static Codes read(Path file) {
    return new Codes(CodesFile.read(file));
  }

  /**
   * Writes the codes as {zs}, which this library, the original and {@code torch.load} read.
   *
   * @throws dev.jukebox.error.FileAccessException if it cannot be written
   */
  public void write(Path file) {
    CodesFile.write(file, codes);
  }

  /** Number of levels. */
  public int levels() {
    return codes.levels();
  }

  /** Number of items. */
  public int items() {
    return codes.items();
  }

  /** Number of codes of each item at a level; 0 where the level is not written. */
  public int length(int level) {
    return codes.length(level);
  }

  /** A copy of the codes of one item at a level. */
  public int[] item(int level, int item) {
    return codes.item(level, item);
  }

  /** The codes of the top level alone, the levels below empty. */
  public Codes onlyTop() {
    List<Integer> lengths = new ArrayList<>(Collections.nCopies(levels(), 0));
    lengths.set(levels() - 1, length(levels() - 1));
    return new Codes(codes.truncate(lengths));
  }

  dev.jukebox.core.sample.Codes core() {
    return codes;
  }
}
