package dev.jukebox.compute.host;

import dev.jukebox.compute.AdamSettings;
import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.OptimizerOps;
import dev.jukebox.compute.ParameterGroup;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.OptimizerCheck;
import java.nio.FloatBuffer;
import java.util.List;

/** Adam and gradient norms in plain Java; sums are made in double precision. */
public final class HostOptimizer implements OptimizerOps {
  private static final float LARGEST_HALF = 65504;
  private static final float SMALLEST_SCALE = 1e-8f;

  private record Group(List<AdamTensors> tensors) implements ParameterGroup {}

  @Override
  public ParameterGroup group(List<AdamTensors> tensors, Arena arena) {
    tensors.forEach(OptimizerCheck::tensors);
    return new Group(List.copyOf(tensors));
  }

  @Override
  public void gradientNorm(ParameterGroup group, Tensor result) {
    OptimizerCheck.norm(result);
    double squares = 0;
    for (AdamTensors tensors : group.tensors()) {
      FloatBuffer gradient = HostTensors.floats(tensors.gradient());
      for (int i = 0; i < gradient.limit(); i++) {
        squares += (double) gradient.get(i) * gradient.get(i);
      }
    }
    HostTensors.floats(result)
        .put(0, (float) Math.sqrt(squares))
        .put(1, Double.isFinite(squares) ? 0 : 1);
  }

  @Override
  public void adam(AdamSettings settings, ParameterGroup group) {
    AdamNumbers numbers = AdamNumbers.of(settings);
    for (AdamTensors tensors : group.tensors()) {
      step(numbers, tensors);
    }
  }

  private static void step(AdamNumbers numbers, AdamTensors tensors) {
    HostMoments first = HostMoments.of(tensors.firstMoment());
    HostMoments second = HostMoments.of(tensors.secondMoment());
    FloatBuffer gradient = HostTensors.floats(tensors.gradient());
    if (tensors.scales().isPresent()) {
      FloatBuffer scales = HostTensors.floats(tensors.scales().get());
      first.scaleBefore(scales.get(0));
      second.scaleBefore(scales.get(1));
      float largestFirst = 0;
      float largestSecond = 0;
      for (int i = 0; i < gradient.limit(); i++) {
        float g = gradient.get(i) / numbers.scale();
        largestFirst = Math.max(largestFirst, Math.abs(numbers.first(first.get(i), g)));
        largestSecond = Math.max(largestSecond, Math.abs(numbers.second(second.get(i), g)));
      }
      scales.put(0, largestFirst / LARGEST_HALF + SMALLEST_SCALE);
      scales.put(1, largestSecond / LARGEST_HALF + SMALLEST_SCALE);
      first.scaleAfter(scales.get(0));
      second.scaleAfter(scales.get(1));
    }
    FloatBuffer parameter = HostTensors.floats(tensors.parameter());
    for (int i = 0; i < parameter.limit(); i++) {
      float g = gradient.get(i) / numbers.scale();
      float m = numbers.first(first.get(i), g);
      float v = numbers.second(second.get(i), g);
      parameter.put(i, numbers.parameter(parameter.get(i), m, v));
      first.put(i, m);
      second.put(i, v);
    }
    if (tensors.average().isPresent()) {
      FloatBuffer average = HostTensors.floats(tensors.average().get());
      for (int i = 0; i < average.limit(); i++) {
        average.put(i, numbers.average(average.get(i), parameter.get(i)));
      }
    }
  }
}
