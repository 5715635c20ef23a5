package dev.jukebox.core.runtime;

import dev.jukebox.compute.Activation;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.AttentionOps;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.CodebookOps;
import dev.jukebox.compute.ConvGeometry;
import dev.jukebox.compute.ConvOps;
import dev.jukebox.compute.ConvWeight;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.ElementSource;
import dev.jukebox.compute.ElementwiseOps;
import dev.jukebox.compute.EmbeddingOps;
import dev.jukebox.compute.FusedOps;
import dev.jukebox.compute.Graph;
import dev.jukebox.compute.LinearOps;
import dev.jukebox.compute.LinearWeight;
import dev.jukebox.compute.Memory;
import dev.jukebox.compute.NormOps;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.SamplingOps;
import dev.jukebox.compute.Shape;
import dev.jukebox.compute.Tensor;
import java.util.Optional;

/**
 * A backend without memory, on which a model can be built to see whether its weight file has every
 * tensor in its shape. Nothing can be computed on it.
 */
final class ShapeOnlyBackend implements Backend {
  private static final Memory NOTHING =
      new Memory() {
        @Override
        public long byteSize() {
          return Long.MAX_VALUE;
        }

        @Override
        public boolean isFreed() {
          return false;
        }
      };

  private static final Arena ARENA =
      new Arena() {
        @Override
        public Tensor tensor(DType dtype, long... dims) {
          return new Tensor(dtype, Shape.of(dims), NOTHING, 0);
        }

        @Override
        public void close() {}
      };

  @Override
  public String name() {
    return "shapes";
  }

  @Override
  public String description() {
    return "shapes alone, to check weight files";
  }

  @Override
  public Arena arena() {
    return ARENA;
  }

  @Override
  public long liveBytes() {
    return 0;
  }

  @Override
  public long freeBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void upload(Tensor target, float[] values) {}

  @Override
  public void upload(Tensor target, int[] values) {}

  @Override
  public void upload(Tensor target, ElementSource source) {}

  @Override
  public float[] downloadFloats(Tensor source) {
    throw nothingToCompute();
  }

  @Override
  public int[] downloadInts(Tensor source) {
    throw nothingToCompute();
  }

  @Override
  public LinearOps linear() {
    return new LinearOps() {
      @Override
      public LinearWeight pack(
          Tensor weight, boolean transposed, Optional<Tensor> bias, DType storage, Arena arena) {
        int in = Math.toIntExact(weight.shape().dim(transposed ? 1 : 0));
        int out = Math.toIntExact(weight.shape().dim(transposed ? 0 : 1));
        return new LinearWeight(in, out, storage, weight, Optional.empty(), bias);
      }

      @Override
      public void apply(LinearWeight weight, Tensor x, Activation activation, Tensor y) {
        throw nothingToCompute();
      }

      @Override
      public void applyResidual(LinearWeight weight, Tensor x, Tensor residual, Tensor y) {
        throw nothingToCompute();
      }
    };
  }

  @Override
  public ConvOps conv() {
    return new ConvOps() {
      @Override
      public ConvWeight pack(Tensor weight, Tensor bias, ConvGeometry geometry, Arena arena) {
        int in = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 0 : 1));
        int out = Math.toIntExact(weight.shape().dim(geometry.transposed() ? 1 : 0));
        return new ConvWeight(in, out, geometry, weight, bias);
      }

      @Override
      public void apply(ConvWeight weight, Tensor x, boolean reluInput, Tensor y) {
        throw nothingToCompute();
      }

      @Override
      public void applyResidual(
          ConvWeight weight, Tensor x, boolean reluInput, Tensor residual, float scale, Tensor y) {
        throw nothingToCompute();
      }
    };
  }

  @Override
  public NormOps norm() {
    throw nothingToCompute();
  }

  @Override
  public AttentionOps attention() {
    throw nothingToCompute();
  }

  @Override
  public EmbeddingOps embedding() {
    throw nothingToCompute();
  }

  @Override
  public CodebookOps codebook() {
    throw nothingToCompute();
  }

  @Override
  public SamplingOps sampling() {
    throw nothingToCompute();
  }

  @Override
  public ElementwiseOps elementwise() {
    throw nothingToCompute();
  }

  @Override
  public FusedOps fused() {
    throw nothingToCompute();
  }

  @Override
  public Graph capture(Runnable body) {
    throw nothingToCompute();
  }

  @Override
  public void synchronize() {}

  @Override
  public OptimizerOps optimizer() {
    throw nothingToCompute();
  }

  private static IllegalStateException nothingToCompute() {
    return new IllegalStateException("a backend of shapes computes nothing");
  }

  @Override
  public void close() {}
}
