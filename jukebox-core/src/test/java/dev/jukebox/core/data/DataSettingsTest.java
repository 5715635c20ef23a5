package dev.jukebox.core.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jukebox.core.hparams.HyperparamSets;
import dev.jukebox.error.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataSettingsTest {

  @Test
  void aVqVaeTakesSongsOfAWholeSecondMoreThanAChunk() {
    DataSettings settings =
        of(
            "small_vqvae",
            Map.of(
                "sample_length",
                262_144,
                "bs",
                4,
                "nworkers",
                4,
                "audio_files_dir",
                "music",
                "aug_shift",
                true,
                "seed",
                3));
    assertEquals(
        new DataSettings(
            Path.of("music"),
            22_050,
            262_144,
            12,
            Double.POSITIVE_INFINITY,
            1,
            false,
            0.9,
            4,
            4,
            3),
        settings);
  }

  @Test
  void aPriorSaysWhichSongsItTakes() {
    DataSettings settings =
        of(
            "prior_1b_lyrics",
            Map.of("sample_length", 786_432, "bs", 1, "sr", 44_100, "nworkers", 0));
    assertEquals(17.84, settings.minDuration());
    assertEquals(600, settings.maxDuration());
    assertEquals(1, settings.workers());
  }

  @Test
  void aChunkOfWholeSecondsNeedsAMinDuration() {
    InvalidInputException e =
        assertThrows(
            InvalidInputException.class,
            () -> of("small_vqvae", Map.of("sample_length", 44_100, "bs", 4)));
    assertEquals(
        "A sample_length of 44100 samples, 2.000 s at 22050 Hz, is not shorter than min_duration,"
            + " 2.0 s; make min_duration longer or sample_length shorter.",
        e.getMessage());
  }

  private static DataSettings of(String set, Map<String, ?> overrides) {
    return DataSettings.of(HyperparamSets.standard().resolve(List.of(set), Map.copyOf(overrides)));
  }
}
