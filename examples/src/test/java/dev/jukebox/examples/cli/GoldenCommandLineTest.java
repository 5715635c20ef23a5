package dev.jukebox.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.jukebox.api.Codes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The runs of the golden set's cli.json come out of the command line exactly. */
class GoldenCommandLineTest {
  private static final int SAMPLE_RATE = 44100;
  private static final int TOP_HOP = 128;

  @TempDir private Path directory;

  static List<String> tops() throws IOException {
    List<String> tops = new ArrayList<>();
    runs().fieldNames().forEachRemaining(tops::add);
    assertTrue(!tops.isEmpty(), "no golden runs of the command line");
    return tops;
  }

  private static JsonNode runs() throws IOException {
    return JsonMapper.builder()
        .build()
        .readTree(Files.readAllBytes(GoldenFiles.directory().resolve("cli.json")));
  }

  @ParameterizedTest
  @MethodSource("tops")
  void runIsExact(String top) throws IOException {
    JsonNode run = runs().get(top);
    Path metas = directory.resolve("metas.json");
    Files.writeString(metas, run.get("metas").toString());
    double seconds = run.get("tokens_top").intValue() * TOP_HOP / (double) SAMPLE_RATE;
    Path name = directory.resolve("run");
    int exit =
        Main.run(
            "sample",
            "--model=" + GoldenFiles.directory().resolve("model_" + top + ".json"),
            "--name=" + name,
            "--levels=3",
            "--sample_length_in_seconds=" + seconds,
            "--total_sample_length_in_seconds=30",
            "--sr=" + SAMPLE_RATE,
            "--n_samples=" + run.get("metas").size(),
            "--hop_fraction=0.5,0.5,0.125",
            "--temp=0.99",
            "--top_k=1",
            "--metas=" + metas);
    assertEquals(0, exit);
    Codes codes = Codes.read(name.resolve("level_0/data.pth.tar"));
    for (int level = codes.levels() - 1; level >= 0; level--) {
      int own = level;
      long[] actual =
          IntStream.range(0, codes.items())
              .flatMap(item -> IntStream.of(codes.item(own, item)))
              .asLongStream()
              .toArray();
      assertArrayEquals(
          GoldenFiles.longs("cli_" + top + ".npz", "z" + level), actual, top + " level " + level);
    }
  }
}
