package dev.jukebox.examples.demo;

import java.util.ArrayList;
import java.util.List;

/** What the built-in model is trained by, stage by stage; docs/demo-model.md says why. */
final class DemoRecipe {
  /**
   * Of depth 2, so that a code tells of little but its own time, which makes it easy to foretell.
   */
  private static final List<String> LEVELS =
      List.of("levels=2", "downs_t=5,2", "depth=2", "multispectral=2");

  /** Chunks begin where slots of the music may begin: at its ticks. */
  private static final List<String> DATA =
      List.of("aug_shift=True", "aug_shift_unit=256", "nworkers=1", "seed=1");

  private static final List<String> TOP_SETS = List.of("small_vqvae", "small_sep_enc_dec_prior");

  private static final List<String> PRIORS =
      List.of(
          "cache_codes=True",
          "labels=True",
          "labels_v3=True",
          "y_bins=5,4",
          "max_bow_genre_size=1",
          "min_duration=20",
          "max_duration=30",
          "prior_width=256",
          "heads=4",
          "m_attn=0.5",
          "init_scale=0.7",
          "c_res=0",
          "lr_warmup=200",
          "weight_decay=0.01",
          "mu=0.99",
          "save_iters=300");

  /** Two levels, of 32 and 128 samples a code. */
  static final Stage VQVAE =
      new Stage(
          "vqvae",
          List.of("small_vqvae"),
          all(
              LEVELS,
              DATA,
              List.of(
                  "sample_length=24576",
                  "bs=4",
                  "lr=0.001",
                  "mu=0.99",
                  "lr_use_linear_decay=True",
                  "lr_start_linear_decay=4500",
                  "lr_decay=1700",
                  "save_iters=400")));

  private static final List<String> TOP =
      List.of(
          "level=1",
          "t_bins=256",
          "prior_depth=8",
          "m_mlp=2",
          "attn_order=6",
          "sinusoidal_positions=True",
          "prime_width=128",
          "prime_depth=3",
          "prime_heads=2",
          "prime_attn_order=0",
          "prime_blocks=none",
          "prime_c_res=0",
          "prime_loss_fraction=0.05");

  /** The top prior until it can play; what it hears of the lyrics is thrown away afterwards. */
  static final Stage PLAYS =
      top("plays", "n_ctx=512", "blocks=8", "n_tokens=48", "bs=8", "lr=0.0015", "exit_train=2000");

  /** The same with short windows, in which it is easy to find the character that is sung. */
  static final Stage SINGS =
      top(
          "sings",
          "resize_positions=True",
          "fresh_lyrics=True",
          "n_ctx=128",
          "blocks=2",
          "n_tokens=12",
          "bs=32",
          "lr=0.0006",
          "lr_use_linear_decay=True",
          "lr_start_linear_decay=16000",
          "lr_decay=8000");

  /** The upsampler from the top level to the finest. */
  static final Stage UPSAMPLER =
      new Stage(
          "upsampler",
          List.of("small_vqvae", "small_upsampler"),
          all(
              LEVELS,
              DATA,
              PRIORS,
              List.of(
                  "level=0",
                  "n_ctx=1024",
                  "blocks=16",
                  "bs=4",
                  "lr=0.0015",
                  "t_bins=16",
                  "prior_depth=6",
                  "m_mlp=1",
                  "attn_order=2",
                  "cond_width=64",
                  "cond_depth=4",
                  "cond_dilation_growth_rate=3",
                  "cond_dilation_cycle=none",
                  "cond_c_res=0",
                  "lr_use_linear_decay=True",
                  "lr_start_linear_decay=3300",
                  "lr_decay=2400")));

  private DemoRecipe() {}

  private static Stage top(String name, String... own) {
    return new Stage(name, TOP_SETS, all(LEVELS, DATA, PRIORS, TOP, List.of(own)));
  }

  @SafeVarargs
  private static List<String> all(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }
}
