package dev.jukebox.examples.cli;

import dev.jukebox.api.TrainProgress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** The few measures of training that fit on a line. */
final class Measures {
  private static final List<Map.Entry<String, String>> SHOWN =
      List.of(
          Map.entry("loss", "loss"),
          Map.entry("bpd", "bpd"),
          Map.entry("recons_loss", "recons"),
          Map.entry("multispectral_loss", "spectral"),
          Map.entry("gn", "gn"));

  private static final double MINUTE = 60;
  private static final double HOUR = 3600;
  private static final double DAY = 86_400;
  private static final double MOST_DAYS = 1000;

  private Measures() {}

  /** What a batch gave, and how long the rest will take. */
  static String of(TrainProgress progress) {
    return String.format(
        Locale.ROOT,
        "epoch %d, %s, %s a step, %s left",
        progress.epoch() + 1,
        of(progress.metrics(), ""),
        time(progress.secondsPerStep()),
        time(progress.secondsLeft()));
  }

  /** The measures whose names have this beginning. */
  static String of(Map<String, Double> metrics, String prefix) {
    StringJoiner words = new StringJoiner(", ");
    for (Map.Entry<String, String> shown : SHOWN) {
      Double value = metrics.get(prefix + shown.getKey());
      if (value != null) {
        words.add(String.format(Locale.ROOT, "%s %.4g", shown.getValue(), value));
      }
    }
    return words.toString();
  }

  /** A time as people say it. */
  static String time(double seconds) {
    if (seconds < 1) {
      return Math.round(seconds * 1000) + " ms";
    }
    if (seconds < MINUTE) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    if (seconds < HOUR) {
      return String.format(Locale.ROOT, "%.1f min", seconds / MINUTE);
    }
    if (seconds < DAY) {
      return String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
    return seconds < MOST_DAYS * DAY
        ? String.format(Locale.ROOT, "%.1f days", seconds / DAY)
        : "years";
  }

  /** A number of parameters as people say it. */
  static String count(long number) {
    if (number < 1_000_000) {
      return String.format(Locale.ROOT, "%,d", number);
    }
    return number < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f million", number / 1e6)
        : String.format(Locale.ROOT, "%.2f billion", number / 1e9);
  }
}
