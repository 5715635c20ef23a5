package dev.jukebox.core.vqvae;

import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.nn.ReceptiveField;
import dev.jukebox.core.nn.ReceptiveField.Span;
import dev.jukebox.core.nn.WeightScope;
import dev.jukebox.core.weights.WeightReader;
import dev.jukebox.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A VQ-VAE in evaluation mode: audio to codes and back, each level on its own (Jukebox paper,
 * section 3).
 *
 * <p>Long inputs are computed in pieces whose margins cover the receptive field, which gives the
 * same bits as computing the whole at once.
 *
 * <pre>{@code
 * try (VqVae vqvae = new VqVae(backend, config, reader)) {
 *   int[] codes = vqvae.encode(samples, 2);
 *   float[] again = vqvae.decode(codes, 2);
 * }
 * }</pre>
 */
public final class VqVae implements AutoCloseable {
  private static final int DEFAULT_PIECE = 1 << 18;

  private final VqVaeConfig config;
  private final Arena weights;
  private final List<Encoder> encoders = new ArrayList<>();
  private final List<Decoder> decoders = new ArrayList<>();
  private final List<Tensor> codebooks = new ArrayList<>();
  private final int pieceSamples;

  /**
   * Loads every level.
   *
   * @throws dev.jukebox.error.CheckpointException if a tensor is missing or of another shape
   */
  public VqVae(Backend backend, VqVaeConfig config, WeightReader reader) {
    this(backend, config, reader, DEFAULT_PIECE);
  }

  /**
   * Loads every level, to compute in pieces of about this many samples.
   *
   * @param pieceSamples samples of a piece without its margins; rounded up to a top-level hop
   */
  public VqVae(Backend backend, VqVaeConfig config, WeightReader reader, int pieceSamples) {
    this.config = config;
    this.weights = backend.arena();
    int hops = Math.max(1, pieceSamples / config.topHop());
    this.pieceSamples = hops * config.topHop();
    try {
      WeightScope scope = new WeightScope(backend, weights, reader, "", DType.F32);
      for (int level = 0; level < config.levels(); level++) {
        encoders.add(new Encoder(scope.sub("encoders." + level), config, level));
        decoders.add(new Decoder(scope.sub("decoders." + level), config, level));
        codebooks.add(
            scope.load(
                "bottleneck.level_blocks." + level + ".k", config.bins(), config.embWidth()));
      }
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** The shape. */
  public VqVaeConfig config() {
    return config;
  }

  /**
   * The codes of audio at one level.
   *
   * @param audio mono samples in [-1, 1]; a rest shorter than the level's hop is left out
   * @param level 0 for the finest
   * @return codes in [0, bins), one for each hop
   */
  public int[] encode(float[] audio, int level) {
    int hop = config.hop(checkedLevel(level));
    int length = audio.length / hop;
    ReceptiveField field = encoders.get(level).receptiveField();
    int[] codes = new int[length];
    int piece = pieceSamples / hop;
    for (int start = 0; start < length; start += piece) {
      int end = Math.min(length, start + piece);
      Span needed = field.inputs(new Span(start, end));
      int from = (int) Math.max(0, Math.floorDiv(needed.start(), hop));
      int to = (int) Math.min(length, Math.floorDiv(needed.end() + hop - 1, hop));
      float[] samples = Arrays.copyOfRange(audio, from * hop, to * hop);
      int[] part = encoders.get(level).encode(samples, codebooks.get(level));
      System.arraycopy(part, start - from, codes, start, end - start);
    }
    return codes;
  }

  /**
   * The audio of one level's codes.
   *
   * @param codes values in [0, bins)
   * @param level the level they belong to
   * @return codes.length·hop mono samples, not clipped
   */
  public float[] decode(int[] codes, int level) {
    int hop = config.hop(checkedLevel(level));
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] < 0 || codes[i] >= config.bins()) {
        throw new InvalidInputException(
            "code "
                + codes[i]
                + " at position "
                + i
                + " of level "
                + level
                + " is not in [0, "
                + config.bins()
                + ")");
      }
    }
    ReceptiveField field = decoders.get(level).receptiveField();
    float[] audio = new float[Math.multiplyExact(codes.length, hop)];
    int piece = pieceSamples / hop;
    for (int start = 0; start < codes.length; start += piece) {
      int end = Math.min(codes.length, start + piece);
      Span needed = field.inputs(new Span((long) start * hop, (long) end * hop));
      int from = (int) Math.max(0, needed.start());
      int to = (int) Math.min(codes.length, needed.end());
      int[] part = Arrays.copyOfRange(codes, from, to);
      float[] samples = decoders.get(level).decode(part, codebooks.get(level));
      System.arraycopy(samples, (start - from) * hop, audio, start * hop, (end - start) * hop);
    }
    return audio;
  }

  private int checkedLevel(int level) {
    if (level < 0 || level >= config.levels()) {
      throw new InvalidInputException(
          "level " + level + " of a VQ-VAE with levels 0 to " + (config.levels() - 1));
    }
    return level;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    weights.close();
  }
}
