package dev.jukebox.core.align;

import dev.jukebox.core.prior.AttentionHead;
import dev.jukebox.core.prior.Conditioning;
import dev.jukebox.core.prior.DecodeSession;
import dev.jukebox.core.prior.Prior;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.prior.TransformerConfig;
import dev.jukebox.core.runtime.LoadedModel;
import dev.jukebox.error.CancelledException;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the attention head of a model's top prior that follows the lyrics while they are sung: the
 * {@code alignment_layer} and {@code alignment_head} by which samples are aligned.
 *
 * <pre>{@code
 * List<HeadScore> heads =
 *     AlignmentFinder.find(model, AlignmentSettings.of(Path.of("music")), AlignmentListener.none());
 * AttentionHead best = heads.get(0).head();
 * }</pre>
 *
 * <p>The prior is run over windows of songs whose lyrics are known, and every head of every layer
 * that attends to lyrics is scored by {@link LinePattern}.
 */
public final class AlignmentFinder {
  private final LoadedModel model;
  private final AlignmentSettings settings;
  private final AlignmentListener listener;
  private final PriorConfig config;
  private final List<AttentionHead> heads;
  private final Map<AttentionHead, Sums> sums = new LinkedHashMap<>();

  private AlignmentFinder(
      LoadedModel model, AlignmentSettings settings, AlignmentListener listener) {
    this.model = model;
    this.settings = settings;
    this.listener = listener;
    this.config = model.priorConfig(model.vqvae().config().levels() - 1);
    this.heads = heads(model.spec().name(), config);
    heads.forEach(head -> sums.put(head, new Sums()));
  }

  /** Sums of what was measured of a head. */
  private static final class Sums {
    private double score;
    private double correlation;
    private double concentration;
    private int windows;

    void add(LinePattern pattern) {
      score += pattern.score();
      correlation += pattern.correlation();
      concentration += pattern.concentration();
      windows++;
    }
  }

  /**
   * The scores of all heads that attend to lyrics, the best first.
   *
   * @throws InvalidInputException if the model has no top prior or it attends to no lyrics, or no
   *     song with lyrics can be used
   * @throws CancelledException if the listener stops it
   */
  public static List<HeadScore> find(
      LoadedModel model, AlignmentSettings settings, AlignmentListener listener) {
    return new AlignmentFinder(model, settings, listener).find();
  }

  /** All heads of the layers that attend to lyrics. */
  private static List<AttentionHead> heads(String name, PriorConfig config) {
    TransformerConfig shape = config.transformer();
    List<AttentionHead> heads = new ArrayList<>();
    for (int layer = 0; layer < shape.depth(); layer++) {
      for (int head = 0; shape.attendsToLyrics(layer) && head < shape.heads(); head++) {
        heads.add(new AttentionHead(layer, head));
      }
    }
    if (heads.isEmpty() || !config.labels() || !config.lyrics()) {
      throw new InvalidInputException(
          "the top prior of model "
              + name
              + " attends to no lyrics, so there is no alignment to find: use a model that was"
              + " trained with use_tokens and n_tokens above 0");
    }
    return heads;
  }

  private List<HeadScore> find() {
    AlignmentExamples examples =
        new AlignmentExamples(model, config.level(), settings, listener::warning);
    List<AlignmentExamples.LabelledFile> songs = examples.songs();
    model.batchThatFits(config.level(), 1, settings.chunkSize());
    Prior prior = model.prior(config.level(), 1, settings.chunkSize());
    int total = settings.windows();
    int done = 0;
    for (int i = 0; i < songs.size(); i++) {
      int share = (total - done + songs.size() - i - 1) / (songs.size() - i);
      for (AlignmentExample example : examples.of(songs.get(i), share)) {
        if (listener.isCancelled()) {
          throw new CancelledException(
              "the search for the alignment was stopped after " + done + " windows");
        }
        measure(prior, example);
        done++;
        listener.progress(done, total);
      }
    }
    if (done == 0) {
      throw new InvalidInputException(
          "none of the "
              + songs.size()
              + " songs with lyrics that were tried can be used: see the warnings for the reasons");
    }
    return sums.entrySet().stream()
        .map(entry -> score(entry.getKey(), entry.getValue()))
        .sorted(HeadScore.BEST_FIRST)
        .toList();
  }

  private static HeadScore score(AttentionHead head, Sums sums) {
    return new HeadScore(
        head,
        sums.score / sums.windows,
        sums.correlation / sums.windows,
        sums.concentration / sums.windows);
  }

  private void measure(Prior prior, AlignmentExample example) {
    int[] codes = example.codes();
    Map<AttentionHead, AttentionPicture> pictures = new LinkedHashMap<>();
    for (AttentionHead head : heads) {
      pictures.put(
          head,
          new AttentionPicture(config.primeLength(), codes.length, example.label().lyricIndices()));
    }
    TransformerConfig shape = config.transformer();
    try (Conditioning conditioning = prior.condition(List.of(example.label().y()), List.of());
        DecodeSession session = prior.open(conditioning)) {
      session.recordAttention(
          List.of(codes),
          settings.chunkSize(),
          heads,
          (head, item, start, weights) ->
              pictures.get(head).add(start, shape.attention(head.layer()).cacheSlots(), weights));
    }
    pictures.forEach((head, picture) -> sums.get(head).add(LinePattern.of(picture.means())));
  }
}
