package dev.jukebox.core.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.files.Location;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.model.cache.ModelCache;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the jar carries is small, and is the kind of model that it should be. */
class BuiltInModelTest {
  private static final long MOST_BYTES = 8_000_000;

  @Test
  void itIsSmallAndWhole() {
    assertTrue(BuiltInModel.isPresent());
    ModelSpec spec = spec();
    assertEquals(BuiltInModel.NAME, spec.name());
    long bytes = size(spec.vqvaeWeights());
    for (int level : spec.priorLevels()) {
      bytes += size(spec.priors().get(level).orElseThrow().weights());
    }
    assertTrue(bytes > 0 && bytes <= MOST_BYTES, bytes + " bytes");
  }

  @Test
  void itHasLevelsLabelsAndLyrics() {
    ModelSpec spec = spec();
    int levels = spec.vqvae().intOf("levels");
    assertTrue(levels == 2 || levels == 3, levels + " levels");
    assertTrue(spec.vqvae().intOf("sr") >= 22050);
    assertEquals(levels, spec.priorLevels().size());
    Hyperparams top = spec.priors().get(levels - 1).orElseThrow().hps();
    assertTrue(top.booleanOf("labels") && top.intOf("n_tokens") > 0);
    assertTrue(top.optionalInt("alignment_layer").isPresent());
    assertTrue(spec.ids().isPresent());
  }

  @Test
  void itsPartsAreListed() {
    List<ModelOverview.Part> parts = BuiltInModel.overview().parts();
    assertEquals(1 + spec().priors().size(), parts.size());
    assertTrue(parts.stream().allMatch(part -> part.parameters() > 0));
  }

  private static ModelSpec spec() {
    return BuiltInModel.spec(Optional.empty(), ModelCache.standard(), warning -> {});
  }

  private static int size(Location file) {
    return file.read(MOST_BYTES).length;
  }
}
