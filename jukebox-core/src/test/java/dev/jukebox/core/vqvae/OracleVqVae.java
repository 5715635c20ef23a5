package dev.jukebox.core.vqvae;

/** A VQ-VAE in double precision, one sum after another over [time][channels]. */
final class OracleVqVae {
  private final VqVaeConfig config;
  private final RandomWeights weights;

  OracleVqVae(TinyVqVae tiny) {
    this.config = tiny.config();
    this.weights = tiny.weights();
  }

  /** The vectors that the encoder of a level gives, before they become codes. */
  double[][] encode(float[] audio, int level) {
    double[][] x = new double[audio.length][1];
    for (int t = 0; t < audio.length; t++) {
      x[t][0] = audio[t];
    }
    for (int block = 0; block <= level; block++) {
      String name = "encoders." + level + ".level_blocks." + block + ".model.";
      int stride = config.strides().get(block);
      for (int i = 0; i < config.downs().get(block); i++) {
        x = conv(name + i + ".0", x, 2 * stride, stride, stride / 2, 1);
        x = resnet(name + i + ".1", x, level, false);
      }
      x = conv(name + config.downs().get(block), x, 3, 1, 1, 1);
    }
    return x;
  }

  /** The squared distances of a vector to every code vector of a level. */
  double[] distances(double[] vector, int level) {
    float[] codebook = weights.values("bottleneck.level_blocks." + level + ".k");
    double[] distances = new double[config.bins()];
    for (int i = 0; i < codebook.length; i++) {
      double difference = vector[i % vector.length] - codebook[i];
      distances[i / vector.length] += difference * difference;
    }
    return distances;
  }

  /** The audio of a level's codes. */
  float[] decode(int[] codes, int level) {
    float[] codebook = weights.values("bottleneck.level_blocks." + level + ".k");
    int emb = config.embWidth();
    double[][] x = new double[codes.length][emb];
    for (int t = 0; t < codes.length; t++) {
      for (int i = 0; i < emb; i++) {
        x[t][i] = codebook[codes[t] * emb + i];
      }
    }
    for (int block = level; block >= 0; block--) {
      String name = "decoders." + level + ".level_blocks." + block + ".model.";
      x = conv(name + "0", x, 3, 1, 1, 1);
      for (int i = 1; i <= config.downs().get(block); i++) {
        x = resnet(name + i + ".0", x, level, config.reverseDecoderDilation());
        x = transposed(name + i + ".1", x, config.strides().get(block));
      }
    }
    x = conv("decoders." + level + ".out", x, 3, 1, 1, 1);
    float[] audio = new float[x.length];
    for (int t = 0; t < x.length; t++) {
      audio[t] = (float) x[t][0];
    }
    return audio;
  }

  private double[][] resnet(String name, double[][] input, int level, boolean reverse) {
    int depth = config.depth() * config.multipliers().get(level);
    double[][] x = input;
    for (int i = 0; i < depth; i++) {
      int exponent = reverse ? depth - 1 - i : i;
      if (config.dilationCycle() > 0) {
        exponent = exponent % config.dilationCycle();
      }
      int dilation = 1;
      for (int power = 0; power < exponent; power++) {
        dilation *= config.dilationGrowthRate();
      }
      String block = name + ".model." + i + ".model.";
      double[][] inner = conv(block + "1", relu(x), 3, 1, dilation, dilation);
      double[][] branch = conv(block + "3", relu(inner), 1, 1, 0, 1);
      double[][] sum = new double[x.length][x[0].length];
      for (int t = 0; t < x.length; t++) {
        for (int c = 0; c < sum[t].length; c++) {
          sum[t][c] = x[t][c] + branch[t][c];
        }
      }
      x = sum;
    }
    return x;
  }

  private static double[][] relu(double[][] x) {
    double[][] y = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int c = 0; c < y[t].length; c++) {
        y[t][c] = Math.max(0, x[t][c]);
      }
    }
    return y;
  }

  private double[][] conv(
      String name, double[][] x, int kernel, int stride, int padding, int dilation) {
    float[] weight = weights.values(name + ".weight");
    float[] bias = weights.values(name + ".bias");
    int in = x[0].length;
    int length = (x.length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
    double[][] y = new double[length][bias.length];
    for (int t = 0; t < length; t++) {
      for (int o = 0; o < bias.length; o++) {
        double sum = bias[o];
        for (int tap = 0; tap < kernel; tap++) {
          int from = t * stride - padding + tap * dilation;
          for (int c = 0; c < in && from >= 0 && from < x.length; c++) {
            sum += x[from][c] * weight[(o * in + c) * kernel + tap];
          }
        }
        y[t][o] = sum;
      }
    }
    return y;
  }

  /** Every input adds its taps to the outputs; half a stride is cut off on either side. */
  private double[][] transposed(String name, double[][] x, int stride) {
    float[] weight = weights.values(name + ".weight");
    float[] bias = weights.values(name + ".bias");
    int kernel = 2 * stride;
    int out = bias.length;
    double[][] y = new double[x.length * stride][out];
    for (double[] row : y) {
      for (int o = 0; o < out; o++) {
        row[o] = bias[o];
      }
    }
    for (int t = 0; t < x.length; t++) {
      for (int tap = 0; tap < kernel; tap++) {
        int to = t * stride + tap - stride / 2;
        for (int o = 0; o < out && to >= 0 && to < y.length; o++) {
          for (int c = 0; c < x[t].length; c++) {
            y[to][o] += x[t][c] * weight[(c * out + o) * kernel + tap];
          }
        }
      }
    }
    return y;
  }
}
