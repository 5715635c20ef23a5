package dev.jukebox.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.api.TrainRequest;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The training commands of the original's documentation say here what they say there. */
class OriginalCommandsTest {
  private static final String DATA =
      " --bs=4 --aug_shift --aug_blend --audio_files_dir=music --train --test --prior"
          + " --weight_decay=0.01 --save_iters=1000";
  private static final String SMALL =
      " --labels=False --restore_vqvae=logs/small_vqvae/checkpoint_latest.pth.tar --levels=2";

  @Test
  void vqvae() {
    TrainRequest request =
        parsed(
            "--hps=small_vqvae --name=small_vqvae --sample_length=262144 --bs=4"
                + " --audio_files_dir=music --labels=False --train --aug_shift --aug_blend");
    expect(request, "name", "small_vqvae");
    expect(request, "audio_files_dir", "music");
    expect(request, "sample_length", 262144L);
    expect(request, "bs", 4L);
    expect(request, "labels", false);
    expect(request, "train", true);
    expect(request, "test", false);
    expect(request, "aug_shift", true);
    expect(request, "aug_blend", true);
    expect(request, "downs_t", List.of(5L, 3L));
    expect(request, "local_logdir", "logs");
  }

  @Test
  void priorAndUpsampler() {
    TrainRequest prior =
        parsed(
            "--hps=small_vqvae,small_prior,all_fp16,cpu_ema --name=small_prior"
                + " --sample_length=2097152 --level=1"
                + SMALL
                + DATA);
    expect(prior, "prior", true);
    expect(prior, "level", 1L);
    expect(prior, "levels", 2L);
    expect(prior, "weight_decay", 0.01);
    expect(prior, "save_iters", 1000L);
    expect(prior, "fp16", true);
    expect(prior, "cpu_ema", true);
    expect(prior, "restore_vqvae", "logs/small_vqvae/checkpoint_latest.pth.tar");
    TrainRequest upsampler =
        parsed(
            "--hps=small_vqvae,small_upsampler,all_fp16,cpu_ema --name=small_upsampler"
                + " --sample_length=262144 --level=0"
                + SMALL
                + DATA);
    expect(upsampler, "level", 0L);
    expect(upsampler, "cond_width", 512L);
  }

  @Test
  void annealing() {
    TrainRequest request =
        parsed(
            "--hps=small_vqvae,small_prior,all_fp16,cpu_ema --name=small_prior"
                + " --sample_length=2097152 --level=1"
                + SMALL
                + DATA
                + " --restore_prior=path/to/checkpoint --lr_use_linear_decay"
                + " --lr_start_linear_decay=20000 --lr_decay=5000");
    expect(request, "restore_prior", "path/to/checkpoint");
    expect(request, "lr_use_linear_decay", true);
    expect(request, "lr_start_linear_decay", 20000L);
    expect(request, "lr_decay", 5000.0);
  }

  @Test
  void priorsOfTheReleasedVqvae() {
    record Case(String set, long sampleLength, boolean labels) {}
    List<Case> cases =
        List.of(
            new Case("small_prior", 1048576, false),
            new Case("small_labelled_prior", 1048576, true),
            new Case("small_single_enc_dec_prior", 786432, true),
            new Case("small_sep_enc_dec_prior", 786432, true),
            new Case("prior_1b_lyrics", 1048576, true));
    for (Case each : cases) {
      TrainRequest request =
          parsed(
              "--hps=vqvae,"
                  + each.set()
                  + ",all_fp16,cpu_ema --name=pretrained_vqvae_"
                  + each.set()
                  + " --sample_length="
                  + each.sampleLength()
                  + (each.labels() ? " --labels=True" : " --labels=False")
                  + " --levels=3 --level=2"
                  + DATA);
      expect(request, "labels", each.labels());
      expect(request, "level", 2L);
      String vqvae = (String) request.value("restore_vqvae").orElseThrow();
      assertTrue(vqvae.endsWith("vqvae.pth.tar"), vqvae);
    }
  }

  @Test
  void everyWayToWriteAFlag() {
    TrainRequest request =
        parsed(
            "--port=29500 --hps small_vqvae --hps small_prior --name run --bs 2 --bs 8 --seed -3 --train"
                + " --labels False --noaug_shift --no-test --aug-blend true --sample-length=65536"
                + " --downs_t=(3,2) --strides_t [2,2] --min_duration=None --ema=false");
    expect(request, "name", "run");
    expect(request, "bs", 8L);
    expect(request, "seed", -3L);
    expect(request, "train", true);
    expect(request, "labels", false);
    expect(request, "aug_shift", false);
    expect(request, "test", false);
    expect(request, "aug_blend", true);
    expect(request, "sample_length", 65536L);
    expect(request, "downs_t", List.of(3L, 2L));
    expect(request, "ema", false);
    expect(request, "n_ctx", 8192L);
    assertEquals(Optional.empty(), request.value("min_duration"));
  }

  @Test
  void misusedFlagsNameTheNearest() {
    assertEquals(2, Main.run("train", "--hps=small_vqvae", "--learning_rate=1"));
    assertEquals(2, Main.run("train", "--hps=small_vqva", "--bs=1"));
    assertEquals(2, Main.run("train", "--hps=small_vqvae", "--bs=four"));
    assertEquals(2, Main.run("hps", "small_prio"));
    InvalidInputException refusal =
        Assertions.assertThrows(
            InvalidInputException.class, () -> parsed("--train --batsh_size=1"));
    assertTrue(refusal.getMessage().contains("--batsh_size"), refusal.getMessage());
    assertTrue(
        NearestFlag.question("--save_iter=3", List.of("--save_iters", "--backend"))
            .contains("--save_iters"));
  }

  @Test
  void everyHyperparameterIsListed() {
    for (String[] words :
        new String[][] {{"hps"}, {"hps", "small_vqvae"}, {"hps", "lr"}, {"train", "--help"}}) {
      assertEquals(0, Main.run(words), String.join(" ", words));
    }
  }

  private static TrainRequest parsed(String line) {
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(Arrays.asList(line.split(" ")));
    CommandLine command = Main.commandLine();
    command.parseArgs(words.toArray(String[]::new));
    TrainCommand train = command.getSubcommands().get("train").getCommand();
    return train.request();
  }

  private static void expect(TrainRequest request, String name, Object value) {
    assertEquals(Optional.of(value), request.value(name), name);
  }
}
