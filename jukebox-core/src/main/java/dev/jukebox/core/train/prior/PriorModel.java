package dev.jukebox.core.train.prior;

import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.autograd.Elements;
import dev.jukebox.core.autograd.Embeddings;
import dev.jukebox.core.autograd.Linears;
import dev.jukebox.core.autograd.Parameter;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.hparams.Hyperparams;
import dev.jukebox.core.prior.LabelIds;
import dev.jukebox.core.prior.PriorConfig;
import dev.jukebox.core.train.nn.Initial;
import dev.jukebox.core.train.nn.ParameterScope;
import dev.jukebox.core.train.nn.RandomValues;
import dev.jukebox.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A prior or upsampler that learns: the logits of every code of a window at once, given labels,
 * lyrics and the level above (Jukebox paper, section 4).
 *
 * <pre>{@code
 * try (PriorModel model = new PriorModel(backend, config, 0)) {
 *   StepLoss loss = new PriorStep(model).run(tape, new PriorBatch(codes, above, y));
 *   tape.backward(1);
 * }
 * }</pre>
 */
public final class PriorModel implements AutoCloseable {
  private static final List<String> DROPOUTS =
      List.of(
          "attn_dropout",
          "resid_dropout",
          "emb_dropout",
          "prime_attn_dropout",
          "prime_resid_dropout",
          "prime_emb_dropout");

  private final PriorConfig config;
  private final Parameters parameters;
  private final Optional<ConditionerNet> conditioner;
  private final Optional<LabelNet> labels;
  private final Optional<LyricNet> lyrics;
  private final TokenNet tokens;
  private final Parameter head;

  /**
   * A model with fresh parameters.
   *
   * @param seed of the fresh parameters
   * @throws InvalidInputException if the hyperparameters ask for what no released model has
   */
  public PriorModel(Backend backend, PriorConfig config, long seed) {
    requireSupported(config);
    this.config = config;
    this.parameters = new Parameters(backend);
    Hyperparams hps = config.hps();
    DType linear = hps.booleanOf("fp16_params") ? DType.F16 : DType.F32;
    double initScale = hps.doubleOf("init_scale");
    try {
      ParameterScope scope = new ParameterScope(parameters, new RandomValues(seed), "", linear);
      this.conditioner =
          config.isTop()
              ? Optional.empty()
              : Optional.of(
                  new ConditionerNet(scope.sub("conditioner_blocks.0"), config, initScale));
      this.labels =
          config.labels()
              ? Optional.of(new LabelNet(scope.sub("y_emb"), config, initScale))
              : Optional.empty();
      this.lyrics =
          config
              .lyricEncoder()
              .map(shape -> new LyricNet(scope, config, shape, hps.intOf("prime_c_res") == 1));
      ParameterScope own = scope.sub("prior");
      boolean ownStart = !config.labels();
      this.tokens =
          new TokenNet(
              own,
              config.transformer(),
              config.bins(),
              ownStart,
              InitialScales.of(hps, initScale, "zero_out"),
              hps.intOf("c_res") == 1);
      this.head =
          config.mergedDecoder()
              ? own.parameter(
                  "x_out.weight",
                  Initial.convolution(config.width()),
                  config.bins(),
                  config.width())
              : tokens.tokens();
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  private static void requireSupported(PriorConfig config) {
    for (String name : DROPOUTS) {
      if (config.hps().doubleOf(name) != 0) {
        throw new InvalidInputException(
            name + " is of no released model and is not supported: leave it 0");
      }
    }
    if (!config.labels() && config.lyrics()) {
      throw new InvalidInputException(
          "a prior with lyrics needs labels: set labels to true or use_tokens to false");
    }
  }

  /** The shape. */
  public PriorConfig config() {
    return config;
  }

  /** Everything that is learnt. */
  public Parameters parameters() {
    return parameters;
  }

  /**
   * What a batch gave.
   *
   * @param logits of every token, [batch, primeLength + nCtx, bins]
   * @param lyricLogits of every character of a separate encoder, [batch, nTokens, nVocab]
   */
  record Forward(Variable logits, Optional<Variable> lyricLogits) {}

  /** Runs a batch, whose tokens are the codes, after the lyrics of a single-sequence model. */
  Forward forward(Tape tape, PriorBatch batch, List<int[]> sequence) {
    Optional<LabelIds> ids = labels.map(net -> LabelIds.of(config, batch.y()));
    Optional<Variable> start = labels.map(net -> net.start(tape, ids.orElseThrow()));
    Optional<Variable> condition =
        conditioner.isPresent()
            ? conditioner.map(net -> net.apply(tape, batch.above()))
            : labels.flatMap(net -> net.time(tape, ids.orElseThrow()));
    if (config.singleEncDec()) {
      condition = condition.map(x -> Embeddings.afterZeros(tape, x, config.primeLength()));
    }
    Optional<Variable> encoded = lyrics.map(net -> net.encode(tape, lyricTokens(batch.y())));
    Variable x = tokens.apply(tape, sequence, start, condition, encoded);
    Variable activations =
        condition.isPresent() && !config.mergedDecoder()
            ? Elements.add(tape, x, condition.get())
            : x;
    return new Forward(
        Linears.head(tape, activations, tape.parameter(head)),
        encoded.map(e -> lyrics.orElseThrow().logits(tape, e)));
  }

  /** The lyric tokens at the end of each label vector. */
  List<int[]> lyricTokens(List<long[]> y) {
    return y.stream()
        .map(
            item ->
                Arrays.stream(item, item.length - config.nTokens(), item.length)
                    .mapToInt(Math::toIntExact)
                    .toArray())
        .toList();
  }

  /** Frees all tensors. */
  @Override
  public void close() {
    parameters.close();
  }
}
