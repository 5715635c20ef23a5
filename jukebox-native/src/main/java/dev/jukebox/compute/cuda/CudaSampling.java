package dev.jukebox.compute.cuda;

import static dev.jukebox.compute.cuda.CudaMemory.address;
import static dev.jukebox.compute.cuda.CudaMemory.counter;

import dev.jukebox.compute.Position;
import dev.jukebox.compute.SamplerSettings;
import dev.jukebox.compute.SamplingOps;
import dev.jukebox.compute.Tensor;
import dev.jukebox.compute.check.SamplingCheck;

/** Token draws, one row a block; a logit that is NaN is found when the device next waits. */
final class CudaSampling implements SamplingOps {
  private final CudaContext context;

  CudaSampling(CudaContext context) {
    this.context = context;
  }

  @Override
  public void sample(
      Tensor logits,
      SamplerSettings settings,
      long seed,
      Tensor items,
      int level,
      Position position,
      Tensor tokens) {
    SamplingCheck.sample(logits, items, tokens);
    int status =
        CudaApi.sample(
            context.handle(),
            address(logits),
            logits.shape().dim(0),
            logits.shape().dim(1),
            settings.temp(),
            settings.topK(),
            settings.topP(),
            seed,
            address(items),
            level,
            position.offset(),
            counter(position),
            address(tokens));
    context.check(status, "sample", logits, tokens);
  }
}
