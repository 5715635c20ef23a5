package dev.jukebox.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jukebox.api.Audio;
import dev.jukebox.examples.cli.CommandLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The original's training commands, and the program that trains, at the smallest sizes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrainingProgramsTest {
  private static final int SAMPLE_RATE = 4000;
  private static final String TINY_VQVAE =
      "sr=4000 downs_t=2,2 width=4 depth=1 emb_width=4 l_bins=8 multispec_loss_n_fft=64,32"
          + " multispec_loss_hop_length=16,8 multispec_loss_window_size=48,24 n_fft=64"
          + " hop_length=16 window_size=64 bs=4 epochs=1 sample_length=2048";
  private static final String TINY_PRIOR =
      " prior_width=16 prior_depth=2 blocks=4 cond_width=4 cond_depth=2 cond_dilation_cycle=2"
          + " exit_train=3";

  private Path music;
  private Path logs;

  @BeforeAll
  void trainVqvae(@TempDir Path directory) throws IOException {
    music = directory.resolve("music");
    logs = directory.resolve("logs");
    Files.createDirectories(music);
    for (int song = 0; song < 3; song++) {
      float[] samples = new float[8 * SAMPLE_RATE];
      for (int t = 0; t < samples.length; t++) {
        double pitch = 200 + 100 * song + 50 * (t / 1000 % 3);
        samples[t] = (float) (0.5 * Math.sin(2 * Math.PI * pitch * t / SAMPLE_RATE));
      }
      Audio.of(samples, SAMPLE_RATE).writeWav(music.resolve("song_" + song + ".wav"));
    }
    Files.writeString(
        music.resolve("metadata.csv"),
        """
        file,artist,genre,lyrics
        song_0.wav,Nova,blues,"one, two, three"
        song_1.wav,Nova,folk,four five
        """);
    train(
        "--hps=small_vqvae --name=small_vqvae --labels=False --train --aug_shift --aug_blend",
        TINY_VQVAE);
  }

  @Test
  void priorAndUpsampler() {
    String restored = " --restore_vqvae=" + logs.resolve("small_vqvae/checkpoint_latest.pth.tar");
    train(
        "--hps=small_vqvae,small_prior,all_fp16,cpu_ema --name=small_prior --labels=False --train"
            + " --test --aug_shift --aug_blend --prior --levels=2 --level=1 --weight_decay=0.01"
            + " --save_iters=1000"
            + restored,
        TINY_VQVAE + TINY_PRIOR + " n_ctx=128");
    Path checkpoint = logs.resolve("small_prior/checkpoint_latest.pth.tar");
    assertTrue(Files.exists(checkpoint));
    assertTrue(Files.exists(logs.resolve("small_prior/model.json")));
    train(
        "--hps=small_vqvae,small_prior,all_fp16,cpu_ema --name=annealed --labels=False --train"
            + " --prior --levels=2 --level=1 --lr_use_linear_decay --lr_start_linear_decay=3"
            + " --lr_decay=2 --restore_prior="
            + checkpoint
            + restored,
        TINY_VQVAE + TINY_PRIOR + " n_ctx=128 exit_train=100");
    assertTrue(Files.exists(logs.resolve("annealed/checkpoint_latest.pth.tar")));
    train(
        "--hps=small_vqvae,small_upsampler,all_fp16,cpu_ema --name=small_upsampler --labels=False"
            + " --train --test --prior --levels=2 --level=0"
            + restored,
        TINY_VQVAE + TINY_PRIOR + " n_ctx=512");
    assertTrue(Files.exists(logs.resolve("small_upsampler/checkpoint_latest.pth.tar")));
  }

  @Test
  void labelsAndLyrics() {
    for (String set : List.of("small_single_enc_dec_prior", "small_sep_enc_dec_prior")) {
      train(
          "--hps=small_vqvae,"
              + set
              + ",all_fp16,cpu_ema --labels=True --train --prior --levels=2 --level=1 --name="
              + set
              + " --restore_vqvae="
              + logs.resolve("small_vqvae/checkpoint_latest.pth.tar"),
          TINY_VQVAE
              + TINY_PRIOR
              + " n_ctx=128 n_tokens=16 prime_width=8 prime_depth=1 prime_blocks=4 min_duration=1"
              + " max_duration=10");
      assertTrue(Files.exists(logs.resolve(set).resolve("ids")), set);
    }
  }

  @Test
  void theProgramTrainsBothModels(@TempDir Path output) {
    List<String> words = new ArrayList<>(List.of(music.toString(), output.toString()));
    words.addAll(Arrays.asList((TINY_VQVAE + TINY_PRIOR + " n_ctx=128").split(" ")));
    TrainOnMyMusic.main(words.toArray(String[]::new));
    assertTrue(Files.exists(output.resolve("prior/model.json")));
  }

  private void train(String original, String overrides) {
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(Arrays.asList(original.split(" ")));
    words.add("--audio_files_dir=" + music);
    words.add("--local_logdir=" + logs);
    for (String override : overrides.split(" ", -1)) {
      words.add("--" + override);
    }
    assertEquals(0, CommandLines.run(words.toArray(String[]::new)), String.join(" ", words));
  }
}
