package dev.jukebox.core.train.vqvae;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.core.autograd.Parameters;
import dev.jukebox.core.autograd.Quantisation;
import dev.jukebox.core.autograd.Quantisation.Quantised;
import dev.jukebox.core.autograd.Tape;
import dev.jukebox.core.autograd.Variable;
import dev.jukebox.core.train.nn.ParameterScope;
import dev.jukebox.core.train.nn.RandomValues;
import dev.jukebox.core.vqvae.VqVaeConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A VQ-VAE that learns: every level encodes, quantises and decodes on its own (Jukebox paper,
 * section 3).
 *
 * <pre>{@code
 * try (VqVaeModel model = new VqVaeModel(backend, config, 0.99, 0)) {
 *   VqVaeStep step = new VqVaeStep(model, losses);
 *   StepLoss loss = step.run(tape, audio, random);
 *   tape.backward(1);
 * }
 * }</pre>
 */
public final class VqVaeModel implements AutoCloseable {

  /** What one level made of a batch. */
  record Level(Variable vectors, Quantised quantised, Variable audio) {}

  private final VqVaeConfig config;
  private final Parameters parameters;
  private final Arena buffers;
  private final List<EncoderNet> encoders = new ArrayList<>();
  private final List<DecoderNet> decoders = new ArrayList<>();
  private final List<Codebook> codebooks = new ArrayList<>();

  /**
   * A model with fresh parameters.
   *
   * @param mu decay of the codebooks' moving averages
   * @param seed of the fresh parameters
   */
  public VqVaeModel(Backend backend, VqVaeConfig config, double mu, long seed) {
    this.config = config;
    this.parameters = new Parameters(backend);
    this.buffers = backend.arena();
    try {
      ParameterScope scope = new ParameterScope(parameters, new RandomValues(seed), "", DType.F32);
      for (int level = 0; level < config.levels(); level++) {
        encoders.add(new EncoderNet(scope.sub("encoders." + level), config, level));
      }
      for (int level = 0; level < config.levels(); level++) {
        decoders.add(new DecoderNet(scope.sub("decoders." + level), config, level));
        codebooks.add(new Codebook(backend, config.bins(), config.embWidth(), mu, buffers));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The shape. */
  public VqVaeConfig config() {
    return config;
  }

  /** Everything that is learnt by gradients. */
  public Parameters parameters() {
    return parameters;
  }

  /** The codebook of each level, finest first. */
  public List<Codebook> codebooks() {
    return Collections.unmodifiableList(codebooks);
  }

  /**
   * Encodes, quantises and decodes a batch at one level.
   *
   * @param audio [batch, time, 1]
   * @param commit what the commit loss is multiplied by in the total
   * @param random draws the first vectors of a codebook that has none yet
   */
  Level run(Tape tape, int level, Variable audio, double commit, Random random) {
    Codebook codebook = codebooks.get(level);
    Variable vectors = encoders.get(level).apply(tape, audio);
    if (tape.isRecording() && !codebook.started()) {
      codebook.start(vectors.value(), random);
    }
    Quantised quantised = Quantisation.quantise(tape, vectors, codebook.vectors(), commit);
    return new Level(vectors, quantised, decoders.get(level).apply(tape, quantised.quantised()));
  }

  /** Frees all tensors. */
  @Override
  public void close() {
    buffers.close();
    parameters.close();
  }
}
