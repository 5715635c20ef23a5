package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;

import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.OptimizerCheck;
import dev.jukebox.error.ComputeException;
import java.util.List;
import java.util.stream.LongStream;

/** Adam and gradient norms, each in a launch for all tensors, whose addresses lie on the device. */
final class CudaOptimizer implements OptimizerOps {
  private static final int LAYOUT_WORDS = 4;

  private final CudaContext context;

  CudaOptimizer(CudaContext context) {
    this.context = context;
  }

  /** A table of the tensors on the device, and what the host knows of it. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Group(List<AdamTensors> tensors, Tensor table, long[] layout)
      implements ParameterGroup {}

  @Override
  public ParameterGroup group(List<AdamTensors> tensors, Arena arena) {
    tensors.forEach(OptimizerCheck::tensors);
    long[] words = tensors.stream().flatMapToLong(CudaOptimizer::words).toArray();
    long[] layout = new long[LAYOUT_WORDS];
    context.check(CudaApi.optimizerLayout(words, tensors.size(), layout), "adam", tensors.size());
    Tensor table = arena.tensor(DType.I8, layout[0]);
    context.check(
        CudaApi.optimizerPrepare(context.handle(), words, tensors.size(), address(table)), "adam");
    return new Group(List.copyOf(tensors), table, layout);
  }

  private static LongStream words(AdamTensors tensors) {
    return LongStream.of(
        address(tensors.parameter()),
        address(tensors.gradient()),
        address(tensors.firstMoment()),
        address(tensors.secondMoment()),
        address(tensors.scales()),
        address(tensors.average()),
        tensors.parameter().size());
  }

  /** The group, after a look whether its tensors still live. */
  private static Group checked(ParameterGroup group) {
    if (group instanceof Group own) {
      own.tensors.forEach(CudaOptimizer::words);
      return own;
    }
    throw new ComputeException("adam: the parameter group belongs to another backend");
  }

  @Override
  public void gradientNorm(ParameterGroup group, Tensor result) {
    OptimizerCheck.norm(result);
    Group own = checked(group);
    int status =
        CudaApi.gradientNorm(context.handle(), own.layout, address(own.table), address(result));
    context.check(status, "gradient norm", result);
  }

  @Override
  public void adam(AdamSettings settings, ParameterGroup group) {
    Group own = checked(group);
    float[] numbers = {
      (float) settings.stepSize(),
      (float) settings.scale(),
      (float) settings.beta1(),
      (float) (1 - settings.beta1()),
      (float) settings.beta2(),
      (float) (1 - settings.beta2()),
      (float) settings.epsilon(),
      (float) settings.weightDecay(),
      (float) settings.averageDecay(),
      (float) (1 - settings.averageDecay())
    };
    int status = CudaApi.adam(context.handle(), own.layout, address(own.table), numbers);
    context.check(status, "adam");
  }
}
