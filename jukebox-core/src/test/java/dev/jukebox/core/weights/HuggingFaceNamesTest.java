package dev.jukebox.core.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.core.golden.Golden;
import dev.jukebox.core.weights.safetensors.SafetensorsWriter;
import dev.jukebox.core.weights.store.FileTensor;
import dev.jukebox.error.CheckpointException;
import dev.jukebox.error.FileAccessException;
import dev.jukebox.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceNamesTest {
  private static final FileTensor TENSOR = FileTensor.ofFloats(new float[2], 2);
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "encoders.2.level_blocks.0.model.1.0.weight, encoders.2.level_blocks.0.downsample_block.2.weight",
    "encoders.2.level_blocks.0.model.1.1.model.3.model.1.bias,"
        + " encoders.2.level_blocks.0.downsample_block.3.resnet_block.3.conv1d_1.bias",
    "encoders.2.level_blocks.0.model.3.weight, encoders.2.level_blocks.0.proj_out.weight",
    "decoders.0.level_blocks.0.model.0.bias, decoders.0.level_blocks.0.proj_in.bias",
    "decoders.0.level_blocks.0.model.2.0.model.7.model.3.weight,"
        + " decoders.0.level_blocks.0.upsample_block.2.resnet_block.7.conv1d_2.weight",
    "decoders.0.level_blocks.0.model.2.1.weight, decoders.0.level_blocks.0.upsample_block.3.weight",
    "decoders.1.out.weight, decoders.1.out.weight",
    "bottleneck.level_blocks.1.k, bottleneck.level_blocks.1.codebook",
    "conditioner_blocks.0.x_emb.weight, conditioner_blocks.embed_tokens.weight",
    "conditioner_blocks.0.cond.model.2.0.blocks.15.model.1.weight,"
        + " conditioner_blocks.upsampler.upsample_block.2.resnet_block.15.conv1d_1.weight",
    "conditioner_blocks.0.ln.bias, conditioner_blocks.layer_norm.bias",
    "y_emb.artist_emb.emb.weight, metadata_embedding.artist_emb.weight",
    "y_emb.total_length_emb.emb.weight, metadata_embedding.total_length_emb.emb.weight",
    "prior.x_out.weight, prior.fc_proj_out.weight",
    "prior.start_token, prior.start_token",
    "prior.transformer._attn_mods.71.attn.c_enc_kv.w,"
        + " prior.transformer._attn_mods.71.attn.c_enc_kv.weight",
    "prior.transformer._attn_mods.7.ln_1.bias, prior.transformer._attn_mods.7.layer_norm_1.bias",
    "prime_prior.transformer._attn_mods.0.mlp.c_proj.b,"
        + " encoder.transformer._attn_mods.0.mlp.c_proj.bias",
    "prime_prior.start_token, encoder.start_token",
    "prime_state_proj.w, encoder.proj_in.weight",
    "prime_state_ln.bias, encoder.final_layer_norm.bias",
    "prime_x_out.weight, encoder.lm_head.weight",
  })
  void namesAreMappedBothWays(String original, String copy) {
    assertEquals(copy, HuggingFaceNames.fromOriginal(original));
    List<String> names =
        List.of(copy, "encoders.2.level_blocks.0.downsample_block.5.resnet_block.0.conv1d_1.bias");
    assertEquals(original, HuggingFaceNames.toOriginal(names).get(copy));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prior_1b_lyrics", "prior_5b_lyrics"})
  void exportedNamesAreThoseOfTheCopies(String top) {
    Set<String> exported = new TreeSet<>();
    export(exported, "vqvae", "vqvae.");
    export(exported, top, "priors.0.");
    export(exported, "upsampler_level_1", "priors.1.");
    export(exported, "upsampler_level_0", "priors.2.");
    Set<String> copies = new TreeSet<>();
    Golden.json("hf_" + top + "/pytorch_model.bin.index.json")
        .get("weight_map")
        .fieldNames()
        .forEachRemaining(copies::add);
    assertEquals(copies, exported);
  }

  private static void export(Set<String> names, String model, String prefix) {
    try (Checkpoint checkpoint = Checkpoint.open(Golden.file(model + ".pth.tar"))) {
      for (String name : checkpoint.tensors().keySet()) {
        names.add(prefix + HuggingFaceNames.fromOriginal(name));
      }
    }
  }

  @Test
  void oneSafetensorsFileHoldsSeveralModels() {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    tensors.put("vqvae.bottleneck.level_blocks.0.codebook", TENSOR);
    tensors.put("priors.0.prior.embed_tokens.weight", TENSOR);
    tensors.put("priors.2.conditioner_blocks.layer_norm.bias", TENSOR);
    SafetensorsWriter.write(directory.resolve("model.safetensors"), tensors, Map.of());
    checkNames(WeightSource.vqvae(directory), "bottleneck.level_blocks.0.k");
    checkNames(WeightSource.prior(directory, 2, 3), "prior.x_emb.weight");
    checkNames(WeightSource.prior(directory, 0, 3), "conditioner_blocks.0.ln.bias");
    CheckpointException none =
        assertThrows(CheckpointException.class, () -> WeightSource.prior(directory, 1, 3));
    assertTrue(none.getMessage().contains("'priors.1.'"), none.getMessage());
    assertThrows(InvalidInputException.class, () -> WeightSource.prior(directory, 3, 3));
  }

  @Test
  void residualBlocksHaveOneNameWhateverTheyWereTrainedWith() {
    Path file = directory.resolve("prior.safetensors");
    SafetensorsWriter.write(
        file,
        Map.of("module.conditioner_blocks.0.cond.model.1.0.model.2.model.3.bias", TENSOR),
        Map.of());
    checkNames(
        WeightSource.prior(file, 0, 2),
        "conditioner_blocks.0.cond.model.1.0.blocks.2.model.3.bias");
  }

  @Test
  void twoTensorsCannotHaveOneName() {
    Path file = directory.resolve("prior.safetensors");
    SafetensorsWriter.write(
        file, Map.of("prior.x_emb.weight", TENSOR, "prior.embed_tokens.weight", TENSOR), Map.of());
    assertThrows(CheckpointException.class, () -> WeightSource.prior(file, 0, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"weight_map\": {\"a\": \"../secret.bin\"}} | outside its directory",
        "{\"weight_map\": {\"a\": \"/etc/passwd\"}} | outside its directory",
        "{\"weight_map\": {\"a\": \"\"}} | outside its directory",
        "{\"weight_map\": {}} | no 'weight_map'",
        "[] | no 'weight_map'",
        "{\"weight_map\": | not valid JSON",
        "{\"weight_map\": {\"b\": \"shard.safetensors\"}} | where it is not",
      })
  void refusesBadIndexes(String json, String words) throws IOException {
    SafetensorsWriter.write(directory.resolve("shard.safetensors"), Map.of("a", TENSOR), Map.of());
    Path index = directory.resolve("model.safetensors.index.json");
    Files.writeString(index, json);
    CheckpointException refusal =
        assertThrows(CheckpointException.class, () -> WeightSource.vqvae(directory));
    assertTrue(refusal.getMessage().startsWith(index.toString()), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }

  @Test
  void saysWhichShardIsMissing() throws IOException {
    Path index = directory.resolve("pytorch_model.bin.index.json");
    Files.writeString(index, "{\"weight_map\": {\"a\": \"pytorch_model-00001-of-00002.bin\"}}");
    FileAccessException refusal =
        assertThrows(FileAccessException.class, () -> WeightSource.vqvae(index));
    assertTrue(
        refusal.getMessage().contains("pytorch_model-00001-of-00002.bin"), refusal.getMessage());
  }

  private static void checkNames(WeightSource source, String... names) {
    try (source) {
      assertEquals(Set.of(names), source.names());
    }
  }
}
