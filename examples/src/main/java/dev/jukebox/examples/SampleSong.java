package dev.jukebox.examples;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.ModelSource;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import dev.jukebox.api.Song;
import java.nio.file.Path;

/** One call: a song by an artist, written to a WAV file. */
public final class SampleSong {

  private SampleSong() {}

  /**
   * Writes the WAV file.
   *
   * @param args the model's name or path, artist, genre, lyrics, WAV file
   */
  public static void main(String[] args) {
    SampleResult result =
        Jukebox.sample(
            SampleRequest.builder()
                .model(ModelSource.parse(args[0]))
                .song(Song.of(args[1], args[2]).withLyrics(args[3]))
                .seconds(20)
                .seed(42)
                .build());
    result.audio(0).writeWav(Path.of(args[4]));
  }
}
