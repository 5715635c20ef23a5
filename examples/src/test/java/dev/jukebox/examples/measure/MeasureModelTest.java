package dev.jukebox.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program runs over the built-in model; it draws no songs here, which takes a minute each. */
class MeasureModelTest {

  @Test
  void writesItsTable(@TempDir Path directory) throws IOException {
    MeasureModel.main(
        new String[] {"demo", directory.toString(), "--songs=0", "--heldout=1", "--alphabets=1"});
    String text = Files.readString(directory.resolve("measures.md"));
    for (String figure :
        new String[] {
          "| spectral convergence | 1 |",
          "| bits per code | 0 |",
          "| unigram entropy | 1 |",
          "| notes in the label's scale | ",
          "| through level 0 |"
        }) {
      assertTrue(text.contains(figure), figure + " in\n" + text);
    }
    assertEquals(-1, text.indexOf("NaN"), text);
  }
}
