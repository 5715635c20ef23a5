package dev.jukebox.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files made by FFmpeg's own encoders from signals in closed form. */
class MediaDecoderTest {

  @TempDir Path directory;

  @BeforeAll
  static void needFfmpeg() {
    Availability availability = MediaDecoder.availability();
    assumeTrue(availability.usable(), availability.reason());
  }

  /**
   * Columns: file, encoder, rate, bit rate, samples that the coding may add at the end, smallest
   * correlation, largest difference between a part and the same part of the whole (not 0 where the
   * decoder has recursive filters or puts in noise of its own).
   */
  @ParameterizedTest
  @CsvSource({
    "a.mp3, libmp3lame, 44100, 128000, 0, 0.9999, 0",
    "variable.mp3, libmp3lame, 44100, 0, 0, 0.999, 0",
    "a.flac, flac, 44100, 1, 0, 0.99999999, 0",
    "a.mka, flac, 44100, 1, 0, 0.99999999, 0",
    "a.m4a, aac, 44100, 192000, 1024, 0.999, 2e-5",
    "a.mp4, alac, 44100, 1, 0, 0.99999999, 0",
    "a.opus, libopus, 48000, 128000, 0, 0.999, 1e-6",
    "a.webm, libopus, 48000, 128000, 0, 0.999, 0",
    "a.wav, pcm_s16le, 44100, 1, 0, 0.99999999, 0"
  })
  void decodesWhatWasEncoded(
      String name,
      String encoder,
      int rate,
      long bitRate,
      int tail,
      double correlation,
      double difference) {
    assumeTrue(MediaEncoder.has(encoder), "this FFmpeg has no encoder " + encoder);
    int length = 5 * rate;
    float[][] source = {
      Signals.chirp(rate, 100, 4_000, 0.5, length), Signals.chirp(rate, 200, 3_000, 0.3, length)
    };
    Path file = directory.resolve(name);
    MediaEncoder.audio(file, encoder, rate, bitRate, source);
    try (MediaDecoder decoder = MediaDecoder.open(file)) {
      assertEquals(rate, decoder.info().sampleRate());
      assertEquals(2, decoder.info().channels());
      assertEquals(5.0, decoder.info().seconds().orElseThrow(), 0.05);
      float[][] whole = decoder.decode(rate, 0, Long.MAX_VALUE);
      for (int c = 0; c < 2; c++) {
        int added = whole[c].length - length;
        assertTrue(added >= 0 && added <= tail, "added " + added);
        double measured = Signals.correlation(source[c], whole[c]);
        assertTrue(measured >= correlation, "correlation " + measured);
        float[] later = Arrays.copyOfRange(whole[c], 1, length);
        float[] earlier = Arrays.copyOfRange(source[c], 1, length);
        assertTrue(measured > Signals.correlation(source[c], later), "the audio is late");
        assertTrue(measured > Signals.correlation(earlier, whole[c]), "the audio is early");
      }
      for (int offset : new int[] {0, 1_000, 60_000, 123_457, length - 3_000}) {
        float[][] part = decoder.decode(rate, offset, 3_000);
        for (int c = 0; c < 2; c++) {
          assertEquals(3_000, part[c].length);
          float[] expected = new float[3_000];
          System.arraycopy(whole[c], offset, expected, 0, 3_000);
          double measured = Signals.maxDifference(part[c], expected, 0, 3_000);
          assertTrue(measured <= difference, offset + ": difference " + measured);
        }
      }
      assertEquals(0, decoder.decode(rate, length + 2_000L, 10)[0].length);
    }
  }

  @Test
  void decodesSixteenBitSamplesExactly() {
    int rate = 44_100;
    float[] source = new float[65_536];
    for (int i = 0; i < source.length; i++) {
      source[i] = (i - 32_768) / 32_768f;
    }
    Path file = directory.resolve("a.flac");
    MediaEncoder.audio(file, "flac", rate, 1, new float[][] {source});
    try (MediaDecoder decoder = MediaDecoder.open(file)) {
      float[] decoded = decoder.decode(rate, 0, Long.MAX_VALUE)[0];
      assertEquals(source.length, decoded.length);
      assertEquals(0, Signals.maxDifference(source, decoded, 0, source.length));
    }
  }

