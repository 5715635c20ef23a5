package dev.jukebox.core.data;

import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/**
 * Songs laid end to end and cut into chunks of one length: chunk i covers the samples from {@code i
 * · sampleLength} on. A chunk that is cut by the border of two songs, or was moved over one, is
 * moved into the song that its middle lies in.
 *
 * <pre>{@code
 * SongChunks chunks = SongChunks.of(catalog.songs(), 65_536);
 * ChunkPlace place = chunks.place(chunks.count() - 1, 0);
 * }</pre>
 */
public final class SongChunks {

  private final int sampleLength;

  /** The sample behind each song. */
  private final long[] ends;

  private SongChunks(int sampleLength, long[] ends) {
    this.sampleLength = sampleLength;
    this.ends = ends;
  }

  /**
   * The chunks of songs in their order.
   *
   * @param sampleLength samples of a chunk
   * @throws InvalidInputException if there is no song, or one is shorter than a chunk
   */
  public static SongChunks of(List<Song> songs, int sampleLength) {
    if (songs.isEmpty()) {
      throw new InvalidInputException("There are no songs to cut into chunks.");
    }
    long[] ends = new long[songs.size()];
    long end = 0;
    for (int i = 0; i < ends.length; i++) {
      if (songs.get(i).length() < sampleLength) {
        throw new InvalidInputException(
            songs.get(i).file()
                + " has "
                + songs.get(i).length()
                + " samples, fewer than a chunk of "
                + sampleLength
                + ".");
      }
      end += songs.get(i).length();
      ends[i] = end;
    }
    if (end / sampleLength > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          end / sampleLength + " chunks are more than can be numbered; make sample_length longer.");
    }
    return new SongChunks(sampleLength, ends);
  }

  /** The number of chunks: all samples divided by those of a chunk, rounded down. */
  public int count() {
    return (int) (ends[ends.length - 1] / sampleLength);
  }

  /** The furthest that a chunk can be moved: half its length. */
  public int halfLength() {
    return sampleLength / 2;
  }

  /**
   * Where a chunk is taken from.
   *
   * @param item number of the chunk, of [0, count)
   * @param shift how far it is moved, of [-halfLength, halfLength)
   */
  public ChunkPlace place(int item, int shift) {
    int half = halfLength();
    long offset = (long) item * sampleLength + shift;
    long middle = offset + half;
    if (item < 0 || middle < 0 || middle >= ends[ends.length - 1]) {
      throw new IndexOutOfBoundsException("chunk " + item + " moved by " + shift);
    }
    int song = Arrays.binarySearch(ends, middle);
    song = song < 0 ? -song - 1 : song;
    long start = song == 0 ? 0 : ends[song - 1];
    long last = ends[song] - sampleLength;
    if (offset > last) {
      // With an odd length the half is rounded down and may leave it one sample too far.
      offset = Math.min(last, Math.max(start, offset - half));
    } else if (offset < start) {
      offset = Math.min(last, offset + half);
    }
    return new ChunkPlace(song, offset - start);
  }
}
