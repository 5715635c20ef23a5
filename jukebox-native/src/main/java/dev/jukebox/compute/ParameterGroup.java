package dev.jukebox.compute;

import java.util.List;

/** Tensors that an optimizer steps together, as {@link OptimizerOps#group} prepared them. */
public interface ParameterGroup {

  /** The tensors, in the order they were given. */
  List<AdamTensors> tensors();
}
