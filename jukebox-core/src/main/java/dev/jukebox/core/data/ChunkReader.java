package dev.jukebox.core.data;

import dev.jukebox.core.audio.Audio;
import dev.jukebox.core.audio.AudioReader;
import dev.jukebox.error.ComputeException;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads chunks of songs; any number of threads may use it. */
final class ChunkReader {

  /** So many chunks in a row are tried before a data set counts as unreadable. */
  private static final int ATTEMPTS = 100;

  /**
   * Headers of lossy formats count what the encoder put around the music, a few thousand samples;
   * what a song lacks of that is silence, and more is damage.
   */
  private static final double SILENCE_SECONDS = 0.1;

  private final DataSettings settings;
  private final List<Song> songs;
  private final SongChunks chunks;
  private final Draws draws;
  private final SkippedFiles skipped;

  ChunkReader(
      DataSettings settings,
      List<Song> songs,
      SongChunks chunks,
      Draws draws,
      SkippedFiles skipped) {
    this.settings = settings;
    this.songs = songs;
    this.chunks = chunks;
    this.draws = draws;
    this.skipped = skipped;
  }

  /**
   * A chunk of an epoch; where it cannot be decoded, another of the range, drawn from the seed, the
   * epoch and the chunk's number, takes its place.
   *
   * @throws InvalidInputException if none of a hundred can be decoded
   */
  Chunk read(int item, int epoch, ItemRange range) {
    Optional<Chunk> chunk = tryRead(item, epoch);
    for (int attempt = 1; chunk.isEmpty(); attempt++) {
      if (attempt >= ATTEMPTS) {
        throw new InvalidInputException(
            "None of "
                + ATTEMPTS
                + " chunks of music in a row could be decoded; the last: "
                + lastReason());
      }
      int other = range.start() + draws.substitute(range.count(), item, epoch, attempt);
      chunk = tryRead(other, epoch);
    }
    return chunk.get();
  }

  /** A chunk of an epoch, or nothing where it cannot be decoded. */
  Optional<Chunk> tryRead(int item, int epoch) {
    int shift = settings.shiftUnit() > 0 ? draws.shift(item, epoch, chunks.halfLength()) : 0;
    ChunkPlace place = chunks.place(item, shift).alignedTo(Math.max(1, settings.shiftUnit()));
    Song song = songs.get(place.song());
    try {
      return Optional.of(new Chunk(item, song, place.offset(), load(song, place.offset())));
    } catch (InvalidInputException | FileAccessException | ComputeException e) {
      skipped.addChunk(new SkippedFile(song.file(), e.getMessage()));
      return Optional.empty();
    }
  }

  private Audio load(Song song, long offset) {
    int length = settings.sampleLength();
    int rate = settings.sampleRate();
    Audio audio = AudioReader.loadUpTo(song.file(), rate, offset, length);
    if (audio.length() == length) {
      return audio;
    }
    if (length - audio.length() > SILENCE_SECONDS * rate) {
      throw new InvalidInputException(
          String.format(
              Locale.ROOT,
              "%s is cut off or damaged: its header tells of %.2f s, but it cannot be decoded"
                  + " beyond %.2f s.",
              song.file(),
              (double) song.length() / rate,
              (double) (offset + audio.length()) / rate));
    }
    float[][] padded = new float[audio.channels()][];
    for (int c = 0; c < padded.length; c++) {
      padded[c] = Arrays.copyOf(audio.channel(c), length);
    }
    return Audio.of(rate, padded);
  }

  private String lastReason() {
    List<SkippedFile> all = skipped.all();
    return all.get(all.size() - 1).reason();
  }
}
