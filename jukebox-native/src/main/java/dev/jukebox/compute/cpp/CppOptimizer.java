package dev.jukebox.compute.cpp;

import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.OptimizerCheck;
import dev.jukebox.compute.host.HostTensors;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Adam and gradient norms, one call for all tensors. */
final class CppOptimizer implements OptimizerOps {
  private final CppEngine engine;

  CppOptimizer(CppEngine engine) {
    this.engine = engine;
  }

  private record Group(List<AdamTensors> tensors) implements ParameterGroup {}

  @Override
  public ParameterGroup group(List<AdamTensors> tensors, Arena arena) {
    tensors.forEach(OptimizerCheck::tensors);
    return new Group(List.copyOf(tensors));
  }

  /** The table that the C ABI reads; asks each tensor whether it still lives. */
  private static long[] table(ParameterGroup group) {
    return group.tensors().stream().flatMapToLong(CppOptimizer::words).toArray();
  }

  private static LongStream words(AdamTensors tensors) {
    return LongStream.of(
        HostTensors.address(tensors.parameter()),
        HostTensors.address(tensors.gradient()),
        HostTensors.address(tensors.firstMoment()),
        HostTensors.address(tensors.secondMoment()),
        addressOrNull(tensors.scales()),
        addressOrNull(tensors.average()),
        tensors.parameter().size());
  }

  private static long addressOrNull(Optional<Tensor> tensor) {
    return tensor.map(HostTensors::address).orElse(0L);
  }

  @Override
  public void gradientNorm(ParameterGroup group, Tensor result) {
    OptimizerCheck.norm(result);
    int status =
        TrainingApi.gradientNorm(
            engine.handle(), table(group), group.tensors().size(), HostTensors.address(result));
    CppEngine.check(status, "gradient norm", group.tensors().size() + " tensors");
  }

  @Override
  public void adam(AdamSettings settings, ParameterGroup group) {
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
    int status = TrainingApi.adam(engine.handle(), table(group), group.tensors().size(), numbers);
    CppEngine.check(status, "adam", group.tensors().size() + " tensors");
  }
}
