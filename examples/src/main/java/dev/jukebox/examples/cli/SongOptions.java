package dev.jukebox.examples.cli;

import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.Song;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that say what each item should be. */
final class SongOptions {

  @Option(
      names = {"-n", "--n_samples"},
      paramLabel = "N",
      description = "Items. Default: as many as --metas or the codes have, else 1.")
  private Integer count;

  @Option(names = "--artist", paramLabel = "NAME", description = "Artist of every item.")
  private String artist;

  @Option(names = "--genre", paramLabel = "NAME", description = "Genre of every item.")
  private String genre;

  @Option(names = "--lyrics", paramLabel = "TEXT", description = "Words of every item.")
  private String lyrics;

  @Option(names = "--lyrics_file", paramLabel = "FILE", description = "The words, in a text file.")
  private Path lyricsFile;

  @Option(
      names = "--metas",
      paramLabel = "FILE",
      description =
          "JSON list, one entry an item: artist, genre, lyrics, and optionally offset and"
              + " total_length in samples; repeated in turn over the items.")
  private Path metas;

  /**
   * Says what is sung. Where no flag does, a released model sings poems, for it has nothing of its
   * own; any other decides itself.
   *
   * @param known number of items that is already decided, or 0
   * @param released whether the model is a released one
   */
  void apply(SampleRequest.Builder request, int known, boolean released) {
    List<Song> songs = given(released);
    if (!songs.isEmpty()) {
      request.songs(songs);
    }
    if (count != null) {
      if (count < 1) {
        throw new InvalidInputException("--n_samples is " + count + ", expected at least 1");
      }
      request.items(count);
    } else if (known > 0) {
      request.items(known);
    } else if (metas == null) {
      request.items(1);
    }
  }

  private List<Song> given(boolean released) {
    if (metas != null) {
      if (artist != null || genre != null || lyrics != null || lyricsFile != null) {
        throw new InvalidInputException(
            "--metas already says artist, genre and lyrics: remove the other flags");
      }
      return MetasFile.read(metas);
    }
    if (lyrics != null && lyricsFile != null) {
      throw new InvalidInputException("give --lyrics or --lyrics_file, not both");
    }
    if (artist == null && genre == null && lyrics == null && lyricsFile == null) {
      return released ? DefaultSongs.all() : List.of();
    }
    Song song = Song.of(artist == null ? "unknown" : artist, genre == null ? "unknown" : genre);
    return List.of(song.withLyrics(words()));
  }

  private String words() {
    if (lyricsFile == null) {
      return lyrics == null ? "" : lyrics;
    }
    try {
      return Files.readString(lyricsFile);
    } catch (IOException e) {
      throw new FileAccessException("cannot read the lyrics in " + lyricsFile + ": " + e, e);
    }
  }
}
