package dev.jukebox.examples;

import dev.jukebox.api.Jukebox;
import dev.jukebox.api.SampleRequest;
import dev.jukebox.api.SampleResult;
import dev.jukebox.api.Song;
import java.nio.file.Path;

/** One call: a song of the built-in model, written to a WAV file. */
public final class SampleSong {

  private SampleSong() {}

  /**
   * Writes the WAV file.
   *
   * @param args the WAV file, seconds, artist, genre, lyrics; what is left out the model decides
   */
  public static void main(String[] args) {
    SampleRequest.Builder request = SampleRequest.builder().seed(42);
    if (args.length > 1) {
      request.seconds(Double.parseDouble(args[1]));
    }
    if (args.length > 4) {
      request.song(Song.of(args[2], args[3]).withLyrics(args[4]));
    }
    SampleResult result = Jukebox.sample(request.build());
    result.audio(0).writeWav(Path.of(args.length > 0 ? args[0] : "song.wav"));
  }
}
