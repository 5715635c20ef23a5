package dev.jukebox.core.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.ToIntFunction;

/** What the page's script knows of the lyrics: {lyrics, times, characters}. */
final class TrackJson {

  private static final JsonFactory JSON = new JsonFactory();

  private TrackJson() {}

  /** The lyrics with the times in milliseconds, rising, and the character that begins at each. */
  static String of(String lyrics, LyricTrack track) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("lyrics", lyrics);
      numbers(json, "times", track.entries(), LyricTrack.Entry::millis);
      numbers(json, "characters", track.entries(), LyricTrack.Entry::character);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void numbers(
      JsonGenerator json,
      String name,
      List<LyricTrack.Entry> entries,
      ToIntFunction<LyricTrack.Entry> number)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (LyricTrack.Entry entry : entries) {
      json.writeNumber(number.applyAsInt(entry));
    }
    json.writeEndArray();
  }
}