  /**
   * Six seconds of a tone with bursts of noise, coded by libvorbis in blocks of changing size: time
   * stamps after a seek to 105000 + 22050 are then 448 samples off at first.
   */
  @Test
  void findsItsPlaceAmongBlocksOfChangingSize() throws Exception {
    Path file = Path.of(MediaDecoderTest.class.getResource("/media/clicks.ogg").toURI());
    try (MediaDecoder decoder = MediaDecoder.open(file)) {
      float[] whole = decoder.decode(44_100, 0, Long.MAX_VALUE)[0];
      assertEquals(6 * 44_100, whole.length);
      for (int offset = 90_050; offset < whole.length - 1_000; offset += 3_700) {
        float[] part = decoder.decode(44_100, offset, 1_000)[0];
        assertArrayEquals(Arrays.copyOfRange(whole, offset, offset + 1_000), part);
      }
    }
  }

  /** A part of the resampled file is the same part of a resampled sine in closed form. */
  @ParameterizedTest
  @CsvSource({"48000, 44100", "44100, 22050", "22050, 44100", "44101, 44100", "96000, 44100"})
  void resamplesOnTheSameGridFromAnyPlace(int from, int to) {
    double frequency = 997;
    Path file = directory.resolve("a.flac");
    float[] source = Signals.sine(from, frequency, 0.5, 0, 6 * from);
    MediaEncoder.audio(file, "flac", from, 1, new float[][] {source});
    try (MediaDecoder decoder = MediaDecoder.open(file)) {
      assertEquals(6 * to, decoder.decode(to, 0, Long.MAX_VALUE)[0].length);
      for (int offset : new int[] {1_000, to + 7, 3 * to + 1, 5 * to}) {
        float[] part = decoder.decode(to, offset, 5_000)[0];
        assertEquals(5_000, part.length);
        float[] expected = Signals.sine(to, frequency, 0.5, offset, 5_000);
        double difference = Signals.maxDifference(part, expected, 0, 5_000);
        assertTrue(difference < 6e-5, offset + ": difference " + difference);
      }
      assertEquals(100, decoder.decode(to, 6L * to - 100, 5_000)[0].length);
    }
  }

  @Test
  void decodesInManyThreads() throws Exception {
    int rate = 44_100;
    float[] source = Signals.chirp(rate, 100, 8_000, 0.5, 4 * rate);
    Path file = directory.resolve("a.mp3");
    MediaEncoder.audio(file, "libmp3lame", rate, 128_000, new float[][] {source, source});
    decodeParts(file, 0);
    long count = Pointer.totalCount();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<Double>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int seed = i;
        results.add(pool.submit(() -> decodeParts(file, seed)));
      }
      for (Future<Double> result : results) {
        assertTrue(result.get() > 0.999, "correlation " + result.get());
      }
    } finally {
      pool.shutdown();
    }
    // What earlier tests left to the collector may have gone meanwhile.
    long held = Pointer.totalCount() - count;
    assertTrue(held <= 0, held + " native blocks more are still held");
  }

  private double decodeParts(Path file, int seed) {
    int rate = 44_100;
    float[] source = Signals.chirp(rate, 100, 8_000, 0.5, 4 * rate);
    double least = 1;
    for (int i = 0; i < 20; i++) {
      int offset = Math.floorMod((seed * 20 + i) * 7_919, 3 * rate);
      try (MediaDecoder decoder = MediaDecoder.open(file)) {
        float[] part = decoder.decode(rate, offset, 4_000)[1];
        float[] expected = new float[4_000];
        System.arraycopy(source, offset, expected, 0, expected.length);
        double correlation = part.length == 4_000 ? Signals.correlation(part, expected) : 0;
        least = correlation >= least ? least : correlation;
      }
    }
    return least;
  }
}
