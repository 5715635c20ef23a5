package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SongChunksTest {

  private static final int[] SHIFTS = {-500, -250, -1, 0, 1, 333, 499};

  /** What the original's get_index_offset gives with numpy's draw replaced by each shift. */
  private static final String ORIGINAL =
      """
      0:0 0:250 0:499 0:0 0:1 0:333 0:499
      0:500 0:250 0:499 0:500 1:1 1:1 1:1
      1:0 1:0 1:0 1:0 1:1 2:332 2:498
      2:499 2:249 2:498 2:499 2:500 2:832 2:998
      2:999 2:1249 2:1498 2:1499 2:1500 2:1832 2:1998
      2:1999 2:2249 2:2498 2:2499 2:2500 2:2832 2:2998
      2:2999 2:3249 2:2998 2:2999 2:3000 3:11 3:177
      3:178 3:428 3:177 3:178 3:179 3:511 3:677
      """;

  @Test
  void placesAreThoseOfTheOriginal() {
    SongChunks chunks = SongChunks.of(songs(1_500, 1_001, 4_321, 2_000), 1_000);
    StringBuilder places = new StringBuilder();
    for (int item = 0; item < chunks.count(); item++) {
      for (int shift : SHIFTS) {
        ChunkPlace place = chunks.place(item, shift);
        places.append(place.song()).append(':').append(place.offset());
        places.append(shift == 499 ? '\n' : ' ');
      }
    }
    assertEquals(ORIGINAL, places.toString());
  }

  @Test
  void anyChunkLiesInTheSongUnderItsMiddle() {
    SplittableRandom random = new SplittableRandom(1);
    int moved = 0;
    for (int trial = 0; trial < 300; trial++) {
      int length = 2 + random.nextInt(trial % 2 == 0 ? 20 : 5_000);
      int[] lengths = random.ints(1 + random.nextInt(8), length + 1, 6 * length + 2).toArray();
      SongChunks chunks = SongChunks.of(songs(lengths), length);
      assertEquals(IntStream.of(lengths).sum() / length, chunks.count());
      for (int k = 0; k < 200; k++) {
        int item = random.nextInt(chunks.count());
        int half = chunks.halfLength();
        int shift = random.nextInt(-half, half);
        ChunkPlace place = chunks.place(item, shift);
        long expected = expected(lengths, length, item, shift);
        assertEquals(expected, startOf(lengths, place.song()) + place.offset());
        assertTrue(place.offset() >= 0);
        assertTrue(place.offset() + length <= lengths[place.song()]);
        moved += expected == (long) item * length + shift ? 0 : 1;
      }
    }
    assertTrue(moved > 1_000, moved + " chunks met a border");
  }

  @Test
  void billionsOfSamplesAreCountedExactly() {
    List<Song> songs = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      songs.add(new Song(Path.of(i + ".mp3"), 26_459_999));
    }
    SongChunks chunks = SongChunks.of(songs, 65_536);
    assertEquals(26_459_999_000L / 65_536, chunks.count());
    ChunkPlace last = chunks.place(chunks.count() - 1, 0);
    assertEquals(999, last.song());
    assertEquals((chunks.count() - 1) * 65_536L - 999 * 26_459_999L, last.offset());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(InvalidInputException.class, () -> SongChunks.of(List.of(), 10));
    assertThrows(InvalidInputException.class, () -> SongChunks.of(songs(20, 9), 10));
    SongChunks chunks = SongChunks.of(songs(25), 10);
    assertThrows(IndexOutOfBoundsException.class, () -> chunks.place(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> chunks.place(2, 4));
  }

  @Test
  void theSplitIsRoundedDownForTraining() {
    assertEquals(new ItemRange(0, 7), ItemRange.train(8, 0.9));
    assertEquals(new ItemRange(7, 1), ItemRange.test(8, 0.9));
    assertEquals(new ItemRange(8, 0), ItemRange.test(8, 1.0));
    // int(70 * 0.9) of Python
    assertEquals(63, ItemRange.train(70, 0.9).count());
    assertEquals(0, ItemRange.train(1, 0.9).count());
  }

  /** The rule in words: the nearest of three places, by walking through the songs. */
  private static long expected(int[] lengths, int length, int item, int shift) {
    long half = length / 2;
    long begin = (long) item * length + shift;
    long from = 0;
    int song = 0;
    while (from + lengths[song] < begin + half) {
      from += lengths[song++];
    }
    long to = from + lengths[song];
    if (begin + length > to) {
      begin = begin - half < from ? from : begin - half;
    } else if (begin < from) {
      begin = begin + half + length > to ? to - length : begin + half;
    }
    // Half of an odd length is rounded down, where the original stops with an assertion.
    return length % 2 == 1 && begin + length == to + 1 ? begin - 1 : begin;
  }

  private static long startOf(int[] lengths, int song) {
    return IntStream.of(lengths).limit(song).asLongStream().sum();
  }

  private static List<Song> songs(int... lengths) {
    return IntStream.range(0, lengths.length)
        .mapToObj(i -> new Song(Path.of(i + ".wav"), lengths[i]))
        .toList();
  }
}
