package dev.jukebox.core.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.jukebox.core.files.StagedFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * The numbers behind a lyric animation, and their picture.
 *
 * <p>{@code lyrics.json} is an array of strings, one for each lyric position: the character that is
 * the position's input, so the first is empty and the last character of the lyrics is missing.
 * {@code align.json} is an array of rows, one for each 16 tokens of the top level in time; a row
 * has one number for each lyric position, the mean attention of these tokens on it, from 0 to 255
 * for 0 to 1. {@code align.png} is the {@link AlignmentImage}. Positions after the last one that
 * got any attention are left out of all three.
 */
final class AlignmentFiles {

  private static final int TOKENS_PER_ROW = 16;
  private static final JsonFactory JSON =
      JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private AlignmentFiles() {}

  /** Whether an item has lyrics with an alignment, and so all three files. */
  static boolean isAligned(ReportItem item) {
    return item.alignment().isPresent() && !item.lyrics().isEmpty();
  }

  /** Stages the files of an item that has lyrics. */
  static void stage(ReportItem item, Path directory, StagedFiles files) {
    if (item.lyrics().isEmpty()) {
      return;
    }
    int positions =
        item.alignment().map(AlignmentFiles::usedColumns).orElse(item.lyrics().length());
    files.stage(
        directory.resolve("lyrics.json"), out -> writeLyrics(item.lyrics(), positions, out));
    item.alignment()
        .ifPresent(
            rows -> {
              files.stage(directory.resolve("align.json"), out -> writeRows(rows, positions, out));
              files.stage(
                  directory.resolve("align.png"), AlignmentImage.of(rows, positions)::writePng);
            });
  }

  private static void writeLyrics(String lyrics, int positions, OutputStream out)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartArray();
      for (int j = 0; j < positions; j++) {
        json.writeString(j == 0 ? "" : lyrics.substring(j - 1, j));
      }
      json.writeEndArray();
    }
  }

  private static void writeRows(float[][] attention, int positions, OutputStream out)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartArray();
      for (int start = 0; start < attention.length; start += TOKENS_PER_ROW) {
        int end = Math.min(attention.length, start + TOKENS_PER_ROW);
        json.writeStartArray();
        for (int j = 0; j < positions; j++) {
          double sum = 0;
          for (int t = start; t < end; t++) {
            sum += attention[t][j];
          }
          double mean = Math.max(0, Math.min(1, sum / (end - start)));
          json.writeNumber((int) Math.round(255 * mean));
        }
        json.writeEndArray();
      }
      json.writeEndArray();
    }
  }

  private static int usedColumns(float[][] attention) {
    int used = 0;
    for (float[] row : attention) {
      for (int j = used; j < row.length; j++) {
        if (row[j] > 0) {
          used = j + 1;
        }
      }
    }
    return used;
  }
}
