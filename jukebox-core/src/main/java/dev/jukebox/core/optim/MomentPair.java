package dev.jukebox.core.optim;

import dev.jukebox.compute.AdamTensors;
import dev.jukebox.compute.Arena;
import dev.jukebox.compute.Backend;
import dev.jukebox.compute.DType;
import dev.jukebox.compute.Tensor;
import dev.jukebox.core.autograd.Parameter;
import java.util.Optional;

/** Both moments of a parameter and, in F16, their scales. */
record MomentPair(
    Backend backend, MomentTensor first, MomentTensor second, Optional<Tensor> scales) {

  /** Moments of zeros. */
  static MomentPair of(Backend backend, Arena arena, Parameter parameter, boolean halfMoments) {
    boolean halves = halfMoments && parameter.storage() == DType.F16;
    MomentPair pair =
        new MomentPair(
            backend,
            MomentTensor.of(backend, arena, parameter.value(), halves),
            MomentTensor.of(backend, arena, parameter.value(), halves),
            halves ? Optional.of(arena.tensor(DType.F32, 2)) : Optional.empty());
    pair.setScales(1, 1);
    return pair;
  }

  private void setScales(float ofFirst, float ofSecond) {
    scales.ifPresent(tensor -> backend.upload(tensor, new float[] {ofFirst, ofSecond}));
  }

  AdamTensors with(Parameter parameter, Optional<Tensor> average) {
    return new AdamTensors(
        parameter.value(), parameter.gradient(), first.tensor(), second.tensor(), scales, average);
  }

  AdamState.Moments saved() {
    return new AdamState.Moments(
        first.saved(),
        second.saved(),
        scales
            .map(backend::downloadFloats)
            .map(values -> new AdamState.Scales(values[0], values[1])));
  }

  void clear() {
    first.clear();
    second.clear();
    setScales(1, 1);
  }

  void restore(AdamState.Moments saved) {
    AdamState.Scales from = saved.scales().orElse(new AdamState.Scales(1, 1));
    float ofFirst = first.restore(saved.first(), from.first());
    float ofSecond = second.restore(saved.second(), from.second());
    setScales(ofFirst, ofSecond);
  }
}
