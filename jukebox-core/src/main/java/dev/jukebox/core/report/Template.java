package dev.jukebox.core.report;

import dev.jukebox.error.FileAccessException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with places {@code {{name}}} to be filled. */
record Template(String text) {

  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  /** The template in a file of this package, read as UTF-8. */
  static Template of(String resource) {
    try (InputStream in = Template.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileAccessException(
            "The resource " + resource + " is missing from the jukebox-core jar");
      }
      return new Template(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new FileAccessException("The resource " + resource + " could not be read", e);
    }
  }

  /**
   * The text with every place filled; what looks like a place in a value is left as it is.
   *
   * @throws IllegalArgumentException if a place has no value
   */
  String fill(Map<String, String> values) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              String value = values.get(place.group(1));
              if (value == null) {
                throw new IllegalArgumentException("the template needs " + place.group(1));
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
